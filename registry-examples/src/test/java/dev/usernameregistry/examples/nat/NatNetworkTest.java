package dev.usernameregistry.examples.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two of our peers, each behind a NAT of its own, find each other on a topic and share names. */
@Timeout(300)
final class NatNetworkTest {
  private static final String MAIN = "dev.usernameregistry.examples.Main";

  /** Why these tests cannot run; each of them says so. */
  private static final Optional<String> OBSTACLE =
      Topology.obstacle().or(NatNetworkTest::topicsUnknown);

  @BeforeEach
  void needNamespaces() {
    assumeTrue(OBSTACLE.isEmpty(), () -> OBSTACLE.orElse(""));
  }

  @ParameterizedTest(name = "left {0}, right {1}")
  @CsvSource({"CONE, CONE", "CONE, SYMMETRIC", "SYMMETRIC, CONE"})
  void namesTravelBetweenPrivateHosts(Gateway leftGateway, Gateway rightGateway) throws Exception {
    try (Topology topology = new Topology(leftGateway, rightGateway);
        Programs programs = new Programs()) {
      PublicDht.start(topology, programs);
      PrivateShell left = shell(topology.left(), programs, "Left");
      PrivateShell right = shell(topology.right(), programs, "Right");
      String leftKey = left.next("ready").path("registryKey").asText();
      String rightKey = right.next("ready").path("registryKey").asText();
      left.next("registry", event -> event.path("registryKey").asText().equals(rightKey));
      right.next("registry", event -> event.path("registryKey").asText().equals(leftKey));

      assertThat(namesHeard(left, right, "ada")).isEqualTo("registered");
      assertThat(namesHeard(right, left, "bob")).isEqualTo("registered");
    }
  }

  /** Returns what kind of change {@code there} hears of when {@code here} registers a name. */
  private static String namesHeard(PrivateShell here, PrivateShell there, String username)
      throws Exception {
    here.type("register " + username);
    here.next("registered");
    JsonNode change =
        there.next("change", event -> event.path("username").asText().equals(username));
    return change.path("kind").asText();
  }

  private static PrivateShell shell(Namespace where, Programs programs, String name)
      throws IOException {
    List<String> command =
        Programs.java(
            MAIN,
            "shell",
            "--json",
            "--memory",
            "--name",
            name,
            "--topic",
            "names behind NATs",
            "--bootstrap",
            PublicDht.bootstrap());
    return new PrivateShell(programs.start(where, command));
  }

  private static Optional<String> topicsUnknown() {
    return Commands.run(Programs.java(MAIN, "shell", "--help")).contains("--topic")
        ? Optional.empty()
        : Optional.of("the shell does not know topics");
  }
}
