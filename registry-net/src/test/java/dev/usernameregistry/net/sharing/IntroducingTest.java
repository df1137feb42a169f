package dev.usernameregistry.net.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.PeerState;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.net.TestPeer;
import dev.usernameregistry.net.directory.DirectoryHello;
import dev.usernameregistry.net.directory.Introductions;
import dev.usernameregistry.net.mux.Channel;
import dev.usernameregistry.net.mux.MuxEvent;
import dev.usernameregistry.net.mux.Pair;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole peers that introduce registries to each other. */
class IntroducingTest {
  private final World world = new World(7);
  private final TestPeer alice = new TestPeer(1).introducing();
  private final TestPeer bob = new TestPeer(2).introducing();
  private final TestPeer carol = new TestPeer(3).introducing();

  /** Returns how many blocks of a log a peer has; -1 if it does not know the log. */
  static long blocks(TestPeer peer, Key log) {
    return peer.logs().stream()
        .filter(one -> one.key().equals(log))
        .mapToLong(Log::contiguousLength)
        .findFirst()
        .orElse(-1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whoNeverMeetHaveEachOthersRegistriesHoweverTheBytesAreCut(long seed) {
    World chain = new World(seed);
    List<TestPeer> peers = new ArrayList<>();
    List<World.Inhabitant> inhabitants = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      TestPeer peer = new TestPeer(10 + i).introducing();
      peer.append(TestPeer.numbered("block ", 3 + i));
      peers.add(peer);
      inhabitants.add(chain.start(peer));
    }
    for (int i = 0; i + 1 < 6; i++) {
      chain.connect(inhabitants.get(i), inhabitants.get(i + 1));
    }
    chain.settle();
    for (TestPeer peer : peers) {
      for (int i = 0; i < 6; i++) {
        assertThat(blocks(peer, peers.get(i).key())).isEqualTo(3 + i);
      }
    }
    peers.get(0).append("later");
    chain.settle();
    assertThat(TestPeer.text(peers.get(5).follow(peers.get(0).key()), 3)).isEqualTo("later");
  }

  @Test
  void whoIsAwayIsKnownToThoseWhoComeLater() {
    alice.append("ada");
    World.Inhabitant b = world.start(bob);
    World.Link link = world.connect(world.start(alice), b);
    world.settle();
    link.cut = true;
    world.pass(61_000_000_000L);
    assertThat(b.peers()).isEmpty();

    world.connect(world.start(carol), b);
    world.settle();

    assertThat(blocks(carol, alice.key())).isEqualTo(1);
  }

  @Test
  void moreThanThereIsRoomForAtATimeAllArrive() {
    List<Key> keys = new ArrayList<>();
    for (int i = 0; i < 3 * Introductions.WINDOW_KEYS; i++) {
      Log log = (i % 2 == 0 ? alice : bob).create("log " + i);
      (i % 2 == 0 ? alice : bob).append(log, "x");
      keys.add(log.key());
    }
    world.connect(world.start(alice), world.start(bob));
    world.settle();
    assertThat(keys)
        .allSatisfy(
            key -> {
              assertThat(blocks(alice, key)).isEqualTo(1);
              assertThat(blocks(bob, key)).isEqualTo(1);
            });
  }

  /** Who waits until a peer has told all is not told too early that it has. */
  @Test
  void whenAllIsToldSomethingOfAllIsHere() {
    for (int i = 0; i < 500; i++) {
      alice.append(alice.create("log " + i), "x");
    }
    List<String> seen = new ArrayList<>();
    World.Inhabitant b = world.start(bob);
    bob.whenPeersChange(
        () -> {
          for (PeerState peer : b.peers()) {
            if (peer.heads().containsKey(alice.key())) { // before, it counts as behind
              long here =
                  alice.logs().stream()
                      .filter(log -> !log.key().equals(alice.key()))
                      .filter(log -> blocks(bob, log.key()) == 1 || isHere(bob, log))
                      .count();
              seen.add(peer.toldAll() + " with " + (here == 500 ? "all" : "some"));
            }
          }
        });
    world.connect(world.start(alice), b);
    world.settle();
    assertThat(seen).containsOnly("true with all");
  }

  private static boolean isHere(TestPeer peer, Log log) {
    return peer.logs().stream().anyMatch(one -> one.key().equals(log.key()) && one.length() > 0);
  }

  @Test
  void whatIsEmptyIsIntroducedOnceItIsNot() {
    Log empty = alice.create("notes");
    world.connect(world.start(alice), world.start(bob));
    world.settle();
    assertThat(blocks(bob, empty.key())).isEqualTo(-1);
    assertThat(bob.running().peers()).hasSize(1).allMatch(PeerState::toldAll);

    alice.append(empty, "x");
    world.settle();

    assertThat(blocks(bob, empty.key())).isEqualTo(1);
  }

  @Test
  void whoDoesNotIntroduceHearsOfNothingAndTellsNothing() {
    TestPeer quiet = new TestPeer(9);
    Log theirs = quiet.create("theirs");
    quiet.append(theirs, "x");
    Log ours = alice.create("ours");
    alice.append(ours, "x");
    world.connect(world.start(alice), world.start(quiet));
    world.settle();
    assertThat(blocks(quiet, ours.key())).isEqualTo(-1);
    assertThat(blocks(alice, theirs.key())).isEqualTo(-1);
    assertThat(alice.running().peers()).hasSize(1).allMatch(PeerState::toldAll);
  }

  @Test
  void whatIsForgottenHereIsNotIntroducedAgainOnTheSameConnection() {
    Log log = alice.create("notes");
    alice.append(log, "x");
    World.Inhabitant b = world.start(bob);
    world.connect(world.start(alice), b);
    world.settle();
    Log copy = bob.follow(log.key());
    assertThat(copy.length()).isEqualTo(1);

    b.forget(copy);
    world.settle();
    alice.append(log, "y");
    world.settle();

    assertThat(copy.length()).isEqualTo(1);
  }

  /** Has {@code liar} introduce keys that nobody has anything of. */
  private static void lie(BarePeer liar, Channel directory, int from, int to) {
    introduce(
        liar, directory, IntStream.range(from, to).mapToObj(IntroducingTest::unknown).toList());
  }

  private static void introduce(BarePeer by, Channel directory, List<Key> registries) {
    WireWriter keys = new WireWriter().uint(registries.size());
    registries.forEach(key -> keys.raw(key.bytes()));
    directory.send(0, keys.toByteArray());
    by.send();
  }

  private static Key unknown(int number) {
    return Key.of(ByteBuffer.allocate(Key.BYTES).putInt(number).array());
  }

  private Channel openDirectory(BarePeer liar) {
    Pair pair = new Pair(DirectoryHello.PROTOCOL, new byte[0]);
    Channel directory = liar.mux.open(pair, DirectoryHello.of(unknown(1_000_000), true).encode());
    liar.send();
    world.settle();
    liar.receive();
    return directory;
  }

  /** Who introduces what does not exist costs the others nothing, and not many at a time. */
  @Test
  void whatIsNotProvenIsOpenedOnlyWhereItWasIntroduced() {
    World.Inhabitant b = world.start(bob);
    World.Link honest = world.connect(world.start(carol), b);
    BarePeer liar = new BarePeer(world, b);
    Channel directory = openDirectory(liar);
    long received = honest.dialling.received;

    lie(liar, directory, 0, Introductions.WINDOW_KEYS);
    world.settle();

    List<MuxEvent> asked =
        liar.receive().stream().filter(MuxEvent.Asked.class::isInstance).toList();
    assertThat(asked).hasSize(Introductions.WINDOW_KEYS);
    assertThat(honest.dialling.received).isEqualTo(received);
    assertThat(b.peers()).extracting(PeerState::toldAll).containsExactlyInAnyOrder(true, false);

    lie(liar, directory, 1_000, 1_001);
    assertThat(liar.victim.ended()).isTrue();
  }

  @Test
  void whatItsOwnerTellsIsOpenedEverywhere() {
    World.Inhabitant b = world.start(bob);
    BarePeer liar = new BarePeer(world, b);
    Channel directory = openDirectory(liar);
    introduce(liar, directory, List.of(alice.key()));
    world.settle();
    assertThat(blocks(bob, alice.key())).isZero();

    world.connect(world.start(alice), b);
    world.settle();
    alice.append("ada");
    world.settle();

    assertThat(blocks(bob, alice.key())).isEqualTo(1);
  }

  @Test
  void whatSeveralIntroduceComesFromWhoeverHasIt() {
    Log notes = alice.create("notes");
    alice.append(notes, "x");
    World.Inhabitant b = world.start(bob);
    BarePeer liar = new BarePeer(world, b);
    Channel directory = openDirectory(liar);
    introduce(liar, directory, List.of(notes.key()));
    world.settle();
    assertThat(blocks(bob, notes.key())).isZero();

    world.connect(world.start(alice), b);
    world.settle();

    assertThat(blocks(bob, notes.key())).isEqualTo(1);
  }

  @Test
  void nothingIsAwaitedOfWhatIsNotReplicatedAfterAll() {
    World.Inhabitant b = world.start(bob);
    BarePeer liar = new BarePeer(world, b);
    Channel directory = openDirectory(liar);
    lie(liar, directory, 0, 1);
    directory.send(2, new byte[0]);
    liar.send();
    world.settle();
    assertThat(b.peers()).extracting(PeerState::toldAll).containsExactly(false);

    b.sharing().notReplicated(unknown(0));
    world.settle();

    assertThat(b.peers()).extracting(PeerState::toldAll).containsExactly(true);
  }

  /** Who closes the directory introduces nothing more, and is not waited for. */
  @Test
  void whoClosesTheDirectoryHasToldAll() {
    World.Inhabitant b = world.start(bob);
    BarePeer other = new BarePeer(world, b);
    Channel directory = openDirectory(other);
    assertThat(b.peers()).extracting(PeerState::toldAll).containsExactly(false);

    directory.close();
    other.send();

    assertThat(b.peers()).extracting(PeerState::toldAll).containsExactly(true);
  }

  /**
   * Else who comes and goes at once has what it invents opened on the connections of all others.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsIntroducedByOneThatIsGoneWhenItIsAddedIsOpenedNowhere(boolean onlyCloses) {
    World.Inhabitant b = world.start(bob);
    World.Link honest = world.connect(world.start(carol), b);
    BarePeer liar = new BarePeer(world, b);
    Channel directory = openDirectory(liar);
    long received = honest.dialling.received;

    lie(liar, directory, 0, Introductions.WINDOW_KEYS);
    if (onlyCloses) {
      directory.close();
      liar.send();
    } else {
      liar.victim.gone("hung up", world.nowNanos);
    }
    world.settle();

    assertThat(honest.dialling.received).isEqualTo(received);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatTheUserFollowsComesFromWhoeverHasItThoughALiarIntroducedIt(boolean atOnce) {
    TestPeer quiet = new TestPeer(9);
    Log notes = quiet.create("notes");
    quiet.append(notes, "x");
    World.Inhabitant b = world.start(bob);
    world.connect(world.start(quiet), b);
    BarePeer liar = new BarePeer(world, b);
    Channel directory = openDirectory(liar);
    introduce(liar, directory, List.of(notes.key()));
    if (!atOnce) {
      world.settle();
      assertThat(bob.isOnlyIntroduced(notes.key())).isTrue();
    }

    bob.follow(notes.key());
    world.settle();

    assertThat(blocks(bob, notes.key())).isEqualTo(1);
  }

  /** Else it is forgotten with the first, though another is about to send it. */
  @Test
  void whoIntroducesWhatAnotherDidBeforeIsNoted() {
    Log notes = alice.create("notes");
    World.Inhabitant b = world.start(bob);
    world.connect(world.start(alice), b);
    BarePeer liar = new BarePeer(world, b);
    Channel directory = openDirectory(liar);
    introduce(liar, directory, List.of(notes.key()));
    world.settle();

    alice.append(notes, "x");
    world.settle();

    assertThat(bob.introduced).containsExactly(notes.key(), notes.key());
  }
}
