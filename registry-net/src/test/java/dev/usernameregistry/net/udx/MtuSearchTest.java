package dev.usernameregistry.net.udx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MtuSearchTest {
  private final MtuSearch mtu = new MtuSearch(1_500);

  /** "next probe = +32 (1232, 1264, ... 1488, 1500); at the ceiling stop". */
  @Test
  void sizesGrowByThirtyTwoUpToTheLimit() {
    assertThat(mtu.wantsProbe(1_152)).isFalse();
    mtu.acknowledged();
    List<Integer> sizes = new ArrayList<>();
    while (mtu.wantsProbe(mtu.payloadBytesMax())) {
      sizes.add(mtu.probe());
      assertThat(mtu.padding(mtu.payloadBytesMax())).isBetween(0, 32);
      mtu.probeSent();
      assertThat(mtu.wantsProbe(mtu.payloadBytesMax())).isFalse();
      mtu.probeAcknowledged();
    }
    assertThat(sizes)
        .containsExactly(1200, 1232, 1264, 1296, 1328, 1360, 1392, 1424, 1456, 1488, 1500);
    assertThat(mtu.payloadBytesMax()).isEqualTo(1_452);
  }

  /** "after 3 tries stop at the current mtu". */
  @Test
  void thirdLossEndsTheSearch() {
    mtu.acknowledged();
    mtu.probeSent();
    mtu.probeAcknowledged();
    for (int i = 0; i < 3; i++) {
      assertThat(mtu.wantsProbe(1_152)).isTrue();
      mtu.probeSent();
      mtu.probeLost();
    }
    assertThat(mtu.wantsProbe(1_152)).isFalse();
    assertThat(mtu.payloadBytesMax()).isEqualTo(1_152);
  }

  @Test
  void onlyFullPacketsAreProbes() {
    mtu.acknowledged();
    assertThat(mtu.wantsProbe(1_151)).isFalse();
    assertThat(mtu.wantsProbe(1_152)).isTrue();
  }

  @Test
  void anotherWayStartsTheSearchAgain() {
    mtu.acknowledged();
    mtu.probeSent();
    mtu.probeAcknowledged();
    mtu.probeSent();
    mtu.probeAcknowledged();
    assertThat(mtu.payloadBytesMax()).isEqualTo(1_184);
    mtu.restart();
    assertThat(mtu.payloadBytesMax()).isEqualTo(1_152);
    assertThat(mtu.wantsProbe(1_152)).isFalse();
  }
}
