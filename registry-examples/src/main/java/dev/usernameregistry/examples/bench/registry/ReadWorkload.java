package dev.usernameregistry.examples.bench.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.examples.bench.frame.Count;
import dev.usernameregistry.examples.bench.frame.Figures;
import dev.usernameregistry.examples.bench.frame.Goal;
import dev.usernameregistry.examples.bench.frame.Row;
import dev.usernameregistry.examples.bench.frame.Setting;
import dev.usernameregistry.examples.bench.frame.Side;
import dev.usernameregistry.examples.bench.frame.WarmUp;
import dev.usernameregistry.examples.bench.frame.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Names looked up and listed, of one registry that is open. */
public final class ReadWorkload implements Workload {
  private static final String RATE = "/s";
  private static final Count NAMES = Count.growing(5_000, 100);
  private static final int LISTS = 4;

  /** How often ours looks up all names, so that it takes a while that can be measured. */
  private static final int OUR_TIMES = 10;

  private static final Row HIT =
      Row.more("lookup-hit", "look up a name that is there, of #", RATE)
          .about(NAMES)
          .must(Goal.ratioAtLeast(40));

  private static final Row MISS =
      Row.more("lookup-miss", "look up a name that is not there, of #", RATE)
          .about(NAMES)
          .must(Goal.ratioAtLeast(40));

  private static final Row LIST =
      Row.more("list", "list all # names", "names/s").about(NAMES).must(Goal.ratioAtLeast(10));

  private static final Row ALLOCATED =
      Row.less("alloc-lookup", "look-up of a name: allocated", "bytes");

  private final Setting setting;
  private final Peers peers;
  private final int names;

  private ReadWorkload(Setting setting, Peers peers) {
    this.setting = setting;
    this.peers = peers;
    names = setting.count(NAMES);
  }

  /** Returns how it is begun. */
  public static Kind kind() {
    return Kind.of(List.of(HIT, MISS, LIST, ALLOCATED), ReadWorkload::begin);
  }

  private static Workload begin(Setting setting) throws IOException, InterruptedException {
    ReadWorkload workload = new ReadWorkload(setting, Peers.start(setting));
    for (Map.Entry<Side, Path> each : workload.peers.filled(workload.names).entrySet()) {
      workload.peers.of(each.getKey()).ask("open", Map.of("folder", each.getValue().toString()));
    }
    Figures unread = new Figures();
    WarmUp.each(setting, side -> workload.lookUp(unread, HIT, side, true));
    WarmUp.each(setting, side -> workload.lookUp(unread, MISS, side, false));
    WarmUp.each(setting, side -> workload.list(unread, side));
    return workload;
  }

  @Override
  public void round(List<Side> sides, Figures figures) throws IOException, InterruptedException {
    for (Side side : sides) {
      JsonNode hits = lookUp(figures, HIT, side, true);
      if (side == Side.OURS) {
        Peers.addAllocated(figures, ALLOCATED, count(side), hits);
      }
    }
    for (Side side : sides) {
      lookUp(figures, MISS, side, false);
    }
    for (Side side : sides) {
      list(figures, side);
    }
  }

  private void list(Figures figures, Side side) throws IOException, InterruptedException {
    int times = LISTS * (side == Side.OURS ? setting.amount(OUR_TIMES, 1) : 1);
    JsonNode answer = peers.of(side).ask("list", Map.of("times", times));
    Peers.addRate(figures, LIST, side, answer.path("names").asDouble(), answer);
  }

  private JsonNode lookUp(Figures figures, Row row, Side side, boolean hit)
      throws IOException, InterruptedException {
    JsonNode answer =
        peers.of(side).ask("lookup", Map.of("count", count(side), "names", names, "hit", hit));
    Peers.addRate(figures, row, side, count(side), answer);
    return answer;
  }

  private int count(Side side) {
    return side == Side.OURS ? names * setting.amount(OUR_TIMES, 1) : names;
  }
}
