package dev.usernameregistry.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.PeerState;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.SwarmStatus.Trouble;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole swarms without sockets, threads or clocks, from one seed. */
class SwarmSimulationTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long MINUTE = 60 * SECOND;
  private static final Topic TOPIC = Topic.of("a topic");

  private final List<TestPeer> logs = new ArrayList<>();

  private TestPeer logs(int number) {
    TestPeer peer = new TestPeer(number);
    peer.append(number + "a", number + "b");
    logs.add(peer);
    return peer;
  }

  private List<SwarmWorld.Inhabitant> startAll(SwarmWorld world, int count) {
    List<SwarmWorld.Inhabitant> all = new ArrayList<>();
    for (int number = 1; number <= count; number++) {
      all.add(world.start(logs(number), TOPIC));
    }
    return all;
  }

  private static boolean allConnected(List<SwarmWorld.Inhabitant> all) {
    return all.stream().allMatch(each -> others(each).size() == all.size() - 1);
  }

  private static Set<Key> others(SwarmWorld.Inhabitant one) {
    Set<Key> keys = new HashSet<>();
    for (PeerState peer : one.sharing.peers()) {
      keys.add(peer.publicKey());
    }
    return keys;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void allWhoStartAtOnceGetOneConnectionEach(long seed) {
    SwarmWorld world = new SwarmWorld(seed, 5);
    world.loss = 0.05;
    List<SwarmWorld.Inhabitant> all = startAll(world, 7);
    assertThat(world.passUntil(() -> allConnected(all), 2 * MINUTE)).as("all connected").isTrue();
    world.pass(10 * SECOND);
    for (SwarmWorld.Inhabitant each : all) {
      assertThat(each.peers()).as("connections of one peer").isEqualTo(6);
      for (TestPeer other : logs) {
        assertThat(each.logs.follow(other.key()).contiguousLength()).isEqualTo(2);
      }
    }
  }

  @Test
  void equalSeedsMakeEqualRuns() {
    List<Long> fingerprints = new ArrayList<>();
    for (long seed : new long[] {7, 7, 8}) {
      SwarmWorld world = new SwarmWorld(seed, 5);
      world.loss = 0.02;
      startAll(world, 3);
      world.pass(20 * SECOND);
      fingerprints.add(world.fingerprint());
    }
    assertThat(fingerprints.get(0)).isEqualTo(fingerprints.get(1));
    assertThat(fingerprints.get(0)).isNotEqualTo(fingerprints.get(2));
  }

  @Test
  void aPeerKilledWithoutGoodbyeIsDroppedAndItsAnnouncementExpires() {
    SwarmWorld world = new SwarmWorld(11, 5);
    List<SwarmWorld.Inhabitant> two = startAll(world, 2);
    assertThat(world.passUntil(() -> allConnected(two), MINUTE)).isTrue();
    two.get(1).kill();
    assertThat(world.passUntil(() -> two.get(0).peers() == 0, 25 * SECOND)).as("dropped").isTrue();
    SwarmWorld.Inhabitant early = world.start(logs(3), TOPIC);
    world.pass(10 * SECOND);
    assertThat(found(early)).as("the living one and the dead one").isEqualTo(2);
    world.pass(30 * MINUTE);
    SwarmWorld.Inhabitant late = world.start(logs(4), TOPIC);
    world.pass(10 * SECOND);
    assertThat(found(late)).as("the two that live").isEqualTo(2);
    assertThat(late.peers()).isEqualTo(2);
  }

  private static long found(SwarmWorld.Inhabitant one) {
    return one.status().topics().get(0).peersFound();
  }

  @ParameterizedTest
  @ValueSource(longs = {12, 38, 75, 80, 84, 92, 113})
  void whoeverLeavesIsNotFoundAnyMore(long seed) {
    SwarmWorld world = new SwarmWorld(seed, 5);
    List<SwarmWorld.Inhabitant> two = startAll(world, 2);
    assertThat(world.passUntil(() -> allConnected(two), MINUTE)).isTrue();
    List<Boolean> done = new ArrayList<>();
    two.get(1).peer.leaveAll((complete, now) -> done.add(complete), world.nowNanos());
    assertThat(world.passUntil(() -> !done.isEmpty(), MINUTE)).as("left").isTrue();
    assertThat(two.get(0).peers()).isZero();
    SwarmWorld.Inhabitant third = world.start(logs(3), TOPIC);
    world.pass(10 * SECOND);
    assertThat(found(third)).as("the one that stayed").isEqualTo(1);
  }

  @Test
  void whoeverSleepsIsQuietAndComesBack() {
    SwarmWorld world = new SwarmWorld(13, 5);
    List<SwarmWorld.Inhabitant> two = startAll(world, 2);
    assertThat(world.passUntil(() -> allConnected(two), MINUTE)).isTrue();
    SwarmWorld.Inhabitant sleeper = two.get(1);
    List<Boolean> done = new ArrayList<>();
    sleeper.peer.suspend((complete, now) -> done.add(complete), world.nowNanos());
    assertThat(world.passUntil(() -> !done.isEmpty(), MINUTE)).as("asleep").isTrue();
    world.pass(SECOND);
    long sent = sleeper.status().packetsSent();
    world.pass(10 * MINUTE);
    assertThat(sleeper.status().packetsSent()).as("packets while asleep").isEqualTo(sent);
    assertThat(sleeper.peers()).isZero();
    sleeper.peer.resume(world.nowNanos());
    assertThat(world.passUntil(() -> allConnected(two), MINUTE)).as("back").isTrue();
  }

  @Test
  void whoeverWakesUpWhileFallingAsleepComesBackToo() {
    SwarmWorld world = new SwarmWorld(18, 5);
    List<SwarmWorld.Inhabitant> two = startAll(world, 2);
    assertThat(world.passUntil(() -> allConnected(two), MINUTE)).isTrue();
    SwarmWorld.Inhabitant sleeper = two.get(1);
    sleeper.peer.suspend((complete, now) -> {}, world.nowNanos());
    sleeper.peer.resume(world.nowNanos());
    assertThat(sleeper.status().suspended()).isFalse();
    assertThat(world.passUntil(() -> sleeper.peers() == 0, MINUTE)).as("fell asleep").isTrue();
    assertThat(world.passUntil(() -> allConnected(two), MINUTE)).as("back").isTrue();
    List<Boolean> done = new ArrayList<>();
    sleeper.peer.suspend((complete, now) -> done.add(complete), world.nowNanos());
    sleeper.peer.resume(world.nowNanos());
    sleeper.peer.suspend((complete, now) -> done.add(complete), world.nowNanos());
    assertThat(world.passUntil(() -> done.size() == 2, MINUTE)).isTrue();
    assertThat(sleeper.status().suspended()).isTrue();
  }

  /** The end comes while it is asleep, falls asleep, or was just told to wake up again. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void whoeverLeavesAtNightIsNotWokenUp(int phase) {
    SwarmWorld world = new SwarmWorld(20, 5);
    List<SwarmWorld.Inhabitant> two = startAll(world, 2);
    assertThat(world.passUntil(() -> allConnected(two), MINUTE)).isTrue();
    SwarmPeer sleeper = two.get(1).peer;
    sleeper.suspend((complete, now) -> {}, world.nowNanos());
    if (phase == 0) {
      world.pass(MINUTE);
    } else if (phase == 1) {
      sleeper.resume(world.nowNanos());
    }
    List<Boolean> done = new ArrayList<>();
    sleeper.leaveAll((complete, now) -> done.add(complete), world.nowNanos());
    sleeper.resume(world.nowNanos());
    assertThat(world.passUntil(() -> !done.isEmpty(), MINUTE)).as("left").isTrue();
    sleeper.resume(world.nowNanos());
    sleeper.suspend((complete, now) -> done.add(complete), world.nowNanos());
    assertThat(world.passUntil(() -> done.size() == 2, MINUTE)).as("told").isTrue();
    world.pass(MINUTE);
    assertThat(two.get(0).peers()).isZero();
  }

  @Test
  void peerThatIsNamedBeforeTheDhtIsKnownIsDialledAsSoonAsItIs() {
    SwarmWorld world = new SwarmWorld(21, 5);
    SwarmWorld.Inhabitant named = world.start(logs(1), TOPIC);
    world.pass(10 * SECOND);
    world.entryKnown = false;
    SwarmWorld.Inhabitant lonely = world.start(logs(2));
    lonely.peer.joinPeer(named.logs.identity().publicKey(), world.nowNanos());
    world.pass(MINUTE);
    lonely.enter();
    assertThat(world.passUntil(() -> lonely.peers() == 1, 4 * SECOND)).as("connected").isTrue();
    assertThat(lonely.peer.policy().statistics().totals().dialled()).as("dials").isOne();
  }

  @Test
  void whereNobodyAnswersNothingCountsAsDone() {
    SwarmWorld world = new SwarmWorld(19, 5);
    SwarmWorld.Inhabitant lonely = world.start(logs(1), TOPIC);
    world.loss = 1;
    List<Boolean> done = new ArrayList<>();
    lonely.peer.flush((complete, now) -> done.add(complete), world.nowNanos());
    assertThat(world.passUntil(() -> !done.isEmpty(), 2 * MINUTE)).as("an answer").isTrue();
    assertThat(done).containsExactly(false);
    assertThat(lonely.status().topics().get(0))
        .isEqualTo(new SwarmStatus.TopicStatus(TOPIC, false, false, 0));
    world.loss = 0;
    assertThat(world.passUntil(() -> lonely.status().topics().get(0).announced(), 5 * MINUTE))
        .as("announced as soon as somebody answers")
        .isTrue();
  }

  @Test
  void silenceAtTheStartIsTheTroubleAfterTwoSecondsUntilSomebodyAnswers() {
    SwarmWorld world = new SwarmWorld(20, 5);
    world.loss = 1;
    SwarmWorld.Inhabitant lonely = world.start(logs(1), TOPIC);
    world.pass(2 * SECOND - 1);
    assertThat(lonely.status().trouble()).as("too early to say").isEmpty();
    world.pass(1);
    assertThat(lonely.status().bootstrapped()).isFalse();
    assertThat(lonely.status().trouble()).contains(Trouble.NO_ANSWER);
    lonely.peer.suspend((complete, now) -> {}, world.nowNanos());
    world.pass(MINUTE);
    lonely.peer.resume(world.nowNanos());
    assertThat(lonely.status().trouble()).as("asked again just now").isEmpty();
    world.pass(2 * SECOND);
    assertThat(lonely.status().trouble()).contains(Trouble.NO_ANSWER);
    world.loss = 0;
    assertThat(world.passUntil(() -> lonely.status().nodes() > 0, MINUTE)).as("answers").isTrue();
    assertThat(lonely.status().trouble()).isEmpty();
  }

  @Test
  void severalTopicsMeetDifferentPeers() {
    SwarmWorld world = new SwarmWorld(14, 5);
    Topic other = Topic.of("another topic");
    SwarmWorld.Inhabitant both = world.start(logs(1), TOPIC, other);
    SwarmWorld.Inhabitant first = world.start(logs(2), TOPIC);
    SwarmWorld.Inhabitant second = world.start(logs(3), other);
    assertThat(
            world.passUntil(
                () -> both.peers() == 2 && first.peers() == 1 && second.peers() == 1, MINUTE))
        .isTrue();
    world.pass(MINUTE);
    assertThat(first.peers()).isEqualTo(1);
    List<Boolean> done = new ArrayList<>();
    both.peer.leave(TOPIC, (complete, now) -> done.add(complete), world.nowNanos());
    assertThat(world.passUntil(() -> !done.isEmpty(), MINUTE)).isTrue();
    assertThat(both.peers()).as("connections stay").isEqualTo(2);
  }

  @Test
  void aBannedPeerIsDisconnectedAndStaysAway() {
    SwarmWorld world = new SwarmWorld(15, 5);
    List<SwarmWorld.Inhabitant> two = startAll(world, 2);
    assertThat(world.passUntil(() -> allConnected(two), MINUTE)).isTrue();
    two.get(0).peer.ban(two.get(1).logs.identity().publicKey(), world.nowNanos());
    assertThat(world.passUntil(() -> two.get(1).peers() == 0, MINUTE)).isTrue();
    world.pass(15 * MINUTE);
    assertThat(two.get(0).peers()).isZero();
    assertThat(two.get(1).peers()).isZero();
  }

  @Test
  void anIdlePeerSendsFewPackets() {
    SwarmWorld world = new SwarmWorld(16, 5);
    List<SwarmWorld.Inhabitant> two = startAll(world, 2);
    assertThat(world.passUntil(() -> allConnected(two), MINUTE)).isTrue();
    world.pass(MINUTE);
    long before = two.get(0).status().packetsSent();
    world.pass(10 * MINUTE);
    long perMinute = (two.get(0).status().packetsSent() - before) / 10;
    assertThat(perMinute).as("packets a minute").isBetween(10L, 240L);
  }

  @Test
  void aMillionDatagramsOfStrangersDisturbNobody() {
    SwarmWorld world = new SwarmWorld(17, 5);
    List<SwarmWorld.Inhabitant> two = startAll(world, 2);
    assertThat(world.passUntil(() -> allConnected(two), MINUTE)).isTrue();
    SwarmWorld.Inhabitant honest = two.get(0);
    Strangers strangers = new Strangers(new Random(17), honest.logs.identity().publicKey());
    for (int i = 0; i < 1_000_000; i++) {
      honest.receive(strangers.socket(), strangers.address(), strangers.datagram());
      if (i % 2_000 == 0) {
        world.pass(SECOND / 10);
      }
    }
    world.pass(SECOND);
    assertThat(allConnected(two)).as("still connected").isTrue();
    assertThat(honest.peer.carriers().count()).as("streams").isLessThan(600);
    honest.logs.append("still here");
    Key key = honest.logs.key();
    assertThat(
            world.passUntil(() -> two.get(1).logs.follow(key).contiguousLength() == 3, 10 * SECOND))
        .as("still served")
        .isTrue();
  }
}
