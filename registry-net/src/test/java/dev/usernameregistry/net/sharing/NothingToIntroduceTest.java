package dev.usernameregistry.net.sharing;

import static dev.usernameregistry.net.sharing.IntroducingTest.blocks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.PeerState;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.net.TestPeer;
import dev.usernameregistry.net.directory.Introductions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Peers that know registries of which nothing can come. */
class NothingToIntroduceTest {
  private final World world = new World(7);
  private final TestPeer alice = new TestPeer(1).introducing();
  private final TestPeer bob = new TestPeer(2).introducing();
  private final TestPeer carol = new TestPeer(3).introducing();

  /** Else who makes enough of them keeps all that know them from introducing anything else. */
  @Test
  void whatHasTwoHistoriesFromTheStartIsNotIntroduced() {
    TestPeer writer = new TestPeer(20);
    TestPeer copy = new TestPeer(20);
    for (int i = 0; i < Introductions.WINDOW_KEYS; i++) {
      Log log = writer.create("log " + i);
      writer.append(log, "x");
      copy.append(copy.create("log " + i), "y");
      alice.follow(log.key());
    }
    World.Inhabitant a = world.start(alice);
    world.connect(world.start(writer), a);
    world.settle();
    world.connect(world.start(copy), a);
    world.settle();
    assertThat(alice.logs())
        .filteredOn(log -> log.evidence().isPresent() && log.length() == 0)
        .hasSize(Introductions.WINDOW_KEYS);
    Log notes = alice.create("notes");
    alice.append(notes, "x");

    World.Inhabitant c = world.start(carol);
    world.connect(c, a);
    world.settle();

    assertThat(blocks(carol, notes.key())).isEqualTo(1);
    assertThat(c.peers()).extracting(PeerState::toldAll).containsExactly(true);
  }

  @Test
  void whatIsCutToNothingIsIntroducedOnceItIsLonger() throws IOException {
    Log notes = alice.create("notes");
    alice.append(notes, "x");
    World.Inhabitant a = world.start(alice);
    world.settle();
    notes.truncate(0);
    World.Inhabitant b = world.start(bob);
    world.connect(a, b);
    world.settle();
    assertThat(b.peers()).extracting(PeerState::toldAll).containsExactly(true);

    alice.append(notes, "y");
    world.settle();

    assertThat(blocks(bob, notes.key())).isEqualTo(1);
  }

  /** Else registering waits for nothing whenever one is connected with who did. */
  @Test
  void whoForgetsWhatItHasJustIntroducedHasToldAll() {
    List<Log> copies = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Log log = alice.create("log " + i);
      alice.append(log, "x");
      copies.add(bob.follow(log.key()));
    }
    World.Inhabitant b = world.start(bob);
    World.Link link = world.connect(world.start(alice), b);
    world.settle();
    link.cut = true;
    world.pass(61_000_000_000L);
    World.Inhabitant c = world.start(carol);
    world.connect(c, b);
    while (carol.logs().size() < 50) {
      assertThat(world.step()).isTrue();
    }

    copies.forEach(b::forget);
    world.settle();

    assertThat(carol.logs()).anyMatch(log -> log.length() == 0 && !log.key().equals(carol.key()));
    assertThat(c.peers()).extracting(PeerState::toldAll).containsExactly(true);
  }
}
