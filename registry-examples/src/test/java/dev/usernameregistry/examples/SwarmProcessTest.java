package dev.usernameregistry.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Shells that find each other on a topic, in a DHT that {@code bootstrap} runs; and how they end.
 */
final class SwarmProcessTest {
  private static final String TOPIC = "a topic of tests";

  @TempDir Path folder;

  @Test
  void shellsOnATopicFindEachOther() throws Exception {
    try (DhtProcess dht = new DhtProcess(folder);
        ProgramProcess alice = startShell("Alice", dht.entry(), "--topic", TOPIC)) {
      String hex = assertTellsOfTheSwarm(alice);
      try (ProgramProcess bob =
          startShell("Bob", dht.entry(), "--package-json", packageJson(hex).toString())) {
        assertThat(bob.next("ready").path("topics").get(0).asText()).isEqualTo(hex);
        alice.next("peer", event -> event.path("connected").asBoolean());
        alice.type("register ada");
        alice.next("registered");
        assertThat(bob.next("change").path("username").asText()).isEqualTo("ada");
        bob.type("register ada");
        assertThat(bob.next("taken").path("registration").path("registeredBy").asText())
            .isEqualTo("Alice");
        assertSyncedAndReachable(bob);
        assertLeavesCleanly(bob);
      }
      alice.next("peer", event -> !event.path("connected").asBoolean());
      assertLeavesCleanly(alice);
    }
  }

