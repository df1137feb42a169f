package dev.usernameregistry.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.examples.terminal.Address;
import dev.usernameregistry.examples.terminal.Entrance;
import dev.usernameregistry.examples.terminal.Ink;
import dev.usernameregistry.net.LocalDht;
import dev.usernameregistry.net.Swarm;
import dev.usernameregistry.net.Topic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoTest {
  private static final Role ALICE = new Role("Alice", "alice_smith", "Oslo");
  private static final Role BOB = new Role("Bob", "bob_jones", "Lima");
  private static final Role CHARLIE = new Role("Charlie", "charlie_brown", "Kyoto");

  private final ByteArrayOutputStream told = new ByteArrayOutputStream();
  private final Stage stage =
      new Stage(new PrintStream(told, true, StandardCharsets.UTF_8), new Ink(false, false));

  private final Topic topic = Topic.of("a play");

  @TempDir Path folder;

  private LocalDht dht;

  @BeforeEach
  void startDht() throws IOException {
    dht = LocalDht.start();
  }

  @AfterEach
  void stopDht() {
    dht.close();
  }

  @Test
  void threeUsersPlayAllScenesAndEverythingComesOutRight() {
    boolean met = demo().play(List.of(ALICE, BOB, CHARLIE));

    assertThat(met).as(told.toString(StandardCharsets.UTF_8)).isTrue();
    assertThat(told.toString(StandardCharsets.UTF_8))
        .contains("Scene 7:", "Bob is refused charlie_brown: it belongs to Charlie")
        .doesNotContain("Scene 8:", "!!");
  }

  @Test
  void twoUsersPlayTheShortPiece() {
    boolean met = demo().play(List.of(ALICE, BOB));

    assertThat(met).as(told.toString(StandardCharsets.UTF_8)).isTrue();
    assertThat(told.toString(StandardCharsets.UTF_8))
        .contains("Scene 4:", "Alice is refused bob_jones: it belongs to Bob")
        .doesNotContain("Scene 5:");
  }

  @Test
  void whatDoesNotComeOutRightFailsThePlay() {
    Role again = new Role("Mallory", ALICE.username(), "Oslo");

    boolean met = demo().play(List.of(ALICE, BOB, again));

    assertThat(met).isFalse();
    assertThat(told.toString(StandardCharsets.UTF_8))
        .contains("!!", "expectations were not met", "it is taken; alice_smith is Alice in Oslo")
        .doesNotContain("Optional", "Registration[", "Taken[");
  }

  @Test
  void stageCountsWhatWasNotMet() {
    stage.scene("one", "why");
    stage.expect("this is so", true, "");
    stage.expect("that is so", false, "\u001b[31mseen");

    assertThat(stage.end(5)).isFalse();
    assertThat(told.toString(StandardCharsets.UTF_8))
        .contains("ok this is so", "!! that is so, but: ?[31mseen", "1 of 2 expectations");
  }

  @Test
  void whereNobodyAnswersOnlyTheFirstSceneIsPlayed() throws IOException {
    try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      boolean met = demo(silent.getLocalPort()).play(List.of(ALICE, BOB, CHARLIE));

      assertThat(met).isFalse();
      String node = "127.0.0.1:" + silent.getLocalPort();
      assertThat(told.toString(StandardCharsets.UTF_8))
          .contains("no node of the DHT answers at " + node)
          .contains("registry.jar doctor --bootstrap " + node)
          .doesNotContain("Scene 2");
    }
  }

  private Demo demo() {
    return demo(dht.bootstrap().getPort());
  }

  private Demo demo(int port) {
    Entrance entrance = Entrance.by(List.of(new Address("127.0.0.1", port))).lookedUp();
    return new Demo(
        stage,
        folder::resolve,
        () -> Swarm.onTopic(topic).bootstrap("127.0.0.1", port).port(0),
        entrance);
  }
}
