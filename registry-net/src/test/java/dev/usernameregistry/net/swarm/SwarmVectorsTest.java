package dev.usernameregistry.net.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.swarm.Scene.TestLink;
import dev.usernameregistry.testkit.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables of the reference: which connection survives, and who is dialled first. */
class SwarmVectorsTest {
  private static final JsonNode TABLES = Vectors.load("dht").get("swarm");

  static Stream<Arguments> duplicateRule() {
    return rows("duplicateRule");
  }

  static Stream<Arguments> priority() {
    return rows("priority");
  }

  private static Stream<Arguments> rows(String table) {
    List<Arguments> rows = new ArrayList<>();
    TABLES.path(table).forEach(row -> rows.add(Arguments.of(row.toString(), row)));
    assertThat(rows).as(table).isNotEmpty();
    return rows.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("duplicateRule")
  void sameConnectionIsKeptAsByTheReference(String name, JsonNode row) {
    Key large = Scene.key(200);
    Key small = Scene.key(50);
    boolean larger = row.get("localKeyGreaterThanRemote").asBoolean();

    boolean keepsNew =
        DuplicateRule.keepsNew(
            larger ? large : small,
            larger ? small : large,
            row.get("newIsInitiator").asBoolean(),
            row.get("existingReadAndWroteBytes").asBoolean());

    assertThat(keepsNew).isEqualTo(row.get("keepNew").asBoolean());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("duplicateRule")
  void theWholeSwarmKeepsTheSameConnectionToo(String name, JsonNode row) {
    assertThat(row.get("newIsInitiator").asBoolean()).as("only incoming ones meet").isFalse();
    Scene scene = new Scene();
    Key remote = Scene.key(row.get("localKeyGreaterThanRemote").asBoolean() ? 50 : 200);
    TestLink existing;
    if (row.get("existingIsInitiator").asBoolean()) {
      scene.find(remote);
      existing = scene.lastDial().connect();
    } else {
      existing = scene.accept(remote);
    }
    existing.hasTraffic = row.get("existingReadAndWroteBytes").asBoolean();

    TestLink next = scene.accept(remote);

    boolean keepsNew = row.get("keepNew").asBoolean();
    assertThat(next.isOpen()).isEqualTo(keepsNew);
    assertThat(existing.isOpen()).isEqualTo(!keepsNew);
    assertThat(existing.keepAlives).isEqualTo(keepsNew ? 0 : 1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("priority")
  void priorityIsThatOfTheReference(String name, JsonNode row) {
    Peer peer = new Peer(Scene.key(1));
    for (int attempts = row.get("attempts").asInt(); attempts > 0; attempts--) {
      if (row.get("proven").asBoolean()) {
        peer.connected(0);
      }
      peer.disconnected(0);
    }

    assertThat(peer.prioritize()).isEqualTo(row.get("connectAgain").asBoolean());
    if (row.get("connectAgain").asBoolean()) {
      assertThat(peer.priority().number).isEqualTo(row.get("priority").asInt());
    }
  }
}
