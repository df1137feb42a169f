package dev.usernameregistry.net.udx.congestion;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The rules of chapter 9.1 of the sheet. */
class RackTest {
  private static final long MIN_RTT_NANOS = 40;

  private final Rack rack = new Rack();

  @Test
  void packetIsLostWhenALaterOneArrivedAndAQuarterOfARoundTripPassed() {
    assertThat(rack.wasOvertaken(1, 100)).isFalse();
    rack.delivered(2, 101, 40, true, MIN_RTT_NANOS);
    rack.updateWindow(false, 1, MIN_RTT_NANOS, 50);
    assertThat(rack.wasOvertaken(1, 100)).isTrue();
    assertThat(rack.wasOvertaken(1, 101)).isTrue();
    assertThat(rack.wasOvertaken(3, 101)).isFalse();
    assertThat(rack.wasOvertaken(1, 102)).isFalse();
    assertThat(rack.lostAtNanos(100)).isEqualTo(100 + 40 + 10);
  }

  @Test
  void nothingIsGrantedWhileRecoveringOrWhenThreeAreAhead() {
    rack.delivered(2, 101, 40, true, MIN_RTT_NANOS);
    rack.updateWindow(true, 1, MIN_RTT_NANOS, 50);
    assertThat(rack.lostAtNanos(100)).isEqualTo(140);
    rack.updateWindow(false, 3, MIN_RTT_NANOS, 50);
    assertThat(rack.lostAtNanos(100)).isEqualTo(140);
  }

  @Test
  void reorderingIsGrantedTimeEvenThenOnceItWasSeen() {
    rack.delivered(2, 101, 40, true, MIN_RTT_NANOS);
    rack.delivered(1, 100, 41, true, MIN_RTT_NANOS);
    rack.updateWindow(true, 3, MIN_RTT_NANOS, 50);
    assertThat(rack.lostAtNanos(100)).isEqualTo(150);
  }

  @Test
  void answerToTheFirstOfTwoTransmissionsSaysNothing() {
    rack.delivered(1, 100, 50, true, MIN_RTT_NANOS);
    rack.delivered(2, 200, 5, false, MIN_RTT_NANOS);
    assertThat(rack.wasOvertaken(3, 150)).isFalse();
    rack.delivered(4, 200, 45, false, MIN_RTT_NANOS);
    assertThat(rack.wasOvertaken(3, 150)).isTrue();
  }
}
