package dev.usernameregistry.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class EntryNodesTest {
  private static InetSocketAddress node(String host) {
    return InetSocketAddress.createUnresolved(host, 7);
  }

  @Test
  void onlyAddressesOfTheMachineItselfAreOnLoopback() {
    assertThat(EntryNodes.areOnLoopback(List.of(node("127.0.0.1"), node("localhost")))).isTrue();
    assertThat(EntryNodes.areOnLoopback(List.of(node("127.9.8.7")))).isTrue();
    assertThat(EntryNodes.areOnLoopback(List.of())).isFalse();
    assertThat(EntryNodes.areOnLoopback(List.of(node("127.0.0.1"), node("10.0.0.1")))).isFalse();
    assertThat(EntryNodes.areOnLoopback(List.of(node("127.example")))).isFalse();
    assertThat(EntryNodes.areOnLoopback(List.of(node("127.0.0.1.example")))).isFalse();
  }

  @Test
  void addressesNeedNoNameService() {
    assertThat(EntryNodes.resolve(List.of(node("127.0.0.1"), node("::1"), node("10.1.2.3"))))
        .containsExactly(Ipv4Address.of("127.0.0.1", 7), Ipv4Address.of("10.1.2.3", 7));
  }
}
