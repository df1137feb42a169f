package dev.usernameregistry.net.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.PeerState;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.net.TestPeer;
import dev.usernameregistry.net.replication.Work;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole peers without sockets, threads or clocks. */
class SharingTest {
  private static final long SECOND = 1_000_000_000L;

  private final TestPeer alice = new TestPeer(1);
  private final TestPeer bob = new TestPeer(2);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void registriesAreExchangedHoweverTheBytesAreCut(long seed) {
    World world = new World(seed);
    alice.append(TestPeer.numbered("a", 200));
    bob.append(TestPeer.numbered("b", 30));
    world.connect(world.start(alice), world.start(bob));
    world.settle();
    assertThat(alice.follow(bob.key()).contiguousLength()).isEqualTo(30);
    assertThat(bob.follow(alice.key()).contiguousLength()).isEqualTo(200);
    alice.append("later");
    world.settle();
    assertThat(TestPeer.text(bob.follow(alice.key()), 200)).isEqualTo("later");
  }

  @Test
  void betweenTwoOfOursANewBlockComesUnasked() {
    World world = new World(3);
    alice.append("first");
    World.Inhabitant a = world.start(alice);
    world.connect(world.start(bob), a);
    world.settle();
    for (int block = 1; block <= 10; block++) {
      alice.append("block " + block);
      do {
        assertThat(a.works()).as("requests to answer").isZero();
      } while (world.step());
      assertThat(TestPeer.text(bob.follow(alice.key()), block)).isEqualTo("block " + block);
    }
  }

  @Test
  void whoeverIsConnectedIsToldBeforeNothingIsOpeningAnyMoreAndOnceAgainThen() {
    World world = new World(1);
    World.Inhabitant a = world.start(alice);
    List<String> told = new ArrayList<>();
    alice.whenPeersChange(
        () ->
            told.add(
                a.peers().size() + (a.sharing().isOpening() ? " and opening" : " and no more")));

    world.connect(a, world.start(bob));
    world.settle();

    assertThat(told).startsWith("1 and opening", "1 and no more");
  }

  @Test
  void quietConnectionStaysForHours() {
    World world = new World(1);
    World.Inhabitant a = world.start(alice);
    World.Link link = world.connect(a, world.start(bob));
    world.pass(2 * 3600 * SECOND);
    assertThat(a.peers()).hasSize(1);
    assertThat(link.how).isNull();
    alice.append("x");
    world.settle();
    assertThat(bob.follow(alice.key()).length()).isEqualTo(1);
  }

  @Test
  void peerThatFallsSilentIsGivenUpAfterAMinute() {
    World world = new World(1);
    World.Inhabitant a = world.start(alice);
    World.Link link = world.connect(a, world.start(bob));
    world.settle();
    link.cut = true;
    world.pass(59 * SECOND);
    assertThat(a.peers()).hasSize(1);
    world.pass(2 * SECOND);
    assertThat(a.peers()).isEmpty();
    assertThat(link.how).isEqualTo(Connection.End.FAULT);
  }

  /** Of all that it waits for, only the look at its sessions comes before the wrap. */
  @Test
  void sessionsAreLookedAfterInTimeAlthoughTheClockWraps() {
    World world = new World(1);
    World.Link link = world.connect(world.start(alice), world.start(bob));
    world.settle();
    Connection connection = Objects.requireNonNull(link.dialling.connection);
    long checkNanos = world.nowNanos + 5 * SECOND;
    world.pass(2 * SECOND);
    alice.append("puts the sign of life off until after the wrap");
    world.settle();
    assertThat(connection.nextTimeoutNanos()).isEqualTo(checkNanos);

    world.nowNanos += 6 * SECOND;
    connection.onTimeout(world.nowNanos);

    assertThat(connection.nextTimeoutNanos()).isEqualTo(world.nowNanos + 5 * SECOND);
  }

  @Test
  void handshakeThatNeverEndsIsGivenUp() {
    World world = new World(1);
    World.Link link = world.connect(world.start(alice), world.start(bob));
    link.cut = true;
    world.pass(16 * SECOND);
    assertThat(link.how).isEqualTo(Connection.End.FAULT);
    assertThat(link.accepting.connection).isNull();
  }

  @Test
  void connectionToOneselfEndsAndSaysSo() {
    World world = new World(1);
    World.Inhabitant a = world.start(alice);
    World.Link link = world.connect(a, a);
    world.settle();
    assertThat(link.how).isEqualTo(Connection.End.SELF);
    assertThat(a.peers()).isEmpty();
  }

  @Test
  void logThatTheOtherDoesNotHaveIsRejectedAndOpenedOnceItHas() {
    World world = new World(1);
    World.Inhabitant a = world.start(alice);
    Log notes = alice.create("notes");
    alice.append(notes, "n0", "n1");
    world.connect(a, world.start(bob));
    world.settle();
    assertThat(a.peers().get(0).heads()).doesNotContainKey(notes.key());
    Log copy = bob.follow(notes.key());
    world.settle();
    assertThat(copy.contiguousLength()).isEqualTo(2);
    assertThat(a.peers().get(0).heads().get(notes.key()))
        .isEqualTo(new PeerState.RemoteHead(2, 0, Optional.empty()));
  }

