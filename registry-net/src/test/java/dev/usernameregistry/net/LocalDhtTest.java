package dev.usernameregistry.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LocalDhtTest {
  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  @Test
  void nodesAreAddedToADhtThatRunsElsewhere() throws IOException {
    try (LocalDht dht = LocalDht.start(loopback(0), 4);
        LocalDht more = LocalDht.join(loopback(0), 2, List.of(dht.bootstrap()))) {
      assertThat(dht.nodes()).hasSize(4).startsWith(dht.bootstrap());
      assertThat(more.nodes()).hasSize(2).startsWith(more.bootstrap());
      Set<InetSocketAddress> all = new HashSet<>(dht.nodes());
      all.addAll(more.nodes());
      assertThat(all).hasSize(6);
    }
  }

  @Test
  void aPortThatIsTakenIsToldAndClosingTwiceIsHarmless() throws IOException {
    LocalDht dht = LocalDht.start(loopback(0), 4);
    assertThatThrownBy(() -> LocalDht.start(dht.bootstrap(), 4)).isInstanceOf(IOException.class);
    dht.close();
    dht.close();
  }

  @Test
  void whatIsOutOfRangeIsTheCallersMistake() throws IOException {
    for (int nodes : new int[] {-1, 3, 101}) {
      assertThatThrownBy(() -> LocalDht.start(loopback(0), nodes))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("" + nodes);
    }
    InetSocketAddress any = new InetSocketAddress(InetAddress.getByAddress(new byte[4]), 0);
    assertThatThrownBy(() -> LocalDht.start(any, 4)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> LocalDht.join(loopback(0), 1, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> LocalDht.join(loopback(0), 0, List.of(loopback(1))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
