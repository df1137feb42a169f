package dev.usernameregistry.examples.bench.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.Signatures;
import dev.usernameregistry.examples.bench.frame.Commands;
import dev.usernameregistry.net.TcpNetwork;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Does the work that is measured, in a process of its own. Takes the commands of {@code
 * registry-bench.mjs}, which says what each is and answers.
 */
final class RegistryPeer {
  private static final String HOST = "127.0.0.1";
  private static final int COLLECTIONS = 3;

  private final Texts texts;
  private Optional<UsernameRegistry> opened = Optional.empty();

  private RegistryPeer(Texts texts) {
    this.texts = texts;
  }

  /** Carries out the commands on standard input. */
  public static void main(String[] arguments) throws InterruptedException {
    RegistryPeer peer = new RegistryPeer(Texts.of(arguments));
    Commands.serve(
        Map.ofEntries(
            Map.entry("register", peer::register),
            Map.entry("live", peer::live),
            Map.entry("fill", peer::fill),
            Map.entry("makeMany", peer::makeMany),
            Map.entry("fetch", RegistryPeer::fetch),
            Map.entry("first", RegistryPeer::first),
            Map.entry("open", peer::open),
            Map.entry("serve", peer::serve),
            Map.entry("add", peer::add),
            Map.entry("openBeside", peer::openBeside),
            Map.entry("lookup", peer::lookup),
            Map.entry("list", peer::list),
            Map.entry("settle", peer::settle),
            Map.entry("close", peer::close)));
  }

  private ObjectNode register(JsonNode command) throws IOException, InterruptedException {
    return new Registering(texts).run(command);
  }

  private ObjectNode live(JsonNode command) throws IOException, InterruptedException {
    return LiveNames.run(command, new Registering(texts));
  }

  private ObjectNode fill(JsonNode command) throws IOException {
    long nanos = Stores.fill(folder(command), command.path("count").asLong(), texts);
    return Commands.answer().put("millis", nanos / 1e6);
  }

  private ObjectNode makeMany(JsonNode command) throws IOException {
    ObjectNode answer = Commands.answer();
    ArrayNode keys = answer.putArray("keys");
    Stores.makeMany(folder(command), command.path("count").asLong(), texts)
        .forEach(key -> keys.add(key.hex()));
    return answer;
  }

  private static ObjectNode fetch(JsonNode command) throws IOException, InterruptedException {
    List<Key> keys = keys(command);
    Stores.makeReader(folder(command));
    LateNetwork network =
        new LateNetwork(TcpNetwork.builder().connect(HOST, command.path("port").asInt()).build());
    try (UsernameRegistry registry = Stores.options(folder(command)).network(network).open()) {
      Arrivals arrivals = new Arrivals(keys, command.path("names").asLong());
      registry.subscribe(arrivals);
      Meter meter = new Meter();
      keys.forEach(registry::follow);
      network.begin();
      arrivals.await();
      return meter.answer();
    }
  }

  private static ObjectNode first(JsonNode command) {
    Meter meter = new Meter();
    try (UsernameRegistry registry = Stores.open(folder(command))) {
      require(registry.lookup(command.path("name").asText()), true);
      return meter.answer();
    }
  }

  private ObjectNode open(JsonNode command) {
    Meter meter = new Meter();
    opened = Optional.of(Stores.open(folder(command)));
    return meter.answer();
  }

  /** Opens a store beside a peer, and waits until that has announced so many registries. */
  private ObjectNode openBeside(JsonNode command) throws IOException, InterruptedException {
    UsernameRegistry registry =
        Stores.options(folder(command))
            .network(TcpNetwork.builder().connect(HOST, command.path("port").asInt()).build())
            .open();
    opened = Optional.of(registry);
    Arrivals.awaitAnnounced(registry, command.path("registries").asLong());
    return Commands.answer();
  }

  private ObjectNode serve(JsonNode command) {
    UsernameRegistry registry =
        Stores.options(folder(command))
            .network(TcpNetwork.builder().listen(HOST, 0).build())
            .open();
    opened = Optional.of(registry);
    keys(command).forEach(registry::follow);
    String address = registry.listening().get(0);
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    return Commands.answer().put("port", port).put("key", registry.key().hex());
  }

  private ObjectNode add(JsonNode command) {
    UsernameRegistry registry = opened.orElseThrow();
    long from = command.path("from").asLong();
    long count = command.path("count").asLong();
    Registering registering = new Registering(texts);
    Meter meter = new Meter();
    for (long number = from; number < from + count; number++) {
      registering.one(registry, number);
    }
    return meter.answer();
  }

  private ObjectNode lookup(JsonNode command) {
    UsernameRegistry registry = opened.orElseThrow();
    long count = command.path("count").asLong();
    long names = command.path("names").asLong();
    boolean hit = command.path("hit").asBoolean();
    Meter meter = new Meter();
    for (long turn = 0; turn < count; turn++) {
      long number = Names.mixed(turn, names);
      Optional<Registration> found = registry.lookup(hit ? Names.name(number) : Names.free(number));
      require(found, hit);
      found.ifPresent(this::readText);
    }
    return meter.answer();
  }

  private static void require(Optional<Registration> found, boolean hit) {
    if (found.isPresent() != hit) {
      throw new IllegalStateException("looked up, and got " + found);
    }
  }

  private ObjectNode list(JsonNode command) {
    UsernameRegistry registry = opened.orElseThrow();
    long names = 0;
    Meter meter = new Meter();
    for (long time = 0; time < command.path("times").asLong(); time++) {
      List<Registration> all = registry.listAll();
      all.forEach(this::readText);
      names += all.size();
    }
    return meter.answer().put("names", names);
  }

  /** Reads what ours reads only when it is asked for, and JavaScript has read by now. */
  private void readText(Registration registration) {
    if (!texts.none() && registration.profile().isEmpty()) {
      throw new IllegalStateException("a record without its text: " + registration);
    }
  }

  /**
   * Gives back to the system what is not needed. What a process loads once, however many registries
   * it has, is loaded before.
   */
  private ObjectNode settle(JsonNode command) {
    Signatures.awaitFastest();
    for (int collection = 0; collection < COLLECTIONS; collection++) {
      System.gc();
    }
    trimNativeHeap();
    return Commands.answer()
        .put("heapBytes", ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
  }

  /** Has the C library give back what compilers have used and freed: some 10 MiB, by chance. */
  private static void trimNativeHeap() {
    try {
      ManagementFactory.getPlatformMBeanServer()
          .invoke(
              new ObjectName("com.sun.management:type=DiagnosticCommand"),
              "systemTrimNativeHeap",
              new Object[0],
              new String[0]);
    } catch (JMException unknown) {
      System.err.println("this JVM cannot trim its native heap: " + unknown);
    }
  }

  private ObjectNode close(JsonNode command) {
    opened.ifPresent(UsernameRegistry::close);
    opened = Optional.empty();
    return Commands.answer();
  }

  static Path folder(JsonNode command) {
    return Path.of(command.path("folder").asText());
  }

  private static List<Key> keys(JsonNode command) {
    List<Key> keys = new ArrayList<>();
    command.path("keys").forEach(key -> keys.add(Key.fromHex(key.asText())));
    return keys;
  }
}
