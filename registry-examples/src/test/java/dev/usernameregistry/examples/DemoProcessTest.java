package dev.usernameregistry.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The README's first command, as a newcomer runs it. */
final class DemoProcessTest {
  private static final long LIFE_SECONDS = 60;

  @TempDir Path folder;

  @Test
  void theDemoFindsPeersOnItsOwnDhtAndLeavesNothingBehind() throws Exception {
    Process demo = startDemo("--simple");
    String told = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(demo.waitFor(LIFE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(demo.exitValue()).as(told).isZero();
    assertThat(told)
        .contains("A DHT of 5 nodes runs in this process", "The topic is ")
        .contains("Alice has found the others", "expectations were met");
    assertThat(folder.resolve("tmp")).isEmptyDirectory();
    assertThat(complaints()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  @EnabledOnOs({OS.LINUX, OS.MAC}) // where kill is
  void aSignalInTheMiddleLeavesNothingBehind(String signal, int exitCode) throws Exception {
    assertEndsCleanly(startDemo(), "joins the topic", signal, exitCode);
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC}) // where kill is
  void ctrlCWhileNobodyAnswersLeavesNothingBehind() throws Exception {
    try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      Process demo = startDemo("--bootstrap", "127.0.0.1:" + silent.getLocalPort());
      assertEndsCleanly(demo, "look for each other", "INT", 130);
    }
  }

  @Test
  void aDhtThatDoesNotAnswerIsNamedAndNothingElseIsPlayed() throws Exception {
    try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      String node = "127.0.0.1:" + silent.getLocalPort();
      Process demo = startDemo("--simple", "--bootstrap", node);
      String told = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(demo.waitFor(LIFE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(demo.exitValue()).as(told).isEqualTo(1);
      assertThat(told)
          .contains("no node of the DHT answers at " + node)
          .contains("registry.jar doctor --bootstrap " + node)
          .doesNotContain("Scene 2", "Optional", "[]");
      assertThat(folder.resolve("tmp")).isEmptyDirectory();
      assertThat(complaints()).isEmpty();
    }
  }

  private void assertEndsCleanly(Process demo, String line, String signal, int exitCode)
      throws Exception {
    try (BufferedReader lines = demo.inputReader(StandardCharsets.UTF_8)) {
      String heard = lines.readLine();
      while (heard != null && !heard.contains(line)) {
        heard = lines.readLine();
      }
      assertThat(heard).isNotNull();
      String pid = String.valueOf(demo.pid());
      assertThat(new ProcessBuilder("kill", "-" + signal, pid).start().waitFor()).isZero();
      assertThat(lines.lines()).noneMatch(rest -> rest.contains("expectations were met"));
    }

    assertThat(demo.waitFor(LIFE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(demo.exitValue()).isEqualTo(exitCode);
    assertThat(complaints()).isEmpty();
    assertThat(folder.resolve("tmp")).isEmptyDirectory();
  }

  private Process startDemo(String... arguments) throws IOException {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "demo"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectError(folder.resolve("complaints.txt").toFile())
        .start();
  }

  private String complaints() throws IOException {
    return Files.readString(folder.resolve("complaints.txt"));
  }
}
