package dev.usernameregistry.net.peering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.announce.PeerRecord;
import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.peering.DialSearch.Answer;
import dev.usernameregistry.net.peering.Joint.Way;
import dev.usernameregistry.net.peering.message.Noise;
import dev.usernameregistry.net.peering.message.NoisePayload;
import dev.usernameregistry.net.peering.message.NoisePayload.Holepunch;
import dev.usernameregistry.net.peering.message.NoisePayload.Udx;
import dev.usernameregistry.net.punch.NatKind;
import dev.usernameregistry.net.punch.PunchRelay;
import dev.usernameregistry.testkit.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which ways to a server are tried, after an answer of it that the test invents. */
class ClientWaysTest {
  private static final long MILLI_NANOS = 1_000_000L;

  private static final Ipv4Address RELAY = Ipv4Address.of("8.0.9.1", 1);
  private static final Ipv4Address SERVER = Ipv4Address.of("9.0.0.1", 77);

  /** At a relay that is gone, so that a punch fails. */
  private static final Holepunch HOLEPUNCH =
      new Holepunch(3, List.of(new PunchRelay(RELAY, SERVER)));

  private final SeededRandom random = new SeededRandom(8);
  private final SimulatedDht dht = new SimulatedDht(1);
  private final SimulatedInternet internet = dht.internet;
  private final SimulatedMachine machine = dht.behindNat("client", "9.0.0.2").machine;
  private final Alarms alarms = new Alarms();
  private final Punches punches = new Punches();
  private final List<Way> found = new ArrayList<>();
  private final List<Boolean> punched = new ArrayList<>();
  private final List<DialFailure> failures = new ArrayList<>();

  @Test
  void theAddressOfAServerThatAnybodyReachesIsTheWay() {
    List<Ipv4Address> addresses =
        List.of(Ipv4Address.of("192.168.1.9", 5), Ipv4Address.of("7.7.7.7", 6));
    ClientWays ways =
        start(NatKind.UNKNOWN, answer(SERVER), payload(NatKind.OPEN, HOLEPUNCH, addresses));
    assertThat(found)
        .containsExactly(new Way(machine.node.requestSocket(), Ipv4Address.of("7.7.7.7", 6)));
    assertThat(punched).containsExactly(false);
    assertThat(ways.isActive()).isFalse();
  }

  @Test
  void aServerThatNamesNoRelayIsReachedWhereItsRelaySeesIt() {
    for (Holepunch none : new @Nullable Holepunch[] {null, new Holepunch(3, List.of())}) {
      found.clear();
      start(NatKind.OPEN, answer(SERVER), payload(NatKind.UNKNOWN, none, List.of()));
      assertThat(found).containsExactly(new Way(machine.node.requestSocket(), SERVER));
    }
  }

  /** It was asked itself, and says that it was not. */
  @Test
  void aServerThatIsItsOwnRelayAndNamesNoOtherLeavesNoWay() {
    Answer answer = new Answer(new byte[0], RELAY, RELAY, RELAY, true, 0);
    List<Ipv4Address> local = List.of(Ipv4Address.of("192.168.1.9", 5));
    for (Holepunch none : new @Nullable Holepunch[] {null, new Holepunch(3, List.of())}) {
      failures.clear();
      start(NatKind.UNKNOWN, answer, payload(NatKind.UNKNOWN, none, local));
      assertThat(failures).containsExactly(DialFailure.CANNOT_HOLEPUNCH);
    }
    assertThat(found).isEmpty();
    assertThat(sentTo(local.get(0))).isZero();
  }

  @Test
  void aServerHasTenSecondsToComeToAClientThatAnybodyReaches() {
    ClientWays ways =
        start(NatKind.OPEN, answer(SERVER), payload(NatKind.UNKNOWN, HOLEPUNCH, List.of()));
    run(9_980);
    assertThat(failures).isEmpty();
    assertThat(ways.isActive()).isTrue();
    assertThat(machine.ports).as("no punch").hasSize(2);
    run(30);
    assertThat(failures).containsExactly(DialFailure.PEER_SILENT);
    assertThat(ways.isActive()).isFalse();
  }

