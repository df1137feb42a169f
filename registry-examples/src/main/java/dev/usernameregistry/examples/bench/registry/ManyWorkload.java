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
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Many registries of one name each: fetched by a peer that is given their keys; then, in a process
 * that has opened 5,000 of them, a name that none of them has looked up, and the memory that they
 * take beside a process that has opened none.
 */
public final class ManyWorkload implements Workload {
  private static final String RATE = "/s";
  private static final Count FETCHED = Count.growing(3_000, 30);
  private static final Count KNOWN = Count.growing(5_000, 50);

  private static final int OUR_LOOKUPS = 50_000;
  private static final int THEIR_LOOKUPS = 3;

  private static final Row FETCH =
      Row.more("many", "fetch # registries of one name", RATE)
          .about(FETCHED)
          .must(Goal.ratioAtLeast(6))
          .aim(Goal.atLeast(1, Limits.VERIFY))
          .beside(Limits.VERIFY);

  private static final Row MISS =
      Row.more("lookup-miss-5000", "look up a name that is in none of # registries", RATE)
          .about(KNOWN)
          .must(Goal.ratioAtLeast(100_000));

  private static final Row RESIDENT =
      Row.less("memory", "resident, for an idle registry of #", "bytes")
          .about(KNOWN)
          .must(Goal.ratioAtMost(0.1))
          .aim(Goal.atMost(1024, "bytes"));

  private static final Row HEAP =
      Row.less("memory-heap", "heap, for an idle registry of #", "bytes").about(KNOWN);

  private final Setting setting;
  private final Peers peers;
  private final Map<Side, Loaded> loads = new EnumMap<>(Side.class);

  private ManyWorkload(Setting setting, Peers peers) {
    this.setting = setting;
    this.peers = peers;
  }

  /** Returns how it is begun. */
  public static Kind kind() {
    return Kind.of(List.of(FETCH, MISS, RESIDENT, HEAP), ManyWorkload::begin);
  }

  private static Workload begin(Setting setting) throws IOException, InterruptedException {
    ManyWorkload workload = new ManyWorkload(setting, Peers.start(setting));
    for (Side side : setting.sides()) {
      workload.loads.put(side, workload.load(side));
    }
    WarmUp.each(setting, side -> workload.fetch(new Figures(), side));
    return workload;
  }

  /** Has a process serve them, and another fetch all of them into a store that stays. */
  private Loaded load(Side side) throws IOException, InterruptedException {
    int known = setting.count(KNOWN);
    String folder = setting.scratch().newFolder("many").toString();
    Child server = Peers.startOne(setting, side);
    List<String> keys = new ArrayList<>();
    server
        .ask("makeMany", Map.of("folder", folder, "count", known))
        .path("keys")
        .forEach(key -> keys.add(key.asText()));
    int port = server.ask("serve", Map.of("folder", folder, "keys", keys)).path("port").asInt();
    Path fetched = setting.scratch().newFolder("fetched");
    peers
        .of(side)
        .ask("fetch", Map.of("folder", fetched.toString(), "port", port, "keys", keys, "names", 1));
    return new Loaded(port, keys, fetched);
  }

  @Override
  public void round(List<Side> sides, Figures figures) throws IOException, InterruptedException {
    for (Side side : sides) {
      fetch(figures, side);
    }
    for (Side side : sides) {
      openAll(figures, side);
    }
  }

  private void fetch(Figures figures, Side side) throws IOException, InterruptedException {
    Loaded loaded = loaded(side);
    List<String> keys = loaded.keys().subList(0, setting.count(FETCHED));
    JsonNode answer =
        peers.inNewFolder(side, "fetch", Map.of("port", loaded.port(), "keys", keys, "names", 1));
    Peers.addRate(figures, FETCH, side, keys.size(), answer);
  }

  /** Opens the store in a new process, as it would be after a restart. */
  private void openAll(Figures figures, Side side) throws IOException, InterruptedException {
    Loaded loaded = loaded(side);
    Weight without = Weight.of(setting, side, setting.scratch().newFolder("none"), List.of());
    try (Child child = Peers.startOne(setting, side)) {
      child.ask("open", Map.of("folder", loaded.folder().toString(), "keys", loaded.keys()));
      Weight with = Weight.of(child);
      double count = loaded.keys().size();
      Weight more = with.minus(without);
      figures.add(RESIDENT, side, more.residentBytes() / count);
      figures.add(HEAP, side, more.heapBytes() / count);
      WarmUp.one(setting, side, one -> lookUp(new Figures(), one, child));
      lookUp(figures, side, child);
    }
  }

  private void lookUp(Figures figures, Side side, Child child)
      throws IOException, InterruptedException {
    int count = side == Side.OURS ? setting.amount(OUR_LOOKUPS, THEIR_LOOKUPS) : THEIR_LOOKUPS;
    JsonNode answer =
        child.ask("lookup", Map.of("count", count, "names", KNOWN.full(), "hit", false));
    Peers.addRate(figures, MISS, side, count, answer);
  }

  private Loaded loaded(Side side) {
    return Objects.requireNonNull(loads.get(side));
  }

  /** Where the registries are served, and where all of them are stored. */
  private record Loaded(int port, List<String> keys, Path folder) {}
}
