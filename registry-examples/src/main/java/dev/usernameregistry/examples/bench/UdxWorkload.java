package dev.usernameregistry.examples.bench;

import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * How fast one stream carries bytes over loopback, from one process to another of the same kind:
 * from the first byte written to the last one acknowledged.
 */
final class UdxWorkload implements Workload {
  private static final long FULL_BYTES = 64L << 20;
  private static final long QUICK_BYTES = 4L << 20;
  private static final int WARM_UP = 4;
  private static final int TRANSFERS = 3;

  private static final Row THROUGHPUT =
      new Row("udx-64mib", "UDX, one stream, 64 MiB", "MB/s", Goal.ratioAtLeast(1));

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
  static Kind kind() {
    return new Kind() {
      @Override
      public List<Row> rows() {
        return List.of(THROUGHPUT);
      }

      @Override
      public Workload begin(Setting setting) throws IOException, InterruptedException {
        return UdxWorkload.begin(setting);
      }
    };
  }

  private static Workload begin(Setting setting) throws IOException, InterruptedException {
    Map<Side, Pair> pairs = new EnumMap<>(Side.class);
    for (Side side : setting.sides()) {
      pairs.put(side, new Pair(end(setting, side), end(setting, side)));
    }
    UdxWorkload workload =
        new UdxWorkload(
            setting.quick() ? QUICK_BYTES : FULL_BYTES, setting.amount(TRANSFERS, 1), pairs);
    workload.transfer(new Figures(), setting.amount(WARM_UP, 1));
    return workload;
  }

  private static End end(Setting setting, Side side) throws IOException, InterruptedException {
    Child child =
        side == Side.OURS
            ? setting.children().java(UdxPeer.class.getName())
            : setting.reference().orElseThrow().start(setting.children(), "udx-peer.mjs");
    return new End(child, child.event("ready").path("port").asInt());
  }

  @Override
  public void round(Figures figures) throws IOException, InterruptedException {
    transfer(figures, transfers);
  }

  private void transfer(Figures figures, int count) throws IOException, InterruptedException {
    for (int at = 0; at < count; at++) {
      for (Map.Entry<Side, Pair> each : pairs.entrySet()) {
        figures.add(THROUGHPUT, each.getKey(), transfer(each.getValue()));
      }
    }
  }

  /** Returns megabytes per second. */
  private double transfer(Pair pair) throws IOException, InterruptedException {
    int stream = ++lastStream;
    int receiving = pair.to().child().begin("receive", fields(pair.from(), stream));
    pair.to().child().event("receiving");
    double millis =
        pair.from().child().ask("send", fields(pair.to(), stream)).path("millis").asDouble();
    long received = pair.to().child().answer(receiving).path("received").asLong();
    if (received != bytes) {
      throw new IOException("of " + bytes + " bytes " + received + " arrived");
    }
    return bytes / 1e6 / (millis / 1e3);
  }

  private Map<String, Object> fields(End remote, int stream) {
    return Map.of("port", remote.port(), "stream", stream, "bytes", bytes);
  }

  /** A process with one socket. */
  private record End(Child child, int port) {}

  /** Two of a kind. */
  private record Pair(End from, End to) {}
}
