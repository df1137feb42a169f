package dev.usernameregistry.examples.bench.registry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WeightTest {
  @Test
  void whatIsInUseCountsAlsoIfTheProcessHadRoomForIt() {
    Weight without = new Weight(100_000, 20_000);
    assertThat(new Weight(99_000, 25_000).minus(without)).isEqualTo(new Weight(5_000, 5_000));
    assertThat(new Weight(130_000, 25_000).minus(without)).isEqualTo(new Weight(30_000, 5_000));
  }
}
