package dev.usernameregistry.examples.bench.frame;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Starts processes, and ends those that are left. Safe from any thread. */
public final class Children implements AutoCloseable {
  private static final String PROGRAMS = "dev.usernameregistry.examples.Main";
  private static final int TOLD_MAX = 1000;

  private final Scratch scratch;
  private final Optional<Path> profiles;
  private final AtomicInteger recordings = new AtomicInteger();

  /** What answers in JSON. Guarded by this. */
  private final List<Child> started = new ArrayList<>();

  /** What is run to its end. Guarded by this. */
  private final List<Process> running = new ArrayList<>();

  /** Guarded by this. */
  private boolean closed;

  /**
   * Has started none.
   *
   * @param scratch where what they leave behind goes
   * @param profiles the folder into which each of our processes writes a JFR recording, if any
   */
  public Children(Scratch scratch, Optional<Path> profiles) {
    this.scratch = scratch;
    this.profiles = profiles;
  }

  /** Starts one of the programs of registry.jar on a machine of its own, as a user would. */
  public Child program(String... arguments) throws IOException {
    return program(List.of(), arguments);
  }

  /** Starts one of the programs, with options for its machine. */
  public Child program(List<String> options, String... arguments) throws IOException {
    return java(options, PROGRAMS, arguments);
  }

  /** Starts a class that has a main method. */
  public Child java(String mainClass, String... arguments) throws IOException {
    return java(List.of(), mainClass, arguments);
  }

  /** Starts a class that has a main method, with options for its machine. */
  public Child java(List<String> options, String mainClass, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED"); // as the manifest of registry.jar says
    command.add("-Djava.io.tmpdir=" + scratch.newFolder("tmp")); // where native code is unpacked
    command.add("-Ddev.usernameregistry.nativeCache=" + scratch.shared("native")); // and kept
    profiles.ifPresent(folder -> command.addAll(recording(folder, mainClass)));
    command.addAll(options);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(mainClass);
    command.addAll(List.of(arguments));
    return start(new ProcessBuilder(command));
  }

  private List<String> recording(Path folder, String mainClass) {
    String name = mainClass.substring(mainClass.lastIndexOf('.') + 1);
    Path file = folder.toAbsolutePath().resolve(recordings.incrementAndGet() + "-" + name + ".jfr");
    return List.of(
        "-Xlog:jfr+startup=error", // it would speak where the answers come
        "-XX:StartFlightRecording=settings=profile,dumponexit=true,filename=" + file);
  }

  /** Starts a process that answers in JSON; what it complains of goes where ours does. */
  public synchronized Child start(ProcessBuilder command) throws IOException {
    requireOpen();
    Child child = new Child(command.redirectError(ProcessBuilder.Redirect.INHERIT).start());
    started.add(child);
    return child;
  }

  /** Returns for how long the JVMs among them have compiled, as of their last answers. */
  synchronized Duration compileTime() {
    return started.stream().map(Child::compileTime).reduce(Duration.ZERO, Duration::plus);
  }

  /**
   * Runs a command to its end, and kills it after {@code seconds}.
   *
   * @return what it said
   * @throws IOException with the end of what it said, if it failed
   */
  public String run(Path folder, List<String> command, long seconds)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(scratch.newFolder("run"), command.get(0), ".log");
    Process process = begin(folder, command, output);
    boolean ended;
    try {
      process.getOutputStream().close();
      ended = process.waitFor(seconds, TimeUnit.SECONDS);
    } finally {
      end(process);
      synchronized (this) {
        running.remove(process);
      }
    }
    String told = Files.readString(output).strip();
    if (!ended || process.exitValue() != 0) {
      throw new IOException(
          String.join(" ", command)
              + (ended ? " failed: " : " had not ended after " + seconds + " s: ")
              + told.substring(Math.max(0, told.length() - TOLD_MAX)));
    }
    return told;
  }

  private synchronized Process begin(Path folder, List<String> command, Path output)
      throws IOException {
    requireOpen();
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    running.add(process);
    return process;
  }

  private void requireOpen() throws IOException {
    if (closed) {
      throw new IOException("the benchmark was told to end");
    }
  }

  /** Ends all that are left; others may be started after them. */
  public synchronized void endAll() {
    started.forEach(Child::close);
    started.clear();
  }

  /** Kills all that are left, waits until they are gone, and lets no other be started. */
  @Override
  public synchronized void close() {
    closed = true;
    started.forEach(Child::kill);
    started.clear();
    running.forEach(Children::end);
    running.clear();
  }

  /** Kills a process and those that it has started, and waits until they are gone. */
  static void end(Process process) {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(one -> one.onExit().join());
  }
}
