package dev.usernameregistry.net.punch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.testkit.SeededRandom;
import dev.usernameregistry.testkit.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Any bytes to the decoders, and any events in any order to both machines. */
class PunchFuzzTest {
  private static final int INPUTS = 200_000;
  private static final int PUNCHES = 5_000;
  private static final int EVENTS = 40;
  private static final byte[] SECRET = new byte[32];

  @Test
  void anyBytesGiveAMessageOrTheOneException() {
    Random random = new Random(11);
    List<byte[]> seeds = seeds("holepunch");
    int faults = 0;
    for (int i = 0; i < INPUTS; i++) {
      byte[] bytes = mutated(seeds, random);
      try {
        HolepunchMessage message = HolepunchMessage.decode(bytes);
        assertThat(HolepunchMessage.decode(message.encode()).encode()).isEqualTo(message.encode());
      } catch (MalformedMessageException e) {
        faults++;
      }
    }
    assertThat(faults).isBetween(INPUTS / 20, INPUTS - INPUTS / 20);
  }

  @Test
  void anyBytesGiveAPayloadOrTheOneException() {
    Random random = new Random(12);
    List<byte[]> seeds = seeds("holepunchPayload");
    int faults = 0;
    for (int i = 0; i < INPUTS; i++) {
      try {
        PunchPayload payload = PunchPayload.decode(mutated(seeds, random));
        assertThat(PunchPayload.decode(payload.encode())).isEqualTo(payload);
      } catch (MalformedMessageException e) {
        faults++;
      }
    }
    assertThat(faults).isBetween(INPUTS / 20, INPUTS - INPUTS / 20);
  }

  @Test
  void noChangedBoxOpens() {
    Random random = new Random(13);
    PunchBox box = new PunchBox(SECRET, new SeededRandom(1));
    byte[] sealed = box.seal(payload(random, null));
    assertThat(box.open(sealed)).isNotNull();
    for (int i = 0; i < 20_000; i++) {
      byte[] changed = sealed.clone();
      changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
      assertThat(box.open(changed)).isNull();
    }
    for (int length = 0; length < sealed.length; length++) {
      assertThat(box.open(Arrays.copyOf(sealed, length))).isNull();
    }
  }

  @Test
  void clientStandsAnyEvents() {
    int[] ends = new int[2];
    for (int seed = 0; seed < PUNCHES; seed++) {
      Random random = new Random(seed);
      ScriptedNode node = ScriptedNode.knowing(random.nextInt(14));
      node.firewalled = random.nextInt(8) > 0;
      Outcome outcome = new Outcome();
      ClientPunch punch =
          new ClientPunch(
              node.context(seed),
              new ClientPunch.Setup(
                  SECRET,
                  kind(random),
                  address(random),
                  SimulatedAir.node(random.nextInt(2)),
                  List.of(new PunchRelay(SimulatedAir.node(0), address(random))),
                  random.nextBoolean()),
              outcome);
      Client client = new Client(node, punch, random);
      punch.start(client.nowNanos);
      for (int i = 0; i < EVENTS; i++) {
        client.event();
        assertThat(node.open.size()).isLessThanOrEqualTo(PunchSockets.COUNT_MAX);
      }
      finish(node, outcome, client.nowNanos, punch::onTimeout, punch::nextTimeoutNanos);
      assertThat(punch.isDone()).isTrue();
      assertThat(outcome.count).isEqualTo(1);
      ends[outcome.failure == null ? 0 : 1]++;
    }
    assertThat(ends).as("connected and failed").doesNotContain(0);
  }

  @Test
  void serverStandsAnyEvents() {
    int punching = 0;
    for (int seed = 0; seed < PUNCHES; seed++) {
      Random random = new Random(seed);
      ScriptedNode node = ScriptedNode.knowing(random.nextInt(14));
      node.firewalled = random.nextInt(8) > 0;
      Outcome outcome = new Outcome();
      ServerPunch punch =
          new ServerPunch(
              node.context(seed),
              new ServerPunch.Setup(SECRET, kind(random), address(random), random.nextBoolean()),
              outcome);
      Server server = new Server(node, punch, random);
      punch.start(server.nowNanos);
      for (int i = 0; i < EVENTS; i++) {
        server.event();
        assertThat(node.open.size()).isLessThanOrEqualTo(PunchSockets.COUNT_MAX);
      }
      finish(node, outcome, server.nowNanos, punch::onTimeout, punch::nextTimeoutNanos);
      assertThat(punch.isDone()).isTrue();
      assertThat(outcome.count).isEqualTo(1);
      punching += outcome.failure == PunchFailure.NO_PROBE_ARRIVED ? 1 : 0;
    }
    assertThat(punching).isGreaterThan(PUNCHES / 50);
  }

  private interface At {
    void onTimeout(long nowNanos);
  }

  private interface Next {
    long nanos();
  }

  /** Lets the time run until nothing is due; must come soon. */
  private static void finish(ScriptedNode node, Outcome outcome, long from, At at, Next next) {
    long now = from;
    for (int steps = 0; next.nanos() != Long.MAX_VALUE; steps++) {
      assertThat(steps).isLessThan(5_000);
      now = next.nanos() - now > 0 ? next.nanos() : now;
      at.onTimeout(now);
      node.timeOutPings(now);
    }
    assertThat(now - from).isLessThan(400_000_000_000L);
    assertThat(node.open).hasSize(outcome.failure == null ? 1 : 0);
  }

