package dev.usernameregistry.examples.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Two processes of one implementation of UDX, which send bytes to each other. */
final class UdxPair implements AutoCloseable {
  /** The reference, in the version that ours is compared with. */
  private static final String REFERENCE = "udx-native@1.21.3";

  private static final String SCRIPT = "udx-end.mjs";
  private static final List<String> INSTALL =
      List.of("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", REFERENCE);
  private static final long INSTALL_SECONDS = 120;

  private final BenchProcess receiver;
  private final BenchProcess sender;
  private int lastId;

  private UdxPair(List<String> command, Path folder) throws IOException {
    receiver = new BenchProcess(command, folder);
    sender = new BenchProcess(command, folder);
  }

  /** Starts two processes of ours. */
  static UdxPair ours() throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classes = System.getProperty("java.class.path");
    return new UdxPair(
        List.of(java, "--enable-native-access=ALL-UNNAMED", "-cp", classes, UdxEnd.class.getName()),
        Path.of("").toAbsolutePath());
  }

  /**
   * Installs the reference in {@code folder}, which is empty, and starts two processes of it.
   *
   * @throws IOException if Node.js or npm is missing, or the package cannot be had
   */
  static UdxPair reference(Path folder) throws IOException {
    try (InputStream script = UdxPair.class.getResourceAsStream("/bench/" + SCRIPT)) {
      if (script == null) {
        throw new AssertionError(SCRIPT + " is not on the class path");
      }
      Files.copy(script, folder.resolve(SCRIPT));
    }
    Files.writeString(folder.resolve("package.json"), "{}\n");
    install(folder);
    return new UdxPair(List.of("node", SCRIPT), folder);
  }

  /** Sends {@code bytes} on a new stream; returns how many millions of bytes a second it was. */
  double megabytesPerSecond(long bytes) throws IOException {
    int id = ++lastId;
    receiver.tell("receive " + id);
    long port = receiver.hear("port")[0];
    sender.tell("send " + id + " " + port + " " + bytes);
    long[] received = receiver.hear("received");
    sender.hear("sent");
    if (received[0] != bytes) {
      throw new IOException(received[0] + " of " + bytes + " bytes arrived");
    }
    return bytes * 1e3 / received[1];
  }

  @Override
  public void close() {
    receiver.close();
    sender.close();
  }

  private static void install(Path folder) throws IOException {
    Path log = folder.resolve("npm.log");
    Process npm =
        new ProcessBuilder(INSTALL)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      npm.getOutputStream().close();
      if (!npm.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("npm did not end in " + INSTALL_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      npm.descendants().forEach(ProcessHandle::destroyForcibly);
      npm.destroyForcibly();
    }
    if (npm.exitValue() != 0) {
      throw new IOException("npm install " + REFERENCE + ": " + Files.readString(log).strip());
    }
  }
}
