package dev.usernameregistry.net.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.TestPeer;
import dev.usernameregistry.net.noise.SessionKeys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How many connections, and handshakes under way, one peer has at most: exactly so many. */
class SharingLimitsTest {
  private final World world = new World(1);
  private final World.Inhabitant alice = world.start(new TestPeer(1));

  /** Who dials next. */
  private int number = 2;

  private World.Link dial() {
    return world.connect(world.start(new TestPeer(number++)), alice);
  }

  /** Starts peers, which settles the world, before any of them dials. */
  private List<World.Inhabitant> startDialling(int count) {
    List<World.Inhabitant> dialling = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      dialling.add(world.start(new TestPeer(number++)));
    }
    return dialling;
  }

  /** Has as many peers dial as may be connected. */
  private List<World.Link> fill() {
    List<World.Link> links = new ArrayList<>();
    for (int i = 0; i < World.CONNECTIONS_MAX; i++) {
      links.add(dial());
      world.settle();
    }
    return links;
  }

  private @Nullable Connection establish() {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) number++);
    SessionKeys keys =
        new SessionKeys(true, key, key, new byte[64], KeyPair.fromSeed(key).publicKey());
    return alice.sharing().established(keys, "there:3", () -> {}, (how, was) -> {}, world.nowNanos);
  }

  @Test
  void asManyConnectionsAsAllowedAreAcceptedAndNotOneMore() {
    List<World.Link> links = fill();
    assertThat(alice.peers()).hasSize(World.CONNECTIONS_MAX);

    assertThat(dial().accepting.connection).isNull();
    assertThat(establish()).isNull();

    Objects.requireNonNull(links.get(0).accepting.connection)
        .end(Connection.End.LEFT, "on purpose", world.nowNanos);
    assertThat(dial().accepting.connection).isNotNull();
    world.settle();
    assertThat(alice.peers()).hasSize(World.CONNECTIONS_MAX);
  }

  @Test
  void connectionsWhoseHandshakeWasDoneElsewhereCountAsWell() {
    for (int i = 0; i < World.CONNECTIONS_MAX; i++) {
      assertThat(establish()).isNotNull();
    }

    assertThat(establish()).isNull();
    assertThat(dial().accepting.connection).isNull();
  }

  @Test
  void ofMoreHandshakesThanMayBeUnderWayTheOldestEnds() {
    List<World.Link> links = new ArrayList<>();
    for (World.Inhabitant peer : startDialling(World.PENDING_MAX + 1)) {
      assertThat(links).noneMatch(SharingLimitsTest::isHungUp);
      links.add(world.connect(peer, alice));
    }

    assertThat(links).filteredOn(SharingLimitsTest::isHungUp).containsExactly(links.get(0));
    world.settle();
    assertThat(alice.peers()).hasSize(World.PENDING_MAX);
  }

  @Test
  void handshakesThatHaveEndedAreNotUnderWayAnyMore() {
    List<World.Link> ended = new ArrayList<>();
    List<World.Link> links = new ArrayList<>();
    for (World.Inhabitant peer : startDialling(2 * World.PENDING_MAX + 1)) {
      World.Link link = world.connect(peer, alice);
      if (ended.size() < World.PENDING_MAX) {
        Objects.requireNonNull(link.accepting.connection).gone("hung up", world.nowNanos);
        ended.add(link);
      } else {
        links.add(link);
      }
    }

    assertThat(links).filteredOn(SharingLimitsTest::isHungUp).containsExactly(links.get(0));
  }

  /** What is read from the peer waits in memory until it is stored. */
  @Test
  void nothingMoreIsReadFromAPeerThanTheDiskKeepsUpWith() {
    int blocks = 160;
    int blockBytes = 1 << 18;
    TestPeer writer = new TestPeer(number++);
    TestPeer reader = new TestPeer(number++);
    World.Inhabitant slow = world.start(reader);
    World.Link link = world.connect(slow, world.start(writer));
    writer.append("first");
    world.settle();
    slow.slowDown();
    Collections.nCopies(blocks, "x".repeat(blockBytes)).forEach(writer::append);

    long mostBytes = 0;
    long stored = 0;
    while (world.step()) {
      stored = reader.follow(writer.key()).contiguousLength() - 1;
      mostBytes = Math.max(mostBytes, link.dialling.received - stored * blockBytes);
    }

    assertThat(mostBytes >> 20).as("read and not stored, MiB").isBetween(15L, 20L);
    assertThat(stored).isEqualTo(blocks);
  }

  private static boolean isHungUp(World.Link link) {
    return Objects.requireNonNull(link.accepting.connection).ended();
  }
}
