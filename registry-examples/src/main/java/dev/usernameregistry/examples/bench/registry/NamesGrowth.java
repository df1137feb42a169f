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
import java.util.List;
import java.util.Map;

/** What work of ours costs as the names in one registry become more. */
public final class NamesGrowth {
  private static final String MICROS = "us";
  private static final List<Long> SIZES = List.of(100L, 1_000L, 10_000L, 100_000L);
  private static final List<Long> QUICK_SIZES = List.of(20L, 200L);
  private static final int OPERATIONS = 2_000;
  private static final int QUICK_OPERATIONS = 20;
  private static final int WARM_UP = 8;

  private final Setting setting;
  private final Costs costs;

  private NamesGrowth(Setting setting, Costs costs) {
    this.setting = setting;
    this.costs = costs;
  }

  /** Returns how it is measured. */
  public static GrowthWork work() {
    return new GrowthWork("names", SIZES, QUICK_SIZES, NamesGrowth::measure);
  }

  private static void measure(Setting setting, Costs costs, long size)
      throws IOException, InterruptedException {
    new NamesGrowth(setting, costs).measure(size);
  }

  private void measure(long size) throws IOException, InterruptedException {
    Child child = Peers.startOne(setting, Side.OURS);
    Path folder = setting.scratch().newFolder("names");
    child.ask("fill", Map.of("folder", folder.toString(), "count", size));
    warmUp(child);
    costs.add("open", "open and look up one", "ms", size, open(child, folder, size));
    child.ask("open", Map.of("folder", folder.toString()));
    int operations = setting.amount(OPERATIONS, QUICK_OPERATIONS);
    costs.add("look-up", "look up, there", MICROS, size, lookUp(child, size, true));
    costs.add("miss", "look up, not there", MICROS, size, lookUp(child, size, false));
    JsonNode listed = child.ask("list", Map.of("times", 1 + operations / size));
    costs.add(
        "list", "list, for a name", MICROS, size, micros(listed, listed.path("names").asLong()));
    JsonNode added = child.ask("add", Map.of("from", size, "count", operations));
    costs.add("register", "register one more", MICROS, size, micros(added, operations));
    child.ask("close", Map.of());
    sync(folder, size + operations, size);
    weigh(folder, size);
  }

  /** Lets the compiler see all of it before it is measured. */
  private void warmUp(Child child) throws IOException, InterruptedException {
    String folder = setting.scratch().newFolder("warm").toString();
    int operations = setting.amount(OPERATIONS, QUICK_OPERATIONS);
    child.ask("fill", Map.of("folder", folder, "count", operations));
    child.ask("open", Map.of("folder", folder));
    for (int time = 1; time <= setting.amount(WARM_UP, 1); time++) {
      child.ask("add", Map.of("from", time * operations, "count", operations));
    }
    WarmUp.one(setting, Side.OURS, side -> lookUp(child, operations, true));
    WarmUp.one(setting, Side.OURS, side -> lookUp(child, operations, false));
    WarmUp.one(setting, Side.OURS, side -> child.ask("list", Map.of("times", 1)));
    child.ask("close", Map.of());
  }

  private double open(Child child, Path folder, long size)
      throws IOException, InterruptedException {
    Map<String, ?> fields = Map.of("folder", folder.toString(), "name", Names.name(size / 2));
    child.ask("first", fields); // brings the index up to the log
    return child.ask("first", fields).path("millis").asDouble();
  }

  private double lookUp(Child child, long size, boolean hit)
      throws IOException, InterruptedException {
    int count = 5 * setting.amount(OPERATIONS, QUICK_OPERATIONS);
    return micros(child.ask("lookup", Map.of("count", count, "names", size, "hit", hit)), count);
  }

  private void sync(Path folder, long names, long size) throws IOException, InterruptedException {
    Child server = Peers.startOne(setting, Side.OURS);
    Child reader = Peers.startOne(setting, Side.OURS);
    JsonNode serving = server.ask("serve", Map.of("folder", folder.toString()));
    JsonNode fetched = null;
    for (int time = 0; time < setting.amount(WARM_UP, 1); time++) {
      Path empty = setting.scratch().newFolder("empty");
      fetched =
          reader.ask(
              "fetch",
              Map.of(
                  "folder", empty.toString(),
                  "port", serving.path("port").asInt(),
                  "keys", List.of(serving.path("key").asText()),
                  "names", names));
      setting.scratch().remove(empty);
    }
    if (fetched != null) {
      costs.add("sync", "fetch, for a block", MICROS, size, micros(fetched, names));
    }
    server.close();
    reader.close();
  }

  private void weigh(Path folder, long size) throws IOException, InterruptedException {
    Weight weight = Weight.of(setting, Side.OURS, folder, List.of());
    costs.add("heap", "heap, all", "KiB", size, weight.heapBytes() / 1024.0);
    costs.add("resident", "process, all", "MiB", size, weight.residentBytes() / 1048576.0);
  }

  private static double micros(JsonNode answer, long count) {
    return answer.path("millis").asDouble() * 1e3 / count;
  }
}
