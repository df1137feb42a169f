package dev.usernameregistry.examples.bench.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.examples.bench.frame.Figures;
import dev.usernameregistry.examples.bench.frame.Goal;
import dev.usernameregistry.examples.bench.frame.Row;
import dev.usernameregistry.examples.bench.frame.Setting;
import dev.usernameregistry.examples.bench.frame.Side;
import dev.usernameregistry.examples.bench.frame.Spread;
import dev.usernameregistry.examples.bench.frame.WarmUp;
import dev.usernameregistry.examples.bench.frame.Workload;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * How long a name takes from before it is registered at one peer to where another can read it, over
 * loopback TCP. Both peers of a side are in one process, so that one clock measures.
 */
public final class LiveWorkload implements Workload {
  private static final String MS = "ms";
  private static final int NAMES = 1_000;
  private static final int QUICK = 20;

  private static final Row MIDDLE =
      Row.less("live-p50", "register here to visible there, p50", MS).must(Goal.ratioAtMost(0.5));

  private static final Row LATE =
      Row.less("live-p99", "register here to visible there, p99", MS).must(Goal.atMost(5, MS));

  private final Setting setting;
  private final Peers peers;

  private LiveWorkload(Setting setting, Peers peers) {
    this.setting = setting;
    this.peers = peers;
  }

  /** Returns how it is begun. */
  public static Kind kind() {
    return Kind.of(List.of(MIDDLE, LATE), LiveWorkload::begin);
  }

  private static Workload begin(Setting setting) throws IOException, InterruptedException {
    LiveWorkload workload = new LiveWorkload(setting, Peers.start(setting));
    WarmUp.each(setting, side -> workload.round(List.of(side), new Figures()));
    return workload;
  }

  @Override
  public void round(List<Side> sides, Figures figures) throws IOException, InterruptedException {
    Map<String, ?> fields = Map.of("count", setting.amount(NAMES, QUICK));
    for (Side side : sides) {
      double[] samples = samples(peers.inNewFolder(side, "live", fields));
      figures.add(MIDDLE, side, Spread.percentile(samples, 50));
      figures.add(LATE, side, Spread.percentile(samples, 99));
    }
  }

  private static double[] samples(JsonNode answer) {
    return StreamSupport.stream(answer.path("samples").spliterator(), false)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }
}
