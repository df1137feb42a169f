package dev.usernameregistry.examples.bench.net;

import dev.usernameregistry.examples.bench.frame.Child;
import dev.usernameregistry.examples.bench.frame.Figures;
import dev.usernameregistry.examples.bench.frame.Goal;
import dev.usernameregistry.examples.bench.frame.Row;
import dev.usernameregistry.examples.bench.frame.Setting;
import dev.usernameregistry.examples.bench.frame.Side;
import dev.usernameregistry.examples.bench.frame.Spread;
import dev.usernameregistry.examples.bench.frame.Workload;
import dev.usernameregistry.net.Topic;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How long a peer that joins a topic waits for the first name out of the verified registry of
 * another, which has been there before. Every sample is taken by a peer with a new key. Both sides
 * use one DHT, in a process of its own; the peers that come run in this process or in one of
 * Node.js, both of them warm. A name that has not come after 10 s counts as one that came then.
 */
public final class JoinWorkload implements Workload {
  private static final String NAME = "name_of_peer";
  private static final String MS = "ms";

  private static final Row JOIN_MIDDLE =
      Row.less("join-p50", "join to first name, p50", MS).must(Goal.atMost(150, MS));
  private static final Row JOIN_LATE = Row.less("join-p95", "join to first name, p95", MS);
  private static final Row START_MIDDLE = Row.less("start-p50", "start to first name, p50", MS);
  private static final Row START_LATE = Row.less("start-p95", "start to first name, p95", MS);

  private static final int SAMPLES = 30;
  private static final int WARM_UP = 20;

  private final int samples;
  private final Map<Side, Comer> comers;

  private JoinWorkload(int samples, Map<Side, Comer> comers) {
    this.samples = samples;
    this.comers = comers;
  }

  /** Returns how it is begun. */
  public static Kind kind() {
    return Kind.of(List.of(JOIN_MIDDLE, JOIN_LATE, START_MIDDLE, START_LATE), JoinWorkload::begin);
  }

  private static Workload begin(Setting setting) throws IOException, InterruptedException {
    LoopbackDht dht = LoopbackDht.start(setting.children());
    Map<Side, Comer> comers = new EnumMap<>(Side.class);
    for (Side side : setting.sides()) {
      String topic = Topic.random(new SecureRandom()).hex();
      comers.put(side, side == Side.OURS ? ours(setting, dht, topic) : theirs(setting, dht, topic));
    }
    JoinWorkload workload = new JoinWorkload(setting.amount(SAMPLES, 3), comers);
    workload.sample(setting.sides(), new Figures(), setting.amount(WARM_UP, 1));
    return workload;
  }

  private static Comer ours(Setting setting, LoopbackDht dht, String topic)
      throws IOException, InterruptedException {
    Child stays =
        setting
            .children()
            .program(
                "shell",
                "--json",
                "--memory",
                "--name",
                "stays",
                "--dht-port",
                "0", //
                "--bootstrap",
                dht.address(),
                "--topic",
                topic);
    stays.event("swarm", line -> line.path("stage").asText().equals("joined"));
    stays.tell("register " + NAME);
    stays.event("registered");
    return new OurComer(dht.entry(), Topic.fromHex(topic), NAME);
  }

  private static Comer theirs(Setting setting, LoopbackDht dht, String topic)
      throws IOException, InterruptedException {
    Map<String, String> meeting = Map.of("topic", topic, "name", NAME);
    swarmPeer(setting, dht).ask("stay", meeting);
    return new JsComer(swarmPeer(setting, dht), meeting);
  }

  private static Child swarmPeer(Setting setting, LoopbackDht dht) throws IOException {
    return setting
        .reference()
        .orElseThrow()
        .start(
            setting.children(),
            "swarm-peer.mjs",
            setting.scratch().newFolder("store").toString(),
            dht.address());
  }

  @Override
  public void round(List<Side> sides, Figures figures) throws IOException, InterruptedException {
    sample(sides, figures, samples);
  }

  private void sample(List<Side> sides, Figures figures, int count)
      throws IOException, InterruptedException {
    Map<Side, double[]> joins = new EnumMap<>(Side.class);
    Map<Side, double[]> starts = new EnumMap<>(Side.class);
    for (int at = 0; at < count; at++) {
      for (Side side : sides) {
        Comer comer = Objects.requireNonNull(comers.get(side));
        joins.computeIfAbsent(side, all -> new double[count])[at] = comer.join();
        starts.computeIfAbsent(side, all -> new double[count])[at] = comer.start();
      }
    }
    joins.forEach((side, millis) -> add(figures, side, millis, JOIN_MIDDLE, JOIN_LATE));
    starts.forEach((side, millis) -> add(figures, side, millis, START_MIDDLE, START_LATE));
  }

  private static void add(Figures figures, Side side, double[] millis, Row middle, Row late) {
    figures.add(middle, side, Spread.percentile(millis, 50));
    figures.add(late, side, Spread.percentile(millis, 95));
  }

  /** Comes as a new peer, and goes again; each method returns milliseconds. */
  interface Comer {

    /** Enters the DHT, and then joins: the time from joining to the name. */
    double join() throws IOException, InterruptedException;

    /** The time from before any socket is bound to the name. */
    double start() throws IOException, InterruptedException;
  }

  /** A JavaScript peer that comes. */
  private record JsComer(Child child, Map<String, String> meeting) implements Comer {
    @Override
    public double join() throws IOException, InterruptedException {
      return child.ask("join", meeting).path("millis").asDouble();
    }

    @Override
    public double start() throws IOException, InterruptedException {
      return child.ask("start", meeting).path("millis").asDouble();
    }
  }
}
