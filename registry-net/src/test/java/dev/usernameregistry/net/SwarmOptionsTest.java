package dev.usernameregistry.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SwarmOptionsTest {
  private static final Optional<Key> RELAY = Optional.of(Key.of(new byte[Key.BYTES]));
  private static final Optional<Ipv4Address> ONE_PORT = Optional.of(Ipv4Address.of("9.0.0.1", 7));
  private static final Optional<Ipv4Address> ANY_PORT = Optional.of(Ipv4Address.of("9.0.0.1", 0));

  /** As hyperswarm 4.17.1 does by default: when forced, or behind a NAT with random ports. */
  @Test
  void aSwarmIsShownByTheFirstDigitsOfItsFirstTopics() {
    List<Topic> topics =
        Stream.of("a1", "b2", "c3", "d4", "e5", "f6")
            .map(digits -> Topic.fromHex(digits.repeat(Key.BYTES)))
            .toList();
    Swarm swarm = Swarm.onTopic(topics.get(0)).relayThrough(topics.get(5).key());

    assertThat(swarm).hasToString("Swarm[topics a1a1a1a1]");
    topics.forEach(topic -> swarm.join(topic, Swarm.Role.BOTH));
    assertThat(swarm)
        .hasToString("Swarm[topics a1a1a1a1, b2b2b2b2, c3c3c3c3, d4d4d4d4 and 2 more]");
  }

  @Test
  void relayIsProposedWhenForcedOrBehindARandomNat() {
    SwarmOptions options = withRelay(RELAY);
    assertThat(options.relay(ANY_PORT, false)).isEqualTo(RELAY);
    assertThat(options.relay(ONE_PORT, true)).isEqualTo(RELAY);
    assertThat(options.relay(Optional.empty(), true)).isEqualTo(RELAY);
    assertThat(options.relay(ONE_PORT, false)).isEmpty();
    assertThat(options.relay(Optional.empty(), false)).isEmpty();
  }

  @Test
  void nothingIsProposedWithoutARelay() {
    SwarmOptions options = withRelay(Optional.empty());
    assertThat(options.relay(ANY_PORT, true)).isEmpty();
  }

  @Test
  void aNodeOfTheDhtHasAnIpv4Address() throws UnknownHostException {
    Swarm swarm = Swarm.onTopic(Topic.of("example usernames"));
    InetSocketAddress ipv6 = new InetSocketAddress(InetAddress.getByAddress(new byte[16]), 49737);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> swarm.bootstrap("::1", 49737))
        .withMessage("the DHT is IPv4 only: a name or an IPv4 address is needed, got ::1");
    assertThatIllegalArgumentException().isThrownBy(() -> swarm.bootstrap(ipv6));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> swarm.bootstrap("127.0.0.1", 70_000))
        .withMessageContaining("port 70000 is not between 0 and 65535");
  }

  private static SwarmOptions withRelay(Optional<Key> relay) {
    return new SwarmOptions(Map.of(), List.of(), Optional.empty(), 0, 1, key -> false, relay, true);
  }
}
