package dev.usernameregistry.net.punch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.testkit.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The client against a scripted server. */
abstract class ClientPunchScene {
  static final long SECOND = 1_000_000_000L;
  static final byte[] SECRET = new byte[32];
  static final Ipv4Address OWN = Ipv4Address.of("5.5.5.5", 555);
  static final Ipv4Address SERVER = Ipv4Address.of("6.6.6.6", 666);
  static final Ipv4Address STRANGER = Ipv4Address.of("7.7.7.7", 777);
  static final PunchRelay RELAY =
      new PunchRelay(SimulatedAir.node(0), Ipv4Address.of("6.6.6.6", 100));
  static final Key TOKEN = Key.of(new byte[32]);

  final ScriptedNode node = ScriptedNode.knowing(4);
  final PunchBox box = new PunchBox(SECRET, new SeededRandom(99));
  long nowNanos = 1;
  final List<String> outcomes = new ArrayList<>();
  final PunchListener listener =
      new PunchListener() {
        @Override
        public void connected(int socket, Ipv4Address remote, long nowNanos) {
          outcomes.add("connected " + socket + " " + remote);
        }

        @Override
        public void failed(PunchFailure reason, long nowNanos) {
          outcomes.add(reason.name());
        }
      };

  final ClientPunch startAsked() {
    return start(false, RELAY.relayAddress());
  }

  final ClientPunch startKnown(Ipv4Address own) {
    ClientPunch punch = startAsked();
    node.answerPings(1, own);
    return punch;
  }

  final ClientPunch startRandom() {
    ClientPunch punch = startAsked();
    node.answerPings(1, OWN, OWN.withPort(2), OWN.withPort(3), OWN.withPort(4));
    return punch;
  }

  final ClientPunch start(boolean patient, Ipv4Address relay) {
    node.open.clear();
    outcomes.clear();
    ClientPunch.Setup setup =
        new ClientPunch.Setup(SECRET, NatKind.UNKNOWN, SERVER, relay, List.of(RELAY), patient);
    ClientPunch punch = new ClientPunch(node.context(5), setup, listener);
    punch.start(0);
    return punch;
  }

  final void answer(PunchPayload payload, Ipv4Address peerAddress) {
    node.lastAsked().listener().answered(OWN, peerAddress, box.seal(payload), nowNanos);
  }

  static PunchPayload answer(
      NatKind kind, boolean punching, @Nullable Key remoteToken, Ipv4Address... addresses) {
    return new PunchPayload(
        0, kind, 0, false, punching, List.of(addresses), null, TOKEN, remoteToken);
  }

  final PunchPayload lastQuestion() {
    return Objects.requireNonNull(box.open(node.lastAsked().question().payload()));
  }

  static PunchPayload server(NatKind kind, boolean punching, Ipv4Address... addresses) {
    return answer(kind, punching, null, addresses);
  }

  static PunchPayload echoing(PunchPayload offer, NatKind kind, Ipv4Address... addresses) {
    return answer(kind, true, offer.token(), addresses);
  }

  final void runTo(ClientPunch punch, long endNanos) {
    while (punch.nextTimeoutNanos() <= endNanos) {
      punch.onTimeout(punch.nextTimeoutNanos());
    }
    nowNanos = endNanos;
  }

  final void assertEnded(ClientPunch punch, PunchFailure reason) {
    assertThat(outcomes).containsExactly(reason.name());
    assertThat(punch.isDone()).isTrue();
    assertThat(node.open).isEmpty();
  }
}
