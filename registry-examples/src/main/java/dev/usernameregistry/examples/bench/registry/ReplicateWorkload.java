package dev.usernameregistry.examples.bench.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.examples.bench.frame.Child;
import dev.usernameregistry.examples.bench.frame.Count;
import dev.usernameregistry.examples.bench.frame.Figures;
import dev.usernameregistry.examples.bench.frame.Goal;
import dev.usernameregistry.examples.bench.frame.Limits;
import dev.usernameregistry.examples.bench.frame.Row;
import dev.usernameregistry.examples.bench.frame.Setting;
import dev.usernameregistry.examples.bench.frame.Side;
import dev.usernameregistry.examples.bench.frame.WarmUp;
import dev.usernameregistry.examples.bench.frame.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One registry of 5,000 names, fetched by a peer with an empty store from one in another process,
 * over loopback TCP. The time runs from before the peer dials until it holds everything; ours
 * answers look-ups then, for which the reference would have to read the blocks first.
 */
public final class ReplicateWorkload implements Workload {
  private static final Count NAMES = Count.growing(5_000, 100);

  private static final Row REPLICATE =
      Row.more("replicate", "fetch # blocks, loopback TCP", "/s")
          .about(NAMES)
          .must(Goal.ratioAtLeast(12))
          .aim(Goal.ratioAtLeast(20))
          .beside(Limits.HASH);

  private static final Row ALLOCATED =
      Row.less("alloc-replicate", "fetch: allocated for a block", "bytes");

  private final Setting setting;
  private final Peers readers;
  private final Map<Side, Source> sources = new EnumMap<>(Side.class);
  private final int names;

  private ReplicateWorkload(Setting setting, Peers readers) {
    this.setting = setting;
    this.readers = readers;
    names = setting.count(NAMES);
  }

  /** Returns how it is begun. */
  public static Kind kind() {
    return Kind.of(List.of(REPLICATE, ALLOCATED), ReplicateWorkload::begin);
  }

  private static Workload begin(Setting setting) throws IOException, InterruptedException {
    ReplicateWorkload workload = new ReplicateWorkload(setting, Peers.start(setting));
    workload.serve();
    WarmUp.each(setting, side -> workload.fetch(side, new Figures()));
    return workload;
  }

  private void serve() throws IOException, InterruptedException {
    for (Map.Entry<Side, Path> each : readers.filled(names).entrySet()) {
      Child writer = Peers.startOne(setting, each.getKey());
      JsonNode serving = writer.ask("serve", Map.of("folder", each.getValue().toString()));
      sources.put(
          each.getKey(),
          new Source(serving.path("port").asInt(), List.of(serving.path("key").asText())));
    }
  }

  @Override
  public void round(List<Side> sides, Figures figures) throws IOException, InterruptedException {
    for (Side side : sides) {
      fetch(side, figures);
    }
  }

  private void fetch(Side side, Figures figures) throws IOException, InterruptedException {
    JsonNode answer = readers.inNewFolder(side, "fetch", source(side).fields(names));
    Peers.addRate(figures, REPLICATE, side, names, answer);
    if (side == Side.OURS) {
      Peers.addAllocated(figures, ALLOCATED, names, answer);
    }
  }

  private Source source(Side side) {
    return Objects.requireNonNull(sources.get(side));
  }

  /** Where registries can be fetched. */
  record Source(int port, List<String> keys) {

    /** Returns the fields of the command that fetches all of them, {@code names} names each. */
    Map<String, ?> fields(int names) {
      return Map.of("port", port, "keys", keys, "names", names);
    }
  }
}
