package dev.usernameregistry.net.punch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a peer may have us send, and where to: exactly so much. */
class RemotePeerTest {
  private final RemotePeer peer = new RemotePeer(NatKind.UNKNOWN);

  private static Ipv4Address host(int number) {
    return Ipv4Address.of("5.5.5." + number, 555);
  }

  private void names(List<Ipv4Address> addresses) {
    peer.update(
        new PunchPayload(0, NatKind.CONSISTENT, 0, false, true, addresses, null, null, null));
  }

  @Test
  void eightOfTheAddressesThatItNamesAreProbed() {
    names(IntStream.rangeClosed(1, 9).mapToObj(port -> host(1).withPort(port)).toList());
    peer.verify(host(1));
    assertThat(peer.probed(false)).hasSize(8);
  }

  @Test
  void sixteenProbesGoToHostsThatItHasNotProven() {
    names(List.of(host(1)));
    for (int i = 0; i < 16; i++) {
      assertThat(peer.probed(true)).containsExactly(host(1));
    }
    assertThat(peer.probed(true)).isEmpty();
    assertThat(peer.spendUnverified()).isFalse();
  }

  @Test
  void fourHostsAreProvenAtMost() {
    List<Ipv4Address> hosts = IntStream.rangeClosed(1, 5).mapToObj(RemotePeerTest::host).toList();
    names(hosts);
    hosts.forEach(peer::verify);
    assertThat(peer.probed(false)).isEqualTo(hosts.subList(0, 4));
  }

  @Test
  void probesAreExpectedFromThirtyTwoHostsAtMost() {
    IntStream.rangeClosed(1, 33).mapToObj(RemotePeerTest::host).forEach(peer::expect);
    assertThat(peer.isExpected(host(32).withPort(1))).isTrue();
    assertThat(peer.isExpected(host(33))).isFalse();
  }
}