  @Test
  void appendsComeByWayOfAThirdPeerWhenTheWritersConnectionIsCut() {
    World world = new World(4);
    alice.append(TestPeer.numbered("a", 500));
    World.Inhabitant a = world.start(alice);
    World.Inhabitant b = world.start(bob);
    World.Link first = world.connect(b, a);
    world.settle();
    TestPeer carol = new TestPeer(3);
    World.Inhabitant c = world.start(carol);
    carol.follow(alice.key());
    world.connect(c, a);
    world.connect(c, b);
    world.settle();
    assertThat(carol.follow(alice.key()).contiguousLength()).isEqualTo(500);
    first.cut = true;
    alice.append("more");
    world.settle();
    assertThat(TestPeer.text(bob.follow(alice.key()), 500)).as("by way of carol").isEqualTo("more");
  }

  @Test
  void unfinishedMessagesOfAllPeersTogetherAreBoundedAndTheLargestGoes() {
    World world = new World(5);
    World.Inhabitant a = world.start(alice);
    World.Link small = world.connect(a, world.start(bob));
    World.Link large = world.connect(a, world.start(new TestPeer(3)));
    world.settle();
    startMessage(world, small, 400_000);
    startMessage(world, large, 500_000);
    world.settle();
    assertThat(a.peers()).as("900,000 bytes are within the limit").hasSize(2);
    startMessage(world, large, 200_000);
    world.settle();
    assertThat(large.how).isEqualTo(Connection.End.FAULT);
    assertThat(a.peers()).hasSize(1);
    assertThat(small.how).isNull();
  }

  /** Brings the dialling side the next bytes of a message of 12 MiB that never ends. */
  private static void startMessage(World world, World.Link link, int bytes) {
    byte[] junk = new byte[bytes];
    Arrays.fill(junk, (byte) 0xc0);
    Objects.requireNonNull(link.dialling.connection).receive(ByteBuffer.wrap(junk), world.nowNanos);
  }

  /** Its key comes as a message of its own and in the handshake of the directory. */
  @Test
  void whatAPeerSaysTwiceIsToldOnce() {
    World world = new World(1);
    world.connect(world.start(bob), world.start(alice));
    world.settle();
    assertThat(bob.told).containsExactly(alice.key());
  }

  @Test
  void aLogThatIsOfferedTwiceIsForgottenAtOnce() {
    World world = new World(1);
    World.Inhabitant a = world.start(alice);
    World.Inhabitant b = world.start(bob);
    Log notes = alice.create("notes");
    alice.append(notes, "before");
    Log copy = bob.follow(notes.key());
    world.connect(b, a);
    world.settle();
    a.replicate(notes);
    world.settle();
    alice.append(notes, "now");
    world.settle();
    assertThat(copy.contiguousLength()).isEqualTo(2);

    a.forget(notes);
    world.settle();
    alice.append(notes, "unheard");
    world.settle();

    assertThat(copy.length()).isEqualTo(2);
    assertThat(a.peers().get(0).heads()).doesNotContainKey(notes.key());
  }

  @Test
  void whatAPeerSaidOfALogIsForgottenWithItAlsoIfThePeerGaveItUpBefore() {
    World world = new World(1);
    World.Inhabitant a = world.start(alice);
    World.Inhabitant b = world.start(bob);
    Log notes = alice.create("notes");
    alice.append(notes, "n0");
    Log copy = bob.follow(notes.key());
    world.connect(b, a);
    world.settle();
    b.forget(copy);
    world.settle();
    PeerState.RemoteHead last = a.peers().get(0).heads().get(notes.key());
    assertThat(Objects.requireNonNull(last).trouble()).isPresent();

    a.forget(notes);
    world.settle();

    assertThat(a.peers().get(0).heads()).doesNotContainKey(notes.key());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLogIsForgottenInTheEndAlthoughAWorkOfItFailed(boolean atOnce) {
    World world = new World(1);
    World.Inhabitant a = world.start(alice);
    world.settle();
    Log log = alice.ownLog();
    Shared shared = Objects.requireNonNull(a.sharing().log(log.discoveryKey()));
    a.sharing().submit(shared, new Failing(atOnce), () -> {});
    AtomicBoolean forgotten = new AtomicBoolean();
    a.sharing().forget(log, () -> forgotten.set(true), world.nowNanos);
    assertThat(forgotten).isFalse();

    world.settle();

    assertThat(forgotten).isTrue();
  }

  /** Fails in the end, or already {@code atOnce}. */
  private record Failing(boolean atOnce) implements Work {
    @Override
    public void run() {
      if (atOnce) {
        throw new IllegalStateException("on purpose");
      }
    }

    @Override
    public void finish(long nowNanos) {
      throw new IllegalStateException("on purpose");
    }
  }

  @Test
  void nothingIsToldAfterTheEnd() {
    World world = new World(1);
    World.Inhabitant a = world.start(alice);
    World.Inhabitant b = world.start(bob);
    world.connect(a, b);
    world.settle();
    a.close();
    bob.append("unheard");
    world.settle();
    assertThat(alice.follow(bob.key()).length()).isZero();
    assertThat(a.peers()).isEmpty();
    assertThat(b.peers()).isEmpty();
  }
}
