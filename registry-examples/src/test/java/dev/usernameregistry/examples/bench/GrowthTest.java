package dev.usernameregistry.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.examples.bench.frame.Growth;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Growth is named after figures that are not exactly on a curve. */
final class GrowthTest {
  private static final List<Long> SIZES = List.of(100L, 1_000L, 10_000L, 100_000L);

  @Test
  void costsThatStayAreFlat() {
    assertThat(Growth.of(SIZES, List.of(50.0, 40.0, 55.0, 52.0))).isEqualTo(Growth.FLAT);
  }

  @Test
  void costsThatGrowByAsMuchWithEachTenfoldAreLogarithmic() {
    assertThat(Growth.of(SIZES, List.of(20.0, 33.0, 38.0, 52.0))).isEqualTo(Growth.LOGARITHMIC);
  }

  @Test
  void costsThatGrowWithTheSizeAreLinear() {
    assertThat(Growth.of(SIZES, figures(size -> 3 + size / 50))).isEqualTo(Growth.LINEAR);
  }

  @Test
  void costsOfEachThatGrowWithAllAreQuadratic() {
    assertThat(Growth.of(SIZES, figures(size -> size * size / 1e3))).isEqualTo(Growth.QUADRATIC);
  }

  private static List<Double> figures(DoubleUnaryOperator cost) {
    return SIZES.stream().map(size -> cost.applyAsDouble(size)).toList();
  }
}
