package dev.usernameregistry.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.Reader;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A shell at a terminal, which the program {@code script} of util-linux makes. */
@EnabledOnOs(OS.LINUX)
final class TerminalProcessTest {
  /** So that no test waits for ever. */
  private static final long LIFE_SECONDS = 120;

  private static final String PROMPT = "Terry> ";

  @TempDir Path folder;
  private final StringBuilder seen = new StringBuilder();
  private Process terminal;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    assumeTrue(canMakeTerminals(), "there is no script(1) of util-linux on this machine");
    terminal = begin("");
    awaitText(PROMPT);
  }

  private Process begin(String more) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String shell =
        String.join(
            " ",
            List.of(
                "stty cols 80 rows 24; exec",
                java,
                "-Duser.home=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "shell --memory --name Terry",
                more));
    ProcessBuilder builder = new ProcessBuilder("script", "-qfec", shell, "/dev/null");
    builder.environment().put("TERM", "xterm");
    Process begun = builder.redirectErrorStream(true).start();
    CompletableFuture.delayedExecutor(LIFE_SECONDS, TimeUnit.SECONDS).execute(this::end);
    return begun;
  }

  private static boolean canMakeTerminals() throws InterruptedException {
    try {
      return new ProcessBuilder("script", "-qfec", "true", "/dev/null").start().waitFor() == 0;
    } catch (IOException e) {
      return false; // there is no such program
    }
  }

  @Test
  void whoRegistersBeforePeersAreFoundReadsWhatIsWaitedFor() throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (DatagramSocket silent = new DatagramSocket(new InetSocketAddress(loopback, 0))) {
      end();
      seen.setLength(0);
      terminal = begin("--topic=t --dht-port=0 --bootstrap=127.0.0.1:" + silent.getLocalPort());
      awaitText(PROMPT);
      terminal.getOutputStream().write("register ada\r".getBytes(StandardCharsets.UTF_8));
      terminal.getOutputStream().flush();

      awaitText("looking for peers first, at most 5 seconds ...");
      assertThat(seen).doesNotContain("ada is yours");
    }
  }

  @AfterEach
  void end() {
    if (terminal != null) {
      terminal.descendants().forEach(ProcessHandle::destroyForcibly);
      terminal.destroyForcibly();
    }
  }

  /** Reads what the terminal shows, up to this text. */
  private void awaitText(String text) throws IOException {
    Reader shown = terminal.inputReader(StandardCharsets.UTF_8);
    while (seen.indexOf(text) < 0) {
      int next = shown.read();
      assertThat(next).as("the end, after: %s", seen).isNotNegative();
      seen.append((char) next);
    }
  }

  private ProcessHandle shell() {
    return terminal
        .descendants()
        .filter(one -> one.info().command().orElse("").endsWith("java"))
        .findFirst()
        .orElseThrow();
  }

  private void hasEndedWell() throws IOException, InterruptedException {
    Reader shown = terminal.inputReader(StandardCharsets.UTF_8);
    for (int next = shown.read(); next >= 0; next = shown.read()) {
      seen.append((char) next);
    }
    assertThat(terminal.waitFor(LIFE_SECONDS, TimeUnit.SECONDS)).as("has ended").isTrue();
    assertThat(seen).contains("closed").doesNotContain("Terminal has been", "Exception");
    assertThat(terminal.exitValue()).isZero();
  }

  @Test
  void toldToEndAtItsPromptItSaysThatItIsClosed() throws Exception {
    shell().destroy();

    hasEndedWell();
  }

  @Test
  void interruptedAtItsPromptItSaysThatItIsClosed() throws Exception {
    int controlC = 3;
    terminal.getOutputStream().write(controlC);
    terminal.getOutputStream().flush();

    hasEndedWell();
  }
}
