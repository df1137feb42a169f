package dev.usernameregistry.examples.bench.net;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.examples.bench.frame.Child;
import dev.usernameregistry.examples.bench.frame.Figures;
import dev.usernameregistry.examples.bench.frame.Goal;
import dev.usernameregistry.examples.bench.frame.Row;
import dev.usernameregistry.examples.bench.frame.Setting;
import dev.usernameregistry.examples.bench.frame.Side;
import dev.usernameregistry.examples.bench.frame.Workload;
import dev.usernameregistry.net.Topic;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Peers that have joined a topic and do nothing: one that is alone there, and one that is connected
 * with another. All sides wait at the same time, for none is busy.
 */
public final class IdleWorkload implements Workload {
  private static final int SETTLE_SECONDS = 10;
  private static final int WATCH_SECONDS = 30;

  private static final String CPU = "% of a core";
  private static final String PACKETS = "packets/s";

  private static final Row CPU_ALONE =
      Row.less("idle-cpu", "joined and alone: processor", CPU).must(Goal.atMost(2, CPU));
  private static final Row PACKETS_ALONE =
      Row.less("idle-packets", "joined and alone: sent + received", PACKETS)
          .must(Goal.ratioAtMost(1.1));
  private static final Row CPU_CONNECTED =
      Row.less("idle-pair-cpu", "joined, one connection: processor", CPU).must(Goal.atMost(2, CPU));
  private static final Row PACKETS_CONNECTED =
      Row.less("idle-pair-packets", "joined, one connection: sent + received", PACKETS)
          .must(Goal.ratioAtMost(1.1));

  private final long watchSeconds;
  private final List<Idler> idlers;

  private IdleWorkload(long watchSeconds, List<Idler> idlers) {
    this.watchSeconds = watchSeconds;
    this.idlers = idlers;
  }

  /** Returns how it is begun. */
  public static Kind kind() {
    return Kind.of(
        List.of(CPU_ALONE, PACKETS_ALONE, CPU_CONNECTED, PACKETS_CONNECTED), IdleWorkload::begin);
  }

  private static Workload begin(Setting setting) throws IOException, InterruptedException {
    LoopbackDht dht = LoopbackDht.start(setting.children());
    List<Idler> idlers = new ArrayList<>();
    for (Side side : setting.sides()) {
      String alone = newTopic();
      idlers.add(new Idler(side, CPU_ALONE, PACKETS_ALONE, start(setting, side, dht, alone)));
      String shared = newTopic();
      Source other = start(setting, Side.OURS, dht, shared);
      Source measured = start(setting, side, dht, shared);
      awaitConnection(other);
      idlers.add(new Idler(side, CPU_CONNECTED, PACKETS_CONNECTED, measured));
    }
    TimeUnit.SECONDS.sleep(setting.amount(SETTLE_SECONDS, 2));
    return new IdleWorkload(setting.amount(WATCH_SECONDS, 3), idlers);
  }

  private static Source start(Setting setting, Side side, LoopbackDht dht, String topic)
      throws IOException, InterruptedException {
    if (side == Side.OURS) {
      Child shell =
          setting
              .children()
              .program(
                  "shell",
                  "--json",
                  "--memory",
                  "--name",
                  "idle",
                  "--dht-port",
                  "0", //
                  "--bootstrap",
                  dht.address(),
                  "--topic",
                  topic);
      shell.event("swarm", line -> line.path("stage").asText().equals("joined"));
      return new Source(shell, Side.OURS);
    }
    Child peer =
        setting
            .reference()
            .orElseThrow()
            .start(
                setting.children(),
                "swarm-peer.mjs",
                setting.scratch().newFolder("store").toString(),
                dht.address());
    peer.ask("stay", Map.of("topic", topic));
    return new Source(peer, Side.JS);
  }

  private static void awaitConnection(Source ours) throws IOException, InterruptedException {
    ours.child().event("peer", line -> line.path("connected").asBoolean());
  }

  private static String newTopic() {
    return Topic.random(new SecureRandom()).hex();
  }

  @Override
  public void round(List<Side> sides, Figures figures) throws IOException, InterruptedException {
    List<Meter> before = readAll();
    TimeUnit.SECONDS.sleep(watchSeconds);
    List<Meter> after = readAll();
    for (int at = 0; at < idlers.size(); at++) {
      Idler idler = idlers.get(at);
      Meter from = before.get(at);
      Meter to = after.get(at);
      double seconds = (to.nanos() - from.nanos()) / 1e9;
      double busySeconds = to.cpu().minus(from.cpu()).toNanos() / 1e9;
      figures.add(idler.cpu(), idler.side(), 100 * busySeconds / seconds);
      figures.add(idler.packets(), idler.side(), (to.packets() - from.packets()) / seconds);
    }
  }

  private List<Meter> readAll() throws IOException, InterruptedException {
    List<Meter> meters = new ArrayList<>();
    for (Idler idler : idlers) {
      meters.add(idler.source().read());
    }
    return meters;
  }

  /** One peer that is watched. */
  private record Idler(Side side, Row cpu, Row packets, Source source) {}

  /** What a peer had used up at one moment. */
  private record Meter(long nanos, Duration cpu, long packets) {}

  /** A peer's process, and how it is asked. */
  private record Source(Child child, Side side) {
    Meter read() throws IOException, InterruptedException {
      long packets = side == Side.OURS ? ourPackets() : jsPackets();
      return new Meter(System.nanoTime(), child.cpuTime(), packets);
    }

    private long ourPackets() throws IOException, InterruptedException {
      child.tell("status");
      JsonNode swarm = child.event("status").path("swarm");
      return swarm.path("packetsSent").asLong() + swarm.path("packetsReceived").asLong();
    }

    private long jsPackets() throws IOException, InterruptedException {
      return child.ask("status", Map.of()).path("packets").asLong();
    }
  }
}
