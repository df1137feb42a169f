package dev.usernameregistry.net.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.TestPeer;
import dev.usernameregistry.net.noise.SessionKeys;
import java.util.ArrayList;
import java.util.Arrays;
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
    List<World.Inhabitant> dialling = new ArrayList<>();
    for (int i = 0; i <= World.PENDING_MAX; i++) {
      dialling.add(world.start(new TestPeer(number++)));
    }
    List<World.Link> links = new ArrayList<>();
    for (World.Inhabitant peer : dialling) {
      assertThat(links).noneMatch(SharingLimitsTest::isHungUp);
      links.add(world.connect(peer, alice));
    }

    assertThat(links).filteredOn(SharingLimitsTest::isHungUp).containsExactly(links.get(0));
    world.settle();
    assertThat(alice.peers()).hasSize(World.PENDING_MAX);
  }

  private static boolean isHungUp(World.Link link) {
    return Objects.requireNonNull(link.accepting.connection).ended();
  }
}
