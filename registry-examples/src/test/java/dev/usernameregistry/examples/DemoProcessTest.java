package dev.usernameregistry.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
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

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC}) // where kill is
  void ctrlCInTheMiddleLeavesNothingBehind() throws Exception {
    Process demo = startDemo();
    try (BufferedReader lines = demo.inputReader(StandardCharsets.UTF_8)) {
      String line = lines.readLine();
      while (line != null && !line.contains("joins the topic")) {
        line = lines.readLine();
      }
      assertThat(line).isNotNull();
      String pid = String.valueOf(demo.pid());
      assertThat(new ProcessBuilder("kill", "-INT", pid).start().waitFor()).isZero();
      assertThat(lines.lines()).noneMatch(rest -> rest.contains("expectations were met"));
    }

    assertThat(demo.waitFor(LIFE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(demo.exitValue()).isEqualTo(130);
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
