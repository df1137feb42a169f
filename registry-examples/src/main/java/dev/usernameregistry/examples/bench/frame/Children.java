package dev.usernameregistry.examples.bench.frame;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts processes, and ends those that are left. Safe from any thread. */
public final class Children implements AutoCloseable {
  private static final String PROGRAMS = "dev.usernameregistry.examples.Main";

  /** Guarded by this. */
  private final List<Child> started = new ArrayList<>();

  /** Guarded by this. */
  private boolean closed;

  /** Has started none. */
  public Children() {}

  /** Starts one of the programs of registry.jar on a machine of its own, as a user would. */
  public Child program(String... arguments) throws IOException {
    return java(PROGRAMS, arguments);
  }

  /** Starts a class that has a main method. */
  public Child java(String mainClass, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED"); // as the manifest of registry.jar says
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(mainClass);
    command.addAll(List.of(arguments));
    return start(new ProcessBuilder(command));
  }

  /** Starts a process that answers in JSON; what it complains of goes where ours does. */
  public synchronized Child start(ProcessBuilder command) throws IOException {
    if (closed) {
      throw new IOException("the benchmark was told to end");
    }
    Child child = new Child(command.redirectError(ProcessBuilder.Redirect.INHERIT).start());
    started.add(child);
    return child;
  }

  /** Ends all that are left; others may be started after them. */
  public synchronized void endAll() {
    started.forEach(Child::close);
    started.clear();
  }

  /** Ends all that are left, and lets no other be started. */
  @Override
  public synchronized void close() {
    closed = true;
    endAll();
  }
}