  @Test
  void theLocalAddressThatIsMostLikeOursIsAsked() {
    Ipv4Address nobody = Ipv4Address.of("224.0.0.1", 1);
    Ipv4Address first = Ipv4Address.of("10.9.9.9", 2);
    Ipv4Address like = Ipv4Address.of("192.168.1.9", 3);
    Ipv4Address last = Ipv4Address.of("10.8.8.8", 4);
    start(NatKind.UNKNOWN, near(), payload(null, HOLEPUNCH, List.of(nobody, first, like, last)));
    run(100);
    assertThat(sentTo(like)).isPositive();
    start(NatKind.UNKNOWN, near(), payload(null, HOLEPUNCH, List.of(nobody, first, last)));
    run(100);
    assertThat(sentTo(first)).as("none is like ours").isPositive();
    assertThat(sentTo(last) + sentTo(nobody)).isZero();
  }

  @Test
  void aPunchBeginsAtOnceIfNoLocalAddressCanBeAsked() {
    Ipv4Address nobody = Ipv4Address.of("224.0.0.1", 1);
    start(NatKind.UNKNOWN, near(), payload(null, HOLEPUNCH, List.of(nobody)));
    run(10);
    assertThat(machine.ports).hasSize(3);
    Ipv4Address local = Ipv4Address.of("192.168.1.9", 3);
    DialOptions options = new DialOptions(null, false, true);
    start(NatKind.UNKNOWN, near(), payload(null, HOLEPUNCH, List.of(local)), options);
    run(10);
    assertThat(machine.ports).as("another one").hasSize(4);
    assertThat(sentTo(nobody) + sentTo(local)).isZero();
  }

  @Test
  void aLocalAddressThatIsSilentIsTheEndWithoutAPunch() {
    DialOptions options = new DialOptions(null, true, false);
    NoisePayload payload = payload(null, HOLEPUNCH, List.of(Ipv4Address.of("192.168.1.9", 3)));
    ClientWays ways = start(NatKind.UNKNOWN, near(), payload, options);
    assertThat(alarms.nextNanos()).as("no punch later").isEqualTo(Long.MAX_VALUE);
    run(600);
    assertThat(failures).isEmpty();
    assertThat(ways.isActive()).isTrue();
    run(20_000);
    assertThat(failures).containsExactly(DialFailure.LAN_UNREACHABLE);
    assertThat(machine.ports).hasSize(2);
    assertThat(ways.isActive()).isFalse();
  }

  @Test
  void aServerThatIsNotPunchedToHasNoOtherWay() {
    DialOptions options = new DialOptions(null, true, false);
    start(NatKind.UNKNOWN, answer(SERVER), payload(null, HOLEPUNCH, List.of()), options);
    assertThat(failures).containsExactly(DialFailure.CANNOT_HOLEPUNCH);
  }

  /** The punch, which begins second, is the last to fail. */
  @Test
  void theReasonIsThatOfWhatFailedLast() {
    NoisePayload payload = payload(null, HOLEPUNCH, List.of(Ipv4Address.of("192.168.1.9", 3)));
    ClientWays ways = start(NatKind.UNKNOWN, near(), payload);
    run(490);
    assertThat(machine.ports).as("a head start").hasSize(2);
    run(60_000);
    assertThat(failures).containsExactly(DialFailure.HOLEPUNCH_PROBE_TIMEOUT);
    assertThat(machine.ports).hasSize(2);
    assertThat(ways.isActive()).isFalse();
  }

  @Test
  void aLocalAddressThatAnswersIsAWayAndNotTheEndOfOthers() {
    SimulatedMachine server =
        dht.behind(Objects.requireNonNull(machine.lan), "server", "192.168.1.3").machine;
    NoisePayload payload = payload(null, HOLEPUNCH, List.of(server.address));
    ClientWays ways = start(NatKind.UNKNOWN, near(), payload);
    run(100);
    assertThat(found).containsExactly(new Way(DhtNode.SERVER_SOCKET, server.address));
    assertThat(punched).containsExactly(false);
    assertThat(ways.isActive()).as("a punch follows").isTrue();
    run(60_000);
    assertThat(failures).as("and fails").hasSize(1);
  }

