package dev.usernameregistry.examples.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.crypto.Signatures;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a run was done on.
 *
 * @param time when it began
 * @param processor as the system names it
 * @param cores how many this process may use
 * @param memoryBytes of the machine
 * @param system name, version and architecture
 * @param java name and version
 * @param registry the version of this library
 * @param signatures what signs and verifies for it, with its version
 * @param reference versions of the JavaScript side; empty without it
 */
record Machine(
    Instant time,
    String processor,
    int cores,
    long memoryBytes,
    String system,
    String java,
    String registry,
    String signatures,
    Map<String, String> reference) {
  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
  private static final String MODEL = "model name";

  /** Returns this one, now. */
  static Machine here(Map<String, String> reference) throws IOException {
    return new Machine(
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        processorName(),
        Runtime.getRuntime().availableProcessors(),
        memory(),
        property("os.name") + " " + property("os.version") + " " + property("os.arch"),
        property("java.vm.name") + " " + property("java.runtime.version"),
        registryVersion(),
        Signatures.awaitFastest(),
        reference);
  }

  /** Returns lines for people. */
  List<String> lines() {
    String ours = "username registry " + registry + ", " + java + ", Ed25519 of " + signatures;
    String machine =
        cores + " cores of " + processor + ", " + (memoryBytes >> 20) + " MiB, " + system;
    String theirs =
        reference.isEmpty()
            ? "JavaScript: not measured"
            : reference.entrySet().stream()
                .map(each -> each.getKey() + " " + each.getValue())
                .collect(Collectors.joining(", "));
    return List.of(time.toString(), machine, ours, theirs);
  }

  /** Returns the same for programs. */
  ObjectNode json() {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("time", time.toString())
            .put("processor", processor)
            .put("cores", cores)
            .put("memoryBytes", memoryBytes)
            .put("system", system)
            .put("java", java)
            .put("registry", registry)
            .put("signatures", signatures);
    ObjectNode versions = node.putObject("reference");
    reference.forEach(versions::put);
    return node;
  }

  private static String processorName() throws IOException {
    if (!Files.isReadable(PROCESSORS)) {
      return property("os.arch");
    }
    return Files.readAllLines(PROCESSORS).stream()
        .filter(line -> line.startsWith(MODEL))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(property("os.arch"));
  }

  private static long memory() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : 0;
  }

  private static String registryVersion() {
    String version = Machine.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }

  private static String property(String name) {
    return System.getProperty(name, "");
  }
}
