package dev.usernameregistry.examples.bench.net;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.examples.bench.frame.Child;
import dev.usernameregistry.examples.bench.frame.Count;
import dev.usernameregistry.examples.bench.frame.Figures;
import dev.usernameregistry.examples.bench.frame.Goal;
import dev.usernameregistry.examples.bench.frame.Limits;
import dev.usernameregistry.examples.bench.frame.Row;
import dev.usernameregistry.examples.bench.frame.Setting;
import dev.usernameregistry.examples.bench.frame.Side;
import dev.usernameregistry.examples.bench.frame.Workload;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How fast one stream carries bytes over loopback, from one process to another of the same kind.
 * The receiver counts, from the first byte to the last.
 */
public final class UdxWorkload implements Workload {
  private static final Count MEBIBYTES = Count.fixed(64, 4);
  private static final int WARM_UP = 4;
  private static final int TRANSFERS = 3;

  private static final Row THROUGHPUT =
      Row.more("udx-64mib", "UDX, one stream, # MiB", "MB/s")
          .about(MEBIBYTES)
          .must(Goal.ratioAtLeast(1))
          .beside(Limits.LOOPBACK);

  private final long bytes;
  private final int transfers;
  private final Map<Side, Pair> pairs;
  private int lastStream;

  private UdxWorkload(long bytes, int transfers, Map<Side, Pair> pairs) {
    this.bytes = bytes;
    this.transfers = transfers;
    this.pairs = pairs;
  }

  /** Returns how it is begun. */
  public static Kind kind() {
    return Kind.of(List.of(THROUGHPUT), UdxWorkload::begin);
  }

  private static Workload begin(Setting setting) throws IOException, InterruptedException {
    Map<Side, Pair> pairs = new EnumMap<>(Side.class);
    for (Side side : setting.sides()) {
      pairs.put(side, new Pair(end(setting, side), end(setting, side)));
    }
    UdxWorkload workload =
        new UdxWorkload((long) setting.count(MEBIBYTES) << 20, setting.amount(TRANSFERS, 1), pairs);
    workload.transfer(setting.sides(), new Figures(), setting.amount(WARM_UP, 1));
    return workload;
  }

  private static Child end(Setting setting, Side side) throws IOException, InterruptedException {
    Child child =
        side == Side.OURS
            ? setting.children().java(UdxPeer.class.getName())
            : setting.reference().orElseThrow().start(setting.children(), "udx-peer.mjs");
    child.event("ready");
    return child;
  }

  @Override
  public void round(List<Side> sides, Figures figures) throws IOException, InterruptedException {
    transfer(sides, figures, transfers);
  }

  private void transfer(List<Side> sides, Figures figures, int count)
      throws IOException, InterruptedException {
    for (int at = 0; at < count; at++) {
      for (Side side : sides) {
        figures.add(THROUGHPUT, side, transfer(Objects.requireNonNull(pairs.get(side))));
      }
    }
  }

  /** Returns megabytes per second. */
  private double transfer(Pair pair) throws IOException, InterruptedException {
    int stream = ++lastStream;
    int receiving = pair.to().begin("receive", Map.of("stream", stream));
    int port = pair.to().event("receiving").path("port").asInt();
    pair.from().ask("send", Map.of("stream", stream, "port", port, "bytes", bytes));
    JsonNode received = pair.to().answer(receiving);
    if (received.path("received").asLong() != bytes) {
      throw new IOException(received + " is not all of " + bytes + " bytes");
    }
    return bytes / 1e3 / received.path("millis").asDouble();
  }

  /** Two processes of a kind. */
  private record Pair(Child from, Child to) {}
}
