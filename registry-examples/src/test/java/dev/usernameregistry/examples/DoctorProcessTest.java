package dev.usernameregistry.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The doctor as a user starts it: on a DHT with a peer, and where nobody answers. */
final class DoctorProcessTest {
  private static final String TOPIC = "a topic of tests";

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
        assertThat(state(doctor, "nat")).isIn("well", "odd");
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
      assertThat(dht.path("found").asText()).contains("no node answered");
      assertThat(dht.path("advice").asText()).contains("registry.jar bootstrap");
      assertThat(state(doctor, "nat")).isEqualTo("skipped");
      assertThat(state(doctor, "peers")).isEqualTo("skipped");
      assertThat(doctor.next("done").path("ok").asBoolean(true)).isFalse();
      assertThat(doctor.exitCode()).isEqualTo(1);
      assertThat(doctor.complaints()).isEmpty();
    }
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC}) // where kill is
  void ctrlCEndsItInTheMiddleOfACheck() throws Exception {
    try (DatagramSocket silent = silentSocket();
        ProgramProcess doctor = startDoctor("127.0.0.1:" + silent.getLocalPort())) {
      doctor.next("waiting", event -> event.path("check").asText().equals("dht"));
      doctor.interrupt();
      assertThat(doctor.exitCode()).isEqualTo(130);
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