  /** What both sides hear of. */
  private abstract static class Events {
    final ScriptedNode node;
    final Random random;
    final PunchBox box = new PunchBox(SECRET, new SeededRandom(7));
    final List<Key> tokens = new ArrayList<>();

    /** Not far from where it wraps. */
    long nowNanos = Long.MAX_VALUE - 30_000_000_000L;

    Events(ScriptedNode node, Random random) {
      this.node = node;
      this.random = random;
    }

    abstract void message(byte[] sealed);

    abstract void probe(int socket, Ipv4Address from);

    abstract void onTimeout();

    void event() {
      nowNanos += random.nextInt(600_000_000);
      switch (random.nextInt(6)) {
        case 0 -> node.timeOutPings(nowNanos);
        case 1, 2 -> node.answerPings(nowNanos, address(random), address(random));
        case 3 -> onTimeout();
        case 4 -> message(random.nextInt(20) == 0 ? new byte[60] : box.seal(sent()));
        default -> {
          if (random.nextInt(4) == 0) {
            int any = random.nextInt(3) + node.open.stream().findAny().orElse(0);
            probe(any, address(random));
          }
        }
      }
    }

    /** Learns what the machine says, to be able to send its token back. */
    void learn(byte[] sealed) {
      PunchPayload payload = box.open(sealed);
      if (payload != null && payload.token() != null) {
        tokens.add(payload.token());
      }
    }

    private PunchPayload sent() {
      return payload(random, tokens.isEmpty() ? null : tokens.get(tokens.size() - 1));
    }
  }

  private static final class Client extends Events {
    private final ClientPunch punch;

    Client(ScriptedNode node, ClientPunch punch, Random random) {
      super(node, random);
      this.punch = punch;
    }

    @Override
    void message(byte[] sealed) {
      ScriptedNode.Asked asked = node.asked.get(random.nextInt(node.asked.size()));
      learn(asked.question().payload());
      if (random.nextInt(12) == 0) {
        asked.listener().failed(nowNanos);
      } else {
        asked.listener().answered(address(random), address(random), sealed, nowNanos);
      }
    }

    @Override
    void probe(int socket, Ipv4Address from) {
      punch.probe(socket, from, nowNanos);
    }

    @Override
    void onTimeout() {
      punch.onTimeout(nowNanos);
    }
  }

  private static final class Server extends Events {
    private final ServerPunch punch;

    Server(ScriptedNode node, ServerPunch punch, Random random) {
      super(node, random);
      this.punch = punch;
    }

    @Override
    void message(byte[] sealed) {
      PunchRequest request =
          new PunchRequest(
              sealed,
              address(random),
              SimulatedAir.node(random.nextInt(3)),
              address(random),
              punch.socket(),
              random.nextBoolean());
      punch.receive(request, (socket, payload) -> learn(payload), nowNanos);
    }

    @Override
    void probe(int socket, Ipv4Address from) {
      punch.probe(socket, from, nowNanos);
    }

    @Override
    void onTimeout() {
      punch.onTimeout(nowNanos);
    }
  }

  private static final class Outcome implements PunchListener {
    private int count;
    private @Nullable PunchFailure failure;

    @Override
    public void connected(int socket, Ipv4Address remote, long nowNanos) {
      count++;
    }

    @Override
    public void failed(PunchFailure reason, long nowNanos) {
      count++;
      failure = reason;
    }
  }

  private static PunchPayload payload(Random random, @Nullable Key token) {
    List<Ipv4Address> addresses = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      addresses.add(random.nextInt(5) == 0 ? address(random).withPort(0) : address(random));
    }
    return new PunchPayload(
        random.nextInt(12) == 0 ? random.nextInt(4) : 0,
        kind(random),
        random.nextInt(random.nextBoolean() ? 4 : 253),
        random.nextBoolean(),
        random.nextBoolean(),
        random.nextInt(5) == 0 ? null : addresses,
        random.nextBoolean() ? address(random) : null,
        random.nextInt(4) == 0 ? null : Key.of(new byte[32]),
        token);
  }

  private static NatKind kind(Random random) {
    return NatKind.of(random.nextInt(4));
  }

  private static Ipv4Address address(Random random) {
    return new Ipv4Address(random.nextInt(3), 1 + random.nextInt(2));
  }

  private static List<byte[]> seeds(String field) {
    List<byte[]> seeds = new ArrayList<>();
    for (JsonNode vector : Vectors.load("dht").cases(field)) {
      seeds.add(Vectors.bytes(vector.get("hex")));
    }
    return seeds;
  }

  private static byte[] mutated(List<byte[]> seeds, Random random) {
    byte[] seed = seeds.get(random.nextInt(seeds.size()));
    byte[] bytes = Arrays.copyOf(seed, random.nextInt(seed.length + 4));
    for (int i = random.nextInt(4); i > 0 && bytes.length > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    return bytes;
  }
}
