package dev.usernameregistry.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The doctor as a user starts it: on a DHT with a peer, and where nobody answers. */
final class DoctorProcessTest {
  private static final String TOPIC = "a topic of tests";
  private static final long LIFE_SECONDS = 120;

  @TempDir Path folder;

  @Test
  void nothingIsInTheWayOfPeersOnOneMachine() throws Exception {
    try (DhtProcess dht = new DhtProcess(folder);
        ProgramProcess peer =
            new ProgramProcess(
                folder, "shell", "--memory", "--topic", TOPIC, "--bootstrap", dht.entry())) {
      peer.next("swarm", event -> event.path("stage").asText().equals("joined"));
      try (ProgramProcess doctor = startDoctor(dht.entry(), "--topic", TOPIC)) {
        assertThat(state(doctor, "udp")).isEqualTo("well");
        assertThat(state(doctor, "dht")).isEqualTo("well");
        assertThat(state(doctor, "nat")).isEqualTo("well");
        assertThat(state(doctor, "peers")).isEqualTo("well");
        assertThat(state(doctor, "disk")).isIn("well", "odd");
        assertThat(state(doctor, "clock")).isEqualTo("well");
        assertThat(doctor.next("done").path("ok").asBoolean()).isTrue();
        assertThat(doctor.exitCode()).isZero();
        assertThat(doctor.complaints()).isEmpty();
      }
    }
  }

  @Test
  void withoutAnyNodeItEndsAndSaysWhatToDo() throws Exception {
    try (DatagramSocket silent = silentSocket();
        ProgramProcess doctor = startDoctor("127.0.0.1:" + silent.getLocalPort())) {
      JsonNode dht = doctor.next("check", event -> event.path("name").asText().equals("dht"));
      assertThat(dht.path("state").asText()).isEqualTo("ill");
      assertThat(dht.path("found").asText()).contains("no node of the DHT answers at 127.0.0.1:");
      assertThat(dht.path("advice").asText()).contains("registry.jar bootstrap");
      assertThat(state(doctor, "nat")).isEqualTo("skipped");
      assertThat(state(doctor, "peers")).isEqualTo("skipped");
      assertThat(doctor.next("done").path("ok").asBoolean(true)).isFalse();
      assertThat(doctor.exitCode()).isEqualTo(1);
      assertThat(doctor.complaints()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"udp", "dht", "disk"})
  @EnabledOnOs({OS.LINUX, OS.MAC}) // where kill is
  void ctrlCEndsItInTheMiddleOfACheckAndNothingStays(String check) throws Exception {
    try (DatagramSocket silent = silentSocket();
        ProgramProcess doctor = startDoctor("127.0.0.1:" + silent.getLocalPort())) {
      doctor.next("waiting", event -> event.path("check").asText().equals(check));
      doctor.interrupt();
      doctor.next("stopped");
      assertThat(doctor.exitCode()).isEqualTo(130);
      assertThat(doctor.complaints()).isEmpty();
      assertThat(leftBehind()).isEmpty();
    }
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC}) // where kill is
  void ctrlCWhileARegistryIsOnTheDiskLeavesNothing() throws Exception {
    try (DatagramSocket silent = silentSocket();
        WatchService watch = folder.getFileSystem().newWatchService()) {
      folder.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      try (ProgramProcess doctor = startDoctor("127.0.0.1:" + silent.getLocalPort())) {
        awaitTrial(watch);
        doctor.interrupt();
        assertThat(doctor.exitCode()).isEqualTo(130);
        assertThat(leftBehind()).isEmpty();
      }
    }
  }

  @Test
  void sigtermEndsItWithTheCodeOfTheSignal() throws Exception {
    try (DatagramSocket silent = silentSocket();
        ProgramProcess doctor = startDoctor("127.0.0.1:" + silent.getLocalPort())) {
      doctor.next("waiting", event -> event.path("check").asText().equals("dht"));
      doctor.terminate();
      assertThat(doctor.exitCode()).isEqualTo(143);
      assertThat(doctor.complaints()).isEmpty();
    }
  }

  @Test
  void aHostThatNobodyKnowsIsNamedAtOnce() throws Exception {
    try (ProgramProcess doctor = startDoctor("no-such-host.invalid:49737")) {
      JsonNode dht = doctor.next("check", event -> event.path("name").asText().equals("dht"));
      assertThat(dht.path("state").asText()).isEqualTo("ill");
      assertThat(dht.path("found").asText()).contains("host no-such-host.invalid");
      assertThat(dht.path("advice").asText()).contains("how --bootstrap is written");
      assertThat(dht.path("millis").asLong()).isLessThan(10_000); // does not wait for an answer
    }
  }

  @Test
  void withoutAnyNetworkItComplainsOfNothingElse() throws Exception {
    assumeTrue(ProgramProcess.networkCanBeHidden(), "no network namespaces here");
    try (ProgramProcess doctor =
        ProgramProcess.withoutNetwork(
            folder, "doctor", "--store", folder.resolve("store").toString())) {
      JsonNode udp = doctor.next("check", event -> event.path("name").asText().equals("udp"));
      assertThat(udp.path("found").asText()).contains("no network");
      assertThat(state(doctor, "dht")).isEqualTo("ill");
      assertThat(doctor.exitCode()).isEqualTo(1);
      assertThat(doctor.complaints()).isEmpty();
    }
  }

  @Test
  void optionsThatMakeNoSenseAreSaidInOneLine() throws Exception {
    try (ProgramProcess doctor =
        new ProgramProcess(folder, "doctor", "--package-json", "none.json")) {
      assertThat(doctor.next("error").path("message").asText()).contains("none.json");
      assertThat(doctor.exitCode()).isEqualTo(2);
      assertThat(doctor.complaints().lines()).hasSize(1);
    }
  }

  /** Waits until the disk check has made its folder. */
  private static void awaitTrial(WatchService watch) throws InterruptedException {
    boolean there = false;
    while (!there) {
      WatchKey key = watch.poll(LIFE_SECONDS, TimeUnit.SECONDS);
      assertThat(key).as("a folder of the disk check").isNotNull();
      there = key.pollEvents().stream().anyMatch(event -> isTrial((Path) event.context()));
      key.reset();
    }
  }

  private List<Path> leftBehind() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> isTrial(file.getFileName())).toList();
    }
  }

  private static boolean isTrial(Path name) {
    return name.toString().startsWith("registry-doctor");
  }

  private ProgramProcess startDoctor(String bootstrap, String... more) throws IOException {
    String[] arguments = new String[more.length + 6];
    arguments[0] = "--bootstrap";
    arguments[1] = bootstrap;
    arguments[2] = "--dht-port";
    arguments[3] = "0";
    arguments[4] = "--store";
    arguments[5] = folder.resolve("store").toString();
    System.arraycopy(more, 0, arguments, 6, more.length);
    return new ProgramProcess(folder, "doctor", arguments);
  }

  private static String state(ProgramProcess doctor, String check) throws IOException {
    return doctor
        .next("check", event -> event.path("name").asText().equals(check))
        .path("state")
        .asText();
  }

  private static DatagramSocket silentSocket() throws IOException {
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    return new DatagramSocket(new InetSocketAddress(loopback, 0));
  }
}
