package dev.usernameregistry.log;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Blocks by number, lowest first. Kept as runs without gaps, since those of one change mostly lie
 * one behind the other. Single blocks cannot be removed. Not thread-safe.
 */
final class BlockRuns extends AbstractMap<Long, byte[]> {
  /** By the number of their first block; none touches the next. */
  private final TreeMap<Long, List<byte[]>> runs = new TreeMap<>();

  @Override
  public byte @Nullable [] put(Long block, byte[] value) {
    Map.Entry<Long, List<byte[]>> run = runs.floorEntry(block);
    if (run != null && block < end(run)) {
      return run.getValue().set((int) (block - run.getKey()), value);
    }
    List<byte[]> values;
    if (run != null && block == end(run)) {
      values = run.getValue();
    } else {
      values = new ArrayList<>();
      runs.put(block, values);
    }
    values.add(value);
    List<byte[]> behind = runs.remove(block + 1);
    if (behind != null) {
      values.addAll(behind);
    }
    return null;
  }

  /** Returns the number of the first block from {@code block} on that is not in here. */
  long missingFrom(long block) {
    Map.Entry<Long, List<byte[]>> run = runs.floorEntry(block);
    return run == null ? block : Math.max(block, end(run));
  }

  /** Removes all blocks from {@code block} on. */
  void removeFrom(long block) {
    runs.tailMap(block).clear();
    Map.Entry<Long, List<byte[]>> last = runs.lastEntry();
    if (last != null && end(last) > block) {
      List<byte[]> values = last.getValue();
      values.subList((int) (block - last.getKey()), values.size()).clear();
    }
  }

  /** Shows the first block and the length of each run, lowest first. */
  void forEachRun(RunVisitor visitor) {
    runs.forEach((start, values) -> visitor.visit(start, values.size()));
  }

  @Override
  public byte @Nullable [] get(Object block) {
    Map.Entry<Long, List<byte[]>> run =
        block instanceof Long number ? runs.floorEntry(number) : null;
    return run == null || (Long) block >= end(run)
        ? null
        : run.getValue().get((int) ((Long) block - run.getKey()));
  }

  @Override
  public boolean containsKey(Object block) {
    return block instanceof Long number && missingFrom(number) > number;
  }

  @Override
  public Set<Map.Entry<Long, byte[]>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Map.Entry<Long, byte[]>> iterator() {
        return new Entries();
      }

      @Override
      public int size() {
        return runs.values().stream().mapToInt(List::size).sum();
      }
    };
  }

  private static long end(Map.Entry<Long, List<byte[]>> run) {
    return run.getKey() + run.getValue().size();
  }

  /** Is shown where a run begins and how long it is. */
  interface RunVisitor {
    void visit(long start, long count);
  }

  private final class Entries implements Iterator<Map.Entry<Long, byte[]>> {
    private final Iterator<Map.Entry<Long, List<byte[]>>> further = runs.entrySet().iterator();
    private Iterator<byte[]> values = Collections.emptyIterator();
    private long block;

    @Override
    public boolean hasNext() {
      return values.hasNext() || further.hasNext();
    }

    @Override
    public Map.Entry<Long, byte[]> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      if (!values.hasNext()) {
        Map.Entry<Long, List<byte[]>> run = further.next();
        block = run.getKey();
        values = run.getValue().iterator();
      }
      return Map.entry(block++, values.next());
    }
  }
}
