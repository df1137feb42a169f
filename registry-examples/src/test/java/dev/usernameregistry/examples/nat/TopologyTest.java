package dev.usernameregistry.examples.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The NATs that the other test relies on behave as their kinds say. */
@Timeout(120)
final class TopologyTest {
  private static final int PORT = 40_000;
  private static final int OTHER_PORT = 40_001;
  private static final int LOCAL_PORT = 50_000;

  /** Why these tests cannot run; each of them says so. */
  private static final Optional<String> OBSTACLE = Topology.obstacle();

  @BeforeEach
  void needNamespaces() {
    assumeTrue(OBSTACLE.isEmpty(), () -> OBSTACLE.orElse(""));
  }

  @Test
  void coneKeepsThePortOfASocketAndSymmetricDoesNot() throws Exception {
    try (Topology topology = new Topology(Gateway.CONE, Gateway.SYMMETRIC);
        Programs programs = new Programs()) {
      startEchoes(topology, programs);
      assertThat(ask(topology.left(), "echo"))
          .hasSize(Topology.PUBLIC_NODES)
          .containsOnly(Topology.leftPublicHost() + ":" + LOCAL_PORT);
      List<String> symmetric = ask(topology.right(), "echo");
      assertThat(symmetric).allMatch(seen -> seen.startsWith(Topology.rightPublicHost() + ":"));
      assertThat(new HashSet<>(symmetric)).hasSize(Topology.PUBLIC_NODES);
    }
  }

  @Test
  void nobodyGetsInWhoWasNotSentTo() throws Exception {
    try (Topology topology = new Topology(Gateway.CONE, Gateway.SYMMETRIC);
        Programs programs = new Programs()) {
      startEchoes(topology, programs);
      assertThat(ask(topology.left(), "other", 1)).containsExactly(UdpProbe.SILENCE);
      assertThat(ask(topology.right(), "other", 1)).containsExactly(UdpProbe.SILENCE);
    }
  }

  @Test
  void shortLivedPacketsDoNotArrive() throws Exception {
    try (Topology topology = new Topology(Gateway.CONE, Gateway.CONE);
        Programs programs = new Programs()) {
      startEchoes(topology, programs);
      topology.left().timeToLive(5);
      assertThat(ask(topology.left(), "echo", 1)).containsExactly(UdpProbe.SILENCE);
      topology.left().timeToLive(64);
      assertThat(ask(topology.left(), "echo")).doesNotContain(UdpProbe.SILENCE);
    }
  }

  @Test
  void twoConesCanBePunched() throws Exception {
    assertThat(punch(Gateway.CONE, 300)).containsExactly(UdpProbe.PUNCHED, UdpProbe.PUNCHED);
  }

  @Test
  void aSymmetricGatewayCannotBePunchedByItsSocketsPort() throws Exception {
    assertThat(punch(Gateway.SYMMETRIC, 30)).containsExactly(UdpProbe.SILENCE, UdpProbe.SILENCE);
  }

  @Test
  void nothingIsLeftBehind() {
    assertThat(ourNamespaces()).isEmpty();
    Topology topology = new Topology(Gateway.CONE, Gateway.CONE);
    assertThat(ourNamespaces()).hasSize(5 + Topology.PUBLIC_NODES);
    topology.close();
    assertThat(ourNamespaces()).isEmpty();
  }

  private static List<String> ourNamespaces() {
    return Commands.run(List.of("ip", "netns", "list"))
        .lines()
        .filter(line -> line.startsWith("nat" + ProcessHandle.current().pid() + "-"))
        .toList();
  }

  private static List<String> punch(Gateway right, int count) throws Exception {
    try (Topology topology = new Topology(Gateway.CONE, right);
        Programs programs = new Programs()) {
      Process one = programs.start(topology.left(), punch(Topology.rightPublicHost(), count));
      Process other = programs.start(topology.right(), punch(Topology.leftPublicHost(), count));
      return List.of(line(one), line(other));
    }
  }

  /** What a cone leads to: the same port at the public host. */
  private static List<String> punch(String publicHost, int count) {
    return Programs.java(
        UdpProbe.class,
        "punch",
        String.valueOf(LOCAL_PORT),
        publicHost + ":" + LOCAL_PORT,
        String.valueOf(count));
  }

  private static String line(Process process) throws IOException {
    return String.valueOf(process.inputReader(StandardCharsets.UTF_8).readLine());
  }

  private static void startEchoes(Topology topology, Programs programs) throws IOException {
    List<String> echo =
        Programs.java(UdpProbe.class, "echo", String.valueOf(PORT), String.valueOf(OTHER_PORT));
    for (int i = 0; i < Topology.PUBLIC_NODES; i++) {
      assertThat(programs.startAndListen(topology.publicNode(i), echo)).isEqualTo("ready");
    }
  }

  private static List<String> ask(Namespace from, String text) {
    return ask(from, text, Topology.PUBLIC_NODES);
  }

  private static List<String> ask(Namespace from, String text, int nodes) {
    List<String> arguments = new ArrayList<>(List.of("ask", String.valueOf(LOCAL_PORT), text));
    for (int i = 0; i < nodes; i++) {
      arguments.add(Topology.publicHost(i) + ":" + PORT);
    }
    String[] all = arguments.toArray(String[]::new);
    return from.run(Programs.java(UdpProbe.class, all).toArray(String[]::new)).lines().toList();
  }
}
