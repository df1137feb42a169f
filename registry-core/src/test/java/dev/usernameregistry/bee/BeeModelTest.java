package dev.usernameregistry.bee;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random operations, compared with a sorted map that says what a bee must answer. */
class BeeModelTest {
  private static final Comparator<byte[]> ORDER = Arrays::compareUnsigned;

  private final MemoryBlocks blocks = new MemoryBlocks();
  private final Bee bee = new Bee(blocks);
  private final NavigableMap<byte[], String> model = new TreeMap<>(ORDER);

  /** The models of versions that have a tree of their own. */
  private final NavigableMap<Long, NavigableMap<byte[], String>> versions = new TreeMap<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyReadAnswersAsTheModel(long seed) throws IOException {
    Random random = new Random(seed);
    int keys = 20 << random.nextInt(6);
    for (int i = 0; i < 60; i++) {
      appendRandomly(random, keys);
      versions.put(bee.version(), new TreeMap<>(model));
    }

    checkReads(bee, random, keys);
    checkReads(new Bee(blocks), random, keys);
    checkReads(new Bee(blocks, BeeOptions.DEFAULT.withCacheBytesMax(0)), random, keys);
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14})
  void aBatchLeavesTheSameEntriesAsItsOperationsOneByOne(long seed) throws IOException {
    Random random = new Random(seed);
    Bee oneByOne = new Bee(new MemoryBlocks());
    for (int i = 0; i < 40; i++) {
      BeeBatch batch = new BeeBatch();
      int appended = 0;
      for (int j = random.nextInt(60); j > 0; j--) {
        byte[] key = key(random, 150);
        byte[] value = value(random);
        Predicate<Entry> condition = entry -> entry.value().isPresent();
        switch (random.nextInt(4)) {
          case 0 -> {
            batch.delete(key);
            appended += oneByOne.delete(key) ? 1 : 0;
          }
          case 1 -> {
            batch.put(key, value, condition);
            appended += oneByOne.put(key, value, condition) ? 1 : 0;
          }
          default -> {
            batch.put(key, value);
            appended += oneByOne.put(key, value) ? 1 : 0;
          }
        }
      }

      assertThat(bee.append(batch)).isEqualTo(appended);
      assertThat(bee.range(KeyRange.all()).toList())
          .isEqualTo(oneByOne.range(KeyRange.all()).toList());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22})
  void everyPutIsThereAfterReopeningAtEachLength(long seed) throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      byte[] key = key(random, 100);
      byte[] value = value(random);
      if (random.nextInt(3) == 0) {
        bee.delete(key);
        assertThat(new Bee(blocks).get(key)).isEmpty();
      } else {
        bee.put(key, value);
        Entry entry = new Bee(blocks).get(key).orElseThrow();
        assertThat(entry.value().orElse(null)).isEqualTo(value);
        assertThat(entry.seq()).isEqualTo(blocks.length() - 1);
      }
    }
  }

  private void appendRandomly(Random random, int keys) throws IOException {
    BeeBatch batch = new BeeBatch();
    int operations = random.nextInt(4) == 0 ? random.nextInt(60) : 1;
    long seq = Math.max(1, blocks.length());
    for (int i = 0; i < operations; i++) {
      byte[] key = key(random, keys);
      if (random.nextInt(5) < 2) {
        batch.delete(key);
        seq += model.remove(key) == null ? 0 : 1;
      } else {
        byte[] value = value(random);
        batch.put(key, value);
        model.remove(key);
        model.put(key, show(seq++, value));
      }
    }
    bee.append(batch);
    assertThat(bee.version()).isEqualTo(seq);
  }

  private void checkReads(Bee reading, Random random, int keys) throws IOException {
    for (int i = 0; i < 150; i++) {
      BeeSnapshot snapshot = reading.checkout(randomVersion(random));
      NavigableMap<byte[], String> then = modelOf(snapshot);
      byte[] key = key(random, keys);
      assertThat(snapshot.get(key).map(BeeModelTest::show))
          .isEqualTo(Optional.ofNullable(then.get(key)));

      Bounds bounds = Bounds.random(random, keys);
      NavigableMap<byte[], String> expected = bounds.of(then);
      expected = bounds.reverse ? expected.descendingMap() : expected;
      assertThat(snapshot.range(bounds.range()).toList().stream().map(BeeModelTest::shown))
          .containsExactlyElementsOf(
              expected.entrySet().stream().map(BeeModelTest::shown).toList());

      BeeSnapshot other = reading.checkout(randomVersion(random));
      checkDiff(snapshot, other, bounds.ascending());
    }
  }

  private void checkDiff(BeeSnapshot left, BeeSnapshot right, Bounds bounds) throws IOException {
    NavigableMap<byte[], String> leftModel = bounds.of(modelOf(left));
    NavigableMap<byte[], String> rightModel = bounds.of(modelOf(right));
    TreeSet<byte[]> keys = new TreeSet<>(ORDER);
    keys.addAll(leftModel.keySet());
    keys.addAll(rightModel.keySet());
    List<String> expected = new ArrayList<>();
    for (byte[] key : keys) {
      String one = leftModel.get(key);
      String two = rightModel.get(key);
      if (one == null || !one.equals(two)) {
        expected.add(one + " / " + two);
      }
    }

    List<String> found = new ArrayList<>();
    for (Difference difference : left.diff(right, bounds.range()).toList()) {
      found.add(showOrNull(difference.left()) + " / " + showOrNull(difference.right()));
    }
    assertThat(found).isEqualTo(expected);
  }

  private long randomVersion(Random random) {
    List<Long> all = new ArrayList<>(versions.keySet());
    return all.get(random.nextInt(all.size()));
  }

  private NavigableMap<byte[], String> modelOf(BeeSnapshot snapshot) {
    NavigableMap<byte[], String> found = versions.get(snapshot.version());
    if (found == null) {
      throw new AssertionError("no model of version " + snapshot.version());
    }
    return found;
  }

  private static byte[] key(Random random, int keys) {
    int number = random.nextInt(keys);
    byte[] key = new byte[number % 4];
    new Random(number).nextBytes(key);
    return key;
  }

  private static byte @Nullable [] value(Random random) {
    int length = random.nextInt(6) - 1;
    if (length < 0) {
      return null;
    }
    byte[] value = new byte[length];
    random.nextBytes(value);
    return value;
  }

  private static String shown(Map.Entry<byte[], String> entry) {
    return HexFormat.of().formatHex(entry.getKey()) + " " + entry.getValue();
  }

  private static String shown(Entry entry) {
    return HexFormat.of().formatHex(entry.key()) + " " + show(entry);
  }

  private static @Nullable String showOrNull(@Nullable Entry entry) {
    return entry == null ? null : show(entry);
  }

  private static String show(Entry entry) {
    return show(entry.seq(), entry.value().orElse(null));
  }

  private static String show(long seq, byte @Nullable [] value) {
    return seq + ":" + (value == null ? "none" : HexFormat.of().formatHex(value));
  }

  /** The two ends of a range, as a bee and as a map want them. */
  private record Bounds(
      byte @Nullable [] lower,
      boolean lowerIncluded,
      byte @Nullable [] upper,
      boolean upperIncluded,
      boolean reverse) {

    static Bounds random(Random random, int keys) {
      byte[] one = random.nextInt(3) == 0 ? null : key(random, keys);
      byte[] two = random.nextInt(3) == 0 ? null : key(random, keys);
      boolean swap = one != null && two != null && ORDER.compare(one, two) > 0;
      return new Bounds(
          swap ? two : one,
          random.nextBoolean(),
          swap ? one : two,
          random.nextBoolean(),
          random.nextBoolean());
    }

    Bounds ascending() {
      return new Bounds(lower, lowerIncluded, upper, upperIncluded, false);
    }

    KeyRange range() {
      KeyRange range = KeyRange.all();
      if (lower != null) {
        range = lowerIncluded ? range.gte(lower) : range.gt(lower);
      }
      if (upper != null) {
        range = upperIncluded ? range.lte(upper) : range.lt(upper);
      }
      return reverse ? range.reversed() : range;
    }

    NavigableMap<byte[], String> of(NavigableMap<byte[], String> map) {
      NavigableMap<byte[], String> from = lower == null ? map : map.tailMap(lower, lowerIncluded);
      if (lower != null
          && upper != null
          && Arrays.equals(lower, upper)
          && !(lowerIncluded && upperIncluded)) {
        return new TreeMap<>(ORDER);
      }
      return upper == null ? from : from.headMap(upper, upperIncluded);
    }
  }
}
