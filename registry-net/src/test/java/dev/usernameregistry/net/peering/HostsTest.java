package dev.usernameregistry.net.peering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1",
        "169.254.3.4", "172.16.0.1", "172.31.255.255", "192.168.0.0", "192.168.255.255"
      })
  void privateHosts(String host) {
    assertThat(Hosts.isPrivate(host(host))).isTrue();
    assertThat(Hosts.isReserved(host(host))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.255.0.1",
        "192.0.0.8",
        "192.0.2.1",
        "198.18.0.0",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255"
      })
  void reservedHosts(String host) {
    assertThat(Hosts.isReserved(host(host))).isTrue();
    assertThat(Hosts.isPrivate(host(host))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.1.1.1",
        "128.0.0.1",
        "169.253.1.1",
        "172.15.0.1",
        "172.32.0.1",
        "192.0.1.1",
        "192.0.3.1",
        "192.167.1.1",
        "192.169.1.1",
        "198.17.255.255",
        "198.20.0.0",
        "198.51.101.0",
        "203.0.112.1",
        "223.255.255.255"
      })
  void publicHosts(String host) {
    assertThat(Hosts.isPrivate(host(host))).isFalse();
    assertThat(Hosts.isReserved(host(host))).isFalse();
  }

  /** As the reference's matchAddress decides. */
  @Test
  void addressInTheSameNetworkMatchesBest() {
    assertThat(match(List.of("192.168.122.238"), "192.168.0.23", "192.168.122.1"))
        .isEqualTo(address("192.168.122.1"));
    assertThat(match(List.of("10.0.0.1", "192.168.1.1"), "192.1.1.1", "10.9.1.1", "192.168.9.9"))
        .isEqualTo(address("192.168.9.9"));
    assertThat(match(List.of("192.5.3.1", "10.1.1.1"), "192.6.6.6", "10.1.9.9"))
        .isEqualTo(address("10.1.9.9"));
    assertThat(match(List.of("1.2.3.4"), "5.6.7.8")).isNull();
    assertThat(match(List.of("1.2.3.4"))).isNull();
    assertThat(match(List.of("1.2.3.4"), "1.2.3.9", "1.2.3.4")).isEqualTo(address("1.2.3.9"));
  }

  @Test
  void firstAddressOnTheInternetIsTaken() {
    Ipv4Address otherwise = address("127.0.0.1");
    List<Ipv4Address> addresses =
        List.of(
            address("192.168.1.1"), address("224.0.0.1"), address("8.8.8.8"), address("9.9.9.9"));
    assertThat(Hosts.firstPublic(addresses, otherwise)).isEqualTo(address("8.8.8.8"));
    assertThat(Hosts.firstPublic(addresses.subList(0, 2), otherwise)).isEqualTo(otherwise);
  }

  private static @Nullable Ipv4Address match(List<String> ours, String... theirs) {
    return Hosts.match(
        ours.stream().map(HostsTest::address).toList(),
        Arrays.stream(theirs).map(HostsTest::address).toList());
  }

  private static int host(String host) {
    return address(host).host();
  }

  private static Ipv4Address address(String host) {
    return Ipv4Address.of(host, 80);
  }
}