  @Test
  void sigtermEndsAShellOnATopicCleanly() throws Exception {
    try (DhtProcess dht = new DhtProcess(folder);
        ProgramProcess shell = startShell("Alice", dht.entry(), "--topic", TOPIC)) {
      stage(shell, "joined");
      shell.terminate();
      assertEndsCleanly(shell);
      dht.process().terminate();
      assertEndsCleanly(dht.process());
    }
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC}) // where kill is
  void ctrlCEndsAShellOnATopicCleanly() throws Exception {
    try (DhtProcess dht = new DhtProcess(folder);
        ProgramProcess shell = startShell("Alice", dht.entry(), "--topic", TOPIC)) {
      stage(shell, "joined");
      shell.interrupt();
      assertEndsCleanly(shell);
      dht.process().interrupt();
      assertEndsCleanly(dht.process());
    }
  }

  @Test
  void silenceOfTheDhtIsTold() throws Exception {
    try (DatagramSocket silent = loopbackSocket();
        ProgramProcess shell =
            startShell("Alice", "127.0.0.1:" + silent.getLocalPort(), "--topic", TOPIC)) {
      shell.next("ready");
      JsonNode swarm = stage(shell, "noAnswer");
      assertThat(swarm.path("nodes").asInt()).isZero();
      assertThat(swarm.path("alone").asText()).isEqualTo("noAnswer");
      assertThat(swarm.path("trouble").asText()).contains("127.0.0.1:" + silent.getLocalPort());
      shell.type("register ada");
      shell.next("registered");
      assertLeavesCleanly(shell);
    }
  }

  @Test
  void bootstrapEndsAtTheEndOfInputOnlyIfToldTo() throws Exception {
    try (ProgramProcess dht =
        new ProgramProcess(folder, "bootstrap", "--port", "0", "--nodes", "4", "--stdin")) {
      JsonNode ready = dht.next("ready");
      assertThat(ready.path("host").asText()).isEqualTo("127.0.0.1");
      assertThat(ready.path("nodes")).hasSize(4);
      assertThat(ready.path("nodes").get(0).path("port").asInt())
          .isEqualTo(ready.path("port").asInt());
      dht.endInput();
      dht.next("closed");
      assertThat(dht.exitCode()).isZero();
    }
  }

  /** The signal falls between the unpacking of Netty's library and its deletion. */
  @Test
  void whatIsUnpackedWhenTheSignalComesIsDeleted() throws Exception {
    try (ProgramProcess bootstrap = new ProgramProcess(folder, "bootstrap", "--port", "0")) {
      bootstrap.awaitTemporaryFile();

      bootstrap.terminate();

      bootstrap.exitCode();
      assertThat(bootstrap.temporaryFiles()).isEmpty();
      assertThat(bootstrap.complaints()).isEmpty();
    }
  }

  @Test
  void aUdpPortThatIsInUseIsSaidInOneLine() throws Exception {
    try (DatagramSocket used = loopbackSocket();
        ProgramProcess dht =
            new ProgramProcess(
                folder, "bootstrap", "--port", String.valueOf(used.getLocalPort()))) {
      JsonNode error = dht.next("error");
      assertThat(error.path("message").asText()).contains(String.valueOf(used.getLocalPort()));
      assertThat(error.path("code").asText()).isEqualTo("cannotListen");
      assertThat(dht.exitCode()).isEqualTo(1);
      assertThat(dht.complaints().lines()).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 | --nodes 3                          | --nodes takes from 4 to 100",
        "2 | --nodes 0 --bootstrap 127.0.0.1:1  | --nodes takes from 1 to 100, got 0",
        "2 | --nodes 101                        | --nodes takes from 4 to 100",
        "2 | --nodes many                       | --nodes: 'many' is not a whole number",
        "2 | --port 99999                       | a port is from 0 to 65535, got '99999'",
        "2 | --port http                        | a port is from 0 to 65535, got 'http'",
        "2 | --host 0.0.0.0                     | 0.0.0.0 stands for all addresses",
        "2 | --host ::1                         | ::1 is not an IPv4 address, and the DHT is IPv4 only",
        "1 | --host no-such-host.invalid        | no-such-host.invalid:49737 cannot run",
        "1 | --host 192.0.2.77                  | 192.0.2.77 is not an address of this machine",
        "1 | --bootstrap no-such-host.invalid:1 | host no-such-host.invalid",
        "2 | --bootstrap [::1]:4001             | IPv4 only",
        "2 | --bootstrap ::1:4001               | IPv4 only",
        "2 | --bootstrap 127.0.0.1:0            | port 0",
        "2 | --dance                            | --dance"
      })
  void whatCannotWorkIsSaidInOneLine(int exitCode, String options, String message)
      throws Exception {
    try (ProgramProcess dht = new ProgramProcess(folder, "bootstrap", options.split(" +"))) {
      assertThat(dht.next("error").path("message").asText()).contains(message);
      assertThat(dht.exitCode()).isEqualTo(exitCode);
      assertThat(dht.complaints().lines()).hasSize(1);
    }
  }

  @Test
  void aHostThatNobodyKnowsIsNamed() throws Exception {
    try (ProgramProcess shell =
        startShell("Alice", "no-such-host.invalid:49737", "--topic", TOPIC)) {
      JsonNode swarm = stage(shell, "noAnswer");
      assertThat(swarm.path("trouble").asText())
          .contains("host no-such-host.invalid", "how --bootstrap is written");
      assertThat(swarm.path("alone").asText()).isEqualTo("noAddress");
      shell.type("status");
      assertThat(shell.next("status").path("swarm").path("trouble"))
          .isEqualTo(swarm.path("trouble"));
      assertLeavesCleanly(shell);
    }
  }

  /** Returns the topic as ready tells it. */
  private static String assertTellsOfTheSwarm(ProgramProcess shell) throws IOException {
    JsonNode ready = shell.next("ready");
    assertThat(ready.path("publicKey").asText()).matches("[0-9a-f]{64}");
    assertThat(ready.path("dht").path("host").asText()).isEqualTo("127.0.0.1");
    assertThat(ready.path("dht").path("port").asInt()).isPositive();
    String hex = ready.path("topics").get(0).asText();
    assertThat(stage(shell, "entered").path("bootstrapped").asBoolean()).isTrue();
    JsonNode joined = stage(shell, "joined").path("topics").get(0);
    assertThat(joined.path("topic").asText()).isEqualTo(hex);
    assertThat(joined.path("announced").asBoolean()).isTrue();
    return hex;
  }

  private void assertSyncedAndReachable(ProgramProcess shell) throws IOException {
    shell.type("status");
    JsonNode status = shell.next("status");
    assertThat(status.path("synced").asBoolean()).isTrue();
    assertThat(status.path("registries").asInt()).isEqualTo(2);
    assertThat(status.path("peers").asInt()).isEqualTo(1);
    JsonNode swarm = status.path("swarm");
    assertThat(swarm.path("connections").asInt()).isEqualTo(1);
    assertThat(swarm.path("nodes").asInt()).isPositive();
    assertThat(swarm.path("packetsSent").asLong()).isPositive();
    assertThat(swarm.path("topics").get(0).path("peersFound").asInt()).isEqualTo(1);
    assertThat(swarm.path("reachability").asText()).isNotEmpty();
  }

  private static void assertLeavesCleanly(ProgramProcess shell) throws Exception {
    shell.type("quit");
    assertEndsCleanly(shell);
  }

  private static void assertEndsCleanly(ProgramProcess program) throws Exception {
    program.next("closed");
    assertThat(program.exitCode()).isZero();
    assertThat(program.complaints()).isEmpty();
  }

  private ProgramProcess startShell(String name, String bootstrap, String... more)
      throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--name",
                name,
                "--store",
                folder.resolve(name).toString(),
                "--bootstrap",
                bootstrap,
                "--dht-port",
                "0"));
    arguments.addAll(List.of(more));
    return new ProgramProcess(folder, "shell", arguments.toArray(String[]::new));
  }

  private static JsonNode stage(ProgramProcess shell, String stage) throws IOException {
    return shell.next("swarm", event -> event.path("stage").asText().equals(stage)).path("swarm");
  }

  private Path packageJson(String hex) throws IOException {
    return Files.writeString(
        folder.resolve("package.json"),
        "{\"pear\":{\"env\":{\"globalCommunityFeedKey\":\"" + hex + "\"}}}");
  }

  private static DatagramSocket loopbackSocket() throws IOException {
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    return new DatagramSocket(new InetSocketAddress(loopback, 0));
  }
}
