package dev.usernameregistry.net.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.PeerState;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.net.TestPeer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is told and shown of peers that come, go and announce; and what becomes of their work. */
class SharingEventsTest {
  private static final long SECOND = 1_000_000_000L;

  private final World world = new World(1);
  private final TestPeer alice = new TestPeer(1);
  private final TestPeer bob = new TestPeer(2);
  private final World.Inhabitant a = world.start(alice);
  private final World.Inhabitant b = world.start(bob);

  /** How many peers there were each time that alice was told of a change. */
  private final List<Integer> told = new ArrayList<>();

  private World.Link connected() {
    World.Link link = world.connect(a, b);
    world.settle();
    alice.whenPeersChange(() -> told.add(a.peers().size()));
    return link;
  }

  @Test
  void thatAPeerIsGoneIsToldAtOnce() {
    World.Link link = connected();

    Objects.requireNonNull(link.dialling.connection).gone("hung up", world.nowNanos);

    assertThat(told).containsExactly(0);
  }

  @Test
  void thatAPeerIsSilentForTooLongIsToldAtOnce() {
    World.Link link = connected();
    world.nowNanos += 61 * SECOND;

    Objects.requireNonNull(link.dialling.connection).onTimeout(world.nowNanos);

    assertThat(told).containsExactly(0);
  }

  /** Whoever is told looks at all that all peers announced: too much for each of many forgotten. */
  @Test
  void thatALogIsForgottenIsToldOnlyIfAPeerHadAnnouncedIt() {
    Log notes = alice.create("notes");
    connected();
    a.sharing().forget(notes, () -> {}, world.nowNanos);
    world.settle();
    assertThat(told).isEmpty();

    a.sharing().forget(alice.follow(bob.key()), () -> {}, world.nowNanos);
    world.settle();
    assertThat(told).isNotEmpty().containsOnly(1);
  }

  @Test
  void newHeadsAreToldOnceAndWithoutTheOthers() {
    Log notes = bob.create("notes");
    alice.follow(notes.key());
    bob.append("first");
    bob.append(notes, "n0");
    connected();
    alice.news.clear();

    bob.append(notes, "n1");
    world.settle();

    PeerState.RemoteHead head = new PeerState.RemoteHead(2, 0, Optional.empty());
    assertThat(alice.news).extracting(PeerState::heads).containsExactly(Map.of(notes.key(), head));
  }

  @Test
  void whatIsShownOfAPeerIsNeverOld() {
    KnownPeer known = new KnownPeer("there:1", true);
    PeerState.RemoteHead head = new PeerState.RemoteHead(2, 0, Optional.empty());
    assertThat(known.state()).isEmpty();
    known.connected(alice.key(), Instant.EPOCH);
    assertThat(known.state().orElseThrow().heads()).isEmpty();
    known.headChanged(bob.key(), head);
    assertThat(known.state().orElseThrow().heads()).isEqualTo(Map.of(bob.key(), head));
    known.headForgotten(bob.key());
    assertThat(known.state().orElseThrow().heads()).isEmpty();
    assertThat(known.told(bob.key())).isTrue();
    assertThat(known.state().orElseThrow().registryKey()).contains(bob.key());
  }

  @Test
  void whatAPeerThatIsGoneWasAskedForIsAskedOfAnother() {
    alice.append(TestPeer.numbered("a", 2_000));
    World.Inhabitant c = world.start(new TestPeer(3));
    world.connect(c, a);
    world.settle();
    World.Link first = world.connect(b, a);
    world.connect(b, c);
    while (world.step() && bob.follow(alice.key()).contiguousLength() == 0) {}
    assertThat(bob.follow(alice.key()).contiguousLength()).isLessThan(2_000);
    first.cut = true;
    Objects.requireNonNull(first.dialling.connection).gone("hung up", world.nowNanos);

    world.settle();

    assertThat(bob.follow(alice.key()).contiguousLength()).isEqualTo(2_000);
  }

  @Test
  void aPeerThatDoesNotAnswerInTimeIsSaidSoOfAndAskedAnew() {
    connected();
    a.haltDisk();
    alice.append(TestPeer.numbered("a", 20));
    world.pass(29 * SECOND);
    assertThat(trouble()).isEmpty();
    world.pass(7 * SECOND);
    assertThat(trouble()).containsExactly("the peer did not answer");

    a.slowDown();
    world.settle();

    assertThat(bob.follow(alice.key()).contiguousLength()).isEqualTo(20);
    assertThat(b.peers().get(0).heads().get(alice.key()))
        .isEqualTo(new PeerState.RemoteHead(20, 0, Optional.empty()));
  }

  private List<String> trouble() {
    return bob.news.stream()
        .map(peer -> peer.heads().get(alice.key()))
        .flatMap(head -> head == null ? Stream.empty() : head.trouble().stream())
        .toList();
  }

  @Test
  void whatWaitsOfAForgottenLogHoldsUpNoOther() {
    Log notes = alice.create("notes");
    Log copy = bob.follow(notes.key());
    World.Link link = connected();
    alice.append(notes, "first");
    world.settle();
    b.slowDown();
    Collections.nCopies(100, "x".repeat(1 << 18)).forEach(value -> alice.append(notes, value));
    Connection ofBob = Objects.requireNonNull(link.accepting.connection);
    while (ofBob.wantsBytes() && world.step()) {}
    assertThat(ofBob.wantsBytes()).as("as much is read as may wait").isFalse();

    b.sharing().forget(copy, () -> {}, world.nowNanos);

    assertThat(ofBob.wantsBytes()).isTrue();
  }

  @Test
  void whoForgetsALogIsToldOnceNothingOfItIsUnderWay() {
    connected();
    b.slowDown();
    alice.append("first");
    while (b.works() == 0 && world.step()) {}
    assertThat(b.works()).isPositive();
    List<Integer> works = new ArrayList<>();
    b.sharing().forget(bob.follow(alice.key()), () -> works.add(b.works()), world.nowNanos);
    assertThat(works).as("told while works are under way").isEmpty();
    world.settle();
    assertThat(works).containsExactly(0);

    b.sharing().forget(bob.follow(alice.key()), () -> works.add(b.works()), world.nowNanos);
    assertThat(works).as("told at once that it is not shared").containsExactly(0, 0);
  }
}
