package dev.usernameregistry.net.punch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.net.punch.SimulatedNat.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Both machines behind simulated NATs, with relays, loss and delay. */
class PunchSimulationTest {
  /** By then the longest punch is over: a long analysis on both sides, and 1750 probes. */
  private static final long BOUND_NANOS = 120_000_000_000L;

  private static final int SEEDS = 40;

  static Stream<Arguments> pairs() {
    List<Arguments> pairs = new ArrayList<>();
    for (Kind client : Kind.values()) {
      for (Kind server : Kind.values()) {
        pairs.add(Arguments.of(client, server));
      }
    }
    return pairs.stream();
  }

  static Stream<Arguments> punchablePairs() {
    return pairs()
        .filter(pair -> !(pair.get()[0] == Kind.SYMMETRIC && pair.get()[1] == Kind.SYMMETRIC));
  }

  @ParameterizedTest(name = "client {0}, server {1}")
  @MethodSource("punchablePairs")
  void everyPairThatTheReferencePunchesConnects(Kind client, Kind server) {
    List<String> failed = new ArrayList<>();
    for (int seed = 1; seed <= SEEDS; seed++) {
      SimulatedPunch punch = new SimulatedPunch(client, server, seed);
      punch.air.loss = 0.02;
      boolean over = punch.run(BOUND_NANOS);
      assertThat(over).as("seed %s is over", seed).isTrue();
      checkSockets(punch);
      if (!punch.isConnected()) {
        failed.add(seed + " " + punch.outcomes);
      }
    }
    // 1750 probes meet 256 sockets in all but about one of a thousand punches
    assertThat(failed).hasSizeLessThanOrEqualTo(client.isCone() && server.isCone() ? 0 : 1);
  }

  @Test
  void twoRandomNatsFailAndSaySo() {
    for (int seed = 1; seed <= SEEDS; seed++) {
      SimulatedPunch punch = new SimulatedPunch(Kind.SYMMETRIC, Kind.SYMMETRIC, seed);
      assertThat(punch.run(BOUND_NANOS)).isTrue();
      assertThat(punch.clientFailure).isIn(PunchFailure.DOUBLE_RANDOM, PunchFailure.REMOTE_ABORTED);
      assertThat(punch.serverFailure).isIn(PunchFailure.DOUBLE_RANDOM, PunchFailure.REMOTE_ABORTED);
      assertThat(punch.outcomes).anyMatch(outcome -> outcome.contains("DOUBLE_RANDOM"));
      checkSockets(punch);
    }
  }

  @ParameterizedTest(name = "client {0}, server {1}")
  @MethodSource("pairs")
  void withMuchLossEveryRunEndsWithOneOutcomeOfEachSide(Kind client, Kind server) {
    for (int seed = 1; seed <= SEEDS; seed++) {
      SimulatedPunch punch = new SimulatedPunch(client, server, 1000 + seed);
      punch.air.loss = 0.4;
      punch.air.delayMaxMillis = 700;
      assertThat(punch.run(2 * BOUND_NANOS)).as("seed %s is over", seed).isTrue();
      assertThat(punch.bothDone()).isTrue();
      assertThat(punch.clientConnected).isNotEqualTo(punch.clientFailure != null);
      assertThat(punch.outcomes).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(2);
      checkSockets(punch);
    }
  }

  @Test
  void anotherRelayOfTheClientWillDoForCones() {
    for (int seed = 1; seed <= SEEDS; seed++) {
      SimulatedPunch punch =
          new SimulatedPunch(Kind.PORT_RESTRICTED_CONE, Kind.PORT_RESTRICTED_CONE, seed);
      punch.clientRelay = SimulatedAir.node(5);
      assertThat(punch.run(BOUND_NANOS)).isTrue();
      assertThat(punch.isConnected()).as("seed %s: %s", seed, punch.outcomes).isTrue();
    }
  }

  @Test
  void slowServerIsReachedByProbesInsteadOfTheFastWay() {
    int probed = 0;
    for (int seed = 1; seed <= SEEDS; seed++) {
      SimulatedPunch punch =
          new SimulatedPunch(Kind.PORT_RESTRICTED_CONE, Kind.PORT_RESTRICTED_CONE, seed);
      punch.air.loss = 0.3;
      assertThat(punch.run(BOUND_NANOS)).isTrue();
      probed += punch.isConnected() && punch.air.sent > 25 ? 1 : 0;
    }
    assertThat(probed).as("connected after some rounds of probes").isGreaterThan(SEEDS / 8);
  }

  @Test
  void serverThatIsNotOursFailsWithoutHarm() {
    SimulatedPunch punch = new SimulatedPunch(Kind.FULL_CONE, Kind.FULL_CONE, 1);
    punch.clientSecret = SimulatedPunch.wrongSecret();
    assertThat(punch.run(BOUND_NANOS)).isTrue();
    assertThat(punch.clientFailure).isEqualTo(PunchFailure.RELAY_SILENT);
    assertThat(punch.serverFailure).isEqualTo(PunchFailure.TIMED_OUT);
    checkSockets(punch);
  }

  @Test
  void withoutNodesToAskBothSidesSaySo() {
    SimulatedPunch punch = new SimulatedPunch(Kind.FULL_CONE, Kind.FULL_CONE, 1);
    punch.clientHost.nodesKnown = 0;
    punch.serverHost.nodesKnown = 0;
    assertThat(punch.run(BOUND_NANOS)).isTrue();
    assertThat(punch.clientFailure).isEqualTo(PunchFailure.REMOTE_ABORTED);
    assertThat(punch.serverFailure).isEqualTo(PunchFailure.NAT_UNKNOWN);
    checkSockets(punch);
  }

  @Test
  void secondRandomPunchOfANodeWaitsItsTurn() {
    SimulatedPunch punch = new SimulatedPunch(Kind.SYMMETRIC, Kind.FULL_CONE, 1);
    assertThat(punch.serverHost.budget.take(punch.air.nowNanos)).isTrue();
    assertThat(punch.run(BOUND_NANOS)).isTrue();
    assertThat(punch.clientFailure).isEqualTo(PunchFailure.REMOTE_BUSY);
    assertThat(punch.serverFailure).isEqualTo(PunchFailure.LOCAL_BUSY);
    checkSockets(punch);
  }

  /** At most one socket is left of a punch, and that is the stream's; never too many at a time. */
  private static void checkSockets(SimulatedPunch punch) {
    assertThat(punch.clientHost.open).hasSize(punch.clientConnected ? 2 : 1);
    assertThat(punch.serverHost.open).hasSize(punch.serverHeard ? 2 : 1);
    assertThat(punch.clientHost.openMax).isLessThanOrEqualTo(PunchSockets.COUNT_MAX + 2);
    assertThat(punch.serverHost.openMax).isLessThanOrEqualTo(PunchSockets.COUNT_MAX + 2);
  }
}