  @Test
  void whoStopsHearsNothingMoreAndHasNothingSent() {
    NoisePayload payload = payload(null, HOLEPUNCH, List.of(Ipv4Address.of("192.168.1.9", 3)));
    ClientWays ways = start(NatKind.UNKNOWN, near(), payload);
    ClientWays waiting = start(NatKind.OPEN, near(), payload);
    ClientWays punching = start(NatKind.UNKNOWN, answer(SERVER), payload);
    run(100);
    for (ClientWays each : List.of(ways, waiting, punching)) {
      assertThat(each.isActive()).isTrue();
      each.stop(internet.nowNanos);
      assertThat(each.isActive()).isFalse();
    }
    assertThat(alarms.nextNanos()).isEqualTo(Long.MAX_VALUE);
    internet.sent.clear();
    run(60_000);
    assertThat(sentTo(payload.addresses4().get(0))).isZero();
    assertThat(machine.ports).hasSize(2);
    assertThat(failures).isEmpty();
  }

  @Test
  void aPacketOfTheStreamThatComesToThePunchIsAsGoodAsAProbe() {
    ClientWays ways = start(NatKind.UNKNOWN, answer(SERVER), payload(null, HOLEPUNCH, List.of()));
    run(10);
    int socket = machine.ports.keySet().stream().mapToInt(Integer::intValue).max().orElseThrow();
    assertThat(socket).isGreaterThan(DhtNode.CLIENT_SOCKET);
    assertThat(ways.heard(new Way(DhtNode.CLIENT_SOCKET, SERVER), internet.nowNanos)).isFalse();
    assertThat(found).isEmpty();
    assertThat(ways.heard(new Way(socket, SERVER), internet.nowNanos)).isTrue();
    assertThat(found).containsExactly(new Way(socket, SERVER));
    assertThat(punched).containsExactly(true);
    assertThat(ways.isActive()).isFalse();
    assertThat(ways.heard(new Way(socket, SERVER), internet.nowNanos)).isFalse();
  }

  /** An answer through a relay, of a server elsewhere. */
  private static Answer answer(Ipv4Address server) {
    return new Answer(new byte[0], RELAY, server, Ipv4Address.of("9.0.0.2", 1), true, 0);
  }

  /** An answer of a server that shares our public host. */
  private static Answer near() {
    return answer(Ipv4Address.of("9.0.0.2", 2));
  }

  private static NoisePayload payload(
      @Nullable NatKind firewall, @Nullable Holepunch holepunch, List<Ipv4Address> addresses) {
    NatKind kind = firewall == null ? NatKind.UNKNOWN : firewall;
    return new NoisePayload(1, 0, kind, holepunch, addresses, new Udx(false, 1), null, List.of());
  }

  private ClientWays start(NatKind firewall, Answer answer, NoisePayload payload) {
    return start(firewall, answer, payload, DialOptions.DEFAULT);
  }

  private ClientWays start(
      NatKind firewall, Answer answer, NoisePayload payload, DialOptions options) {
    KeyPair server = Noise.newKeyPair(random);
    Noise.Client client =
        new Noise.Client(
            Noise.newKeyPair(random), Noise.newKeyPair(random), server.publicKey(), payload);
    Noise.Server theirs = new Noise.Server(server, Noise.newKeyPair(random), client.message());
    ClientWays.Known known =
        new ClientWays.Known(
            PeerRecord.target(server.publicKey()),
            options,
            firewall,
            answer,
            client.read(theirs.answer(payload)),
            false);
    ClientWays.Owner owner =
        new ClientWays.Owner() {
          @Override
          public void way(Way way, boolean byPunch, long nowNanos) {
            found.add(way);
            punched.add(byPunch);
          }

          @Override
          public void hopeless(DialFailure reason, long nowNanos) {
            failures.add(reason);
          }
        };
    ClientWays ways = new ClientWays(machine.context(alarms, punches), known, owner);
    ways.start(internet.nowNanos);
    return ways;
  }

  /** Runs the alarms and punches of this test too. */
  private void run(long millis) {
    for (long left = millis; left > 0; left -= 10) {
      internet.run(10 * MILLI_NANOS);
      alarms.run(internet.nowNanos);
      punches.onTimeout(internet.nowNanos);
    }
  }

  private long sentTo(Ipv4Address to) {
    return internet.sent.stream().filter(packet -> packet.to().equals(to)).count();
  }
}
