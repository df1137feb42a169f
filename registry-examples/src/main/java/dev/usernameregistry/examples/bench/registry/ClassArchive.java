package dev.usernameregistry.examples.bench.registry;

import dev.usernameregistry.examples.bench.frame.Scratch;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** An archive of the classes that a process has loaded (AppCDS), which others start faster with. */
final class ClassArchive {
  /** The JVM would say where a child answers which classes it leaves out. */
  private static final String QUIET = "-Xlog:cds=off,cds+dynamic=off,class+path=off";

  private final Path file;

  private ClassArchive(Path file) {
    this.file = file;
  }

  /** Returns whether all classes come from jars: a JVM makes no archive of those in folders. */
  static boolean isPossible() {
    String[] path = System.getProperty("java.class.path").split(File.pathSeparator, -1);
    return Stream.of(path).allMatch(part -> part.endsWith(".jar"));
  }

  /**
   * Has a process make one as it ends.
   *
   * @param process starts it with the options that it is given, and waits for its end
   * @return empty, and the process is run without options, if there cannot be one
   */
  static Optional<ClassArchive> make(Scratch scratch, Run process)
      throws IOException, InterruptedException {
    if (!isPossible()) {
      process.run(List.of());
      return Optional.empty();
    }
    Path file = scratch.newFolder("archive").resolve("classes.jsa");
    process.run(List.of(QUIET, "-XX:ArchiveClassesAtExit=" + file));
    if (!Files.exists(file)) {
      throw new IOException("the JVM made no archive of its classes");
    }
    return Optional.of(new ClassArchive(file));
  }

  /** Returns the options for a JVM that uses it. */
  List<String> options() {
    return List.of(QUIET, "-XX:SharedArchiveFile=" + file);
  }

  /** A process from its start to its end. */
  interface Run {
    void run(List<String> options) throws IOException, InterruptedException;
  }
}
