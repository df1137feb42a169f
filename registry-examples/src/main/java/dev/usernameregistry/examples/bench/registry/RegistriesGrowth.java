package dev.usernameregistry.examples.bench.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.examples.bench.frame.Child;
import dev.usernameregistry.examples.bench.frame.Costs;
import dev.usernameregistry.examples.bench.frame.GrowthWork;
import dev.usernameregistry.examples.bench.frame.Setting;
import dev.usernameregistry.examples.bench.frame.Side;
import dev.usernameregistry.examples.bench.frame.WarmUp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What work of ours costs as the registries that a peer knows become more, each of one name. The
 * largest size is the number that a peer remembers at most.
 */
public final class RegistriesGrowth {
  private static final String MICROS = "us";
  private static final List<Long> SIZES = List.of(100L, 1_000L, 10_000L, 60_000L);
  private static final List<Long> QUICK_SIZES = List.of(10L, 100L);
  private static final int OPERATIONS = 2_000;
  private static final int QUICK_OPERATIONS = 20;

  private static final int WARM_UP = 5;

  /** Names of one's own, so that none of them is in another registry. */
  private static final int OWN_FROM = 1_000_000;

  private final Setting setting;
  private final Costs costs;

  private RegistriesGrowth(Setting setting, Costs costs) {
    this.setting = setting;
    this.costs = costs;
  }

  /** Returns how it is measured. */
  public static GrowthWork work() {
    return new GrowthWork("registries", SIZES, QUICK_SIZES, RegistriesGrowth::measure);
  }

  private static void measure(Setting setting, Costs costs, long size)
      throws IOException, InterruptedException {
    new RegistriesGrowth(setting, costs).measure(size);
  }

  private void measure(long size) throws IOException, InterruptedException {
    Path folder = setting.scratch().newFolder("fetched");
    Child server = Peers.startOne(setting, Side.OURS);
    int port = fetch(server, folder, size);
    Weight without = Weight.of(setting, Side.OURS, setting.scratch().newFolder("none"), List.of());
    Child child = Peers.startOne(setting, Side.OURS);
    JsonNode opened = child.ask("open", Map.of("folder", folder.toString()));
    costs.add("open", "open, new process", "ms", size, opened.path("millis").asDouble());
    Weight with = Weight.of(child);
    costs.add(
        "heap",
        "heap, for each",
        "bytes",
        size,
        (double) (with.heapBytes() - without.heapBytes()) / size);
    costs.add("resident", "process, all", "MiB", size, with.residentBytes() / 1048576.0);
    int operations = setting.amount(OPERATIONS, QUICK_OPERATIONS);
    for (int time = 1; time < setting.amount(WARM_UP, 1); time++) {
      register(child, time, operations);
    }
    WarmUp.one(setting, Side.OURS, side -> lookUp(child, size, true));
    WarmUp.one(setting, Side.OURS, side -> lookUp(child, size, false));
    costs.add("look-up", "look up, there", MICROS, size, lookUp(child, size, true));
    costs.add("miss", "look up, in none", MICROS, size, lookUp(child, size, false));
    costs.add("register", "register one", MICROS, size, register(child, 0, operations));
    child.close();
    registerBeside(port, folder, size);
    server.close();
  }

  /** The same while a peer is connected that announced all of the registries. */
  private void registerBeside(int port, Path folder, long size)
      throws IOException, InterruptedException {
    Child child = Peers.startOne(setting, Side.OURS);
    child.ask("openBeside", Map.of("folder", folder.toString(), "port", port, "registries", size));
    int operations = setting.amount(OPERATIONS, QUICK_OPERATIONS);
    int last = 2 * setting.amount(WARM_UP, 1);
    for (int time = last - 1; time > last / 2; time--) {
      register(child, time, operations);
    }
    costs.add("beside", "register beside a peer", MICROS, size, register(child, last, operations));
    child.close();
  }

  /** Registers names that are free the first time; returns the microseconds for each. */
  private static double register(Child child, int time, int operations)
      throws IOException, InterruptedException {
    return micros(
        child.ask("add", Map.of("from", OWN_FROM + time * OPERATIONS, "count", operations)),
        operations);
  }

  /**
   * Has a new process fetch them into {@code folder}, after it has fetched a few others; returns
   * the port at which {@code server} has them.
   */
  private int fetch(Child server, Path folder, long size) throws IOException, InterruptedException {
    Child reader = Peers.startOne(setting, Side.OURS);
    Path many = setting.scratch().newFolder("many");
    List<String> keys = new ArrayList<>();
    server
        .ask("makeMany", Map.of("folder", many.toString(), "count", size))
        .path("keys")
        .forEach(key -> keys.add(key.asText()));
    int port =
        server.ask("serve", Map.of("folder", many.toString(), "keys", keys)).path("port").asInt();
    List<String> few = keys.subList(0, (int) Math.min(QUICK_SIZES.get(1), size));
    for (int time = 1; time < setting.amount(WARM_UP, 1); time++) {
      fetch(reader, setting.scratch().newFolder("few"), port, few);
    }
    JsonNode fetched = fetch(reader, folder, port, keys);
    costs.add("sync", "fetch, for each", MICROS, size, micros(fetched, size));
    reader.close();
    return port;
  }

  private static JsonNode fetch(Child reader, Path folder, int port, List<String> keys)
      throws IOException, InterruptedException {
    return reader.ask(
        "fetch", Map.of("folder", folder.toString(), "port", port, "keys", keys, "names", 1));
  }

  private double lookUp(Child child, long size, boolean hit)
      throws IOException, InterruptedException {
    int count = 5 * setting.amount(OPERATIONS, QUICK_OPERATIONS);
    return micros(child.ask("lookup", Map.of("count", count, "names", size, "hit", hit)), count);
  }

  private static double micros(JsonNode answer, long count) {
    return answer.path("millis").asDouble() * 1e3 / count;
  }
}
