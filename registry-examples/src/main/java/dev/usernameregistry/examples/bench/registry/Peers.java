package dev.usernameregistry.examples.bench.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.examples.bench.frame.Child;
import dev.usernameregistry.examples.bench.frame.Figures;
import dev.usernameregistry.examples.bench.frame.Row;
import dev.usernameregistry.examples.bench.frame.Setting;
import dev.usernameregistry.examples.bench.frame.Side;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The processes that do a workload's work, one for each side, and folders for what they store. */
final class Peers {
  private static final String SCRIPT = "registry-bench.mjs";

  private final Setting setting;
  private final Map<Side, Child> children = new EnumMap<>(Side.class);

  private Peers(Setting setting) {
    this.setting = setting;
  }

  /** Starts one for each side. */
  static Peers start(Setting setting) throws IOException, InterruptedException {
    Peers peers = new Peers(setting);
    for (Side side : setting.sides()) {
      peers.children.put(side, startOne(setting, side));
    }
    return peers;
  }

  /** Starts one more, which its user closes. */
  static Child startOne(Setting setting, Side side) throws IOException, InterruptedException {
    return startOne(setting, side, List.of());
  }

  /** Starts one more, ours with options for its machine. */
  static Child startOne(Setting setting, Side side, List<String> options)
      throws IOException, InterruptedException {
    String textBytes = String.valueOf(setting.load().textBytes());
    Child child =
        side == Side.OURS
            ? setting.children().java(options, RegistryPeer.class.getName(), textBytes)
            : setting
                .reference()
                .orElseThrow()
                .startWithCollector(setting.children(), SCRIPT, textBytes);
    child.event("ready");
    return child;
  }

  Child of(Side side) {
    return Objects.requireNonNull(children.get(side));
  }

  /** Has one side do something in a new folder, which is removed then; returns the answer. */
  JsonNode inNewFolder(Side side, String command, Map<String, ?> fields)
      throws IOException, InterruptedException {
    Path folder = setting.scratch().newFolder("store");
    try {
      return of(side).ask(command, with(fields, "folder", folder.toString()));
    } finally {
      setting.scratch().remove(folder);
    }
  }

  /** Makes a store for each side that is measured, with {@code count} names. */
  Map<Side, Path> filled(long count) throws IOException, InterruptedException {
    Map<Side, Path> folders = new EnumMap<>(Side.class);
    for (Side side : setting.sides()) {
      Path folder = setting.scratch().newFolder("names");
      of(side).ask("fill", Map.of("folder", folder.toString(), "count", count));
      folders.put(side, folder);
    }
    return folders;
  }

  /** Adds how many a second, of {@code count} that took so many {@code millis}. */
  static void addRate(Figures figures, Row row, Side side, double count, JsonNode answer) {
    figures.add(row, side, count * 1e3 / answer.path("millis").asDouble());
  }

  /** Adds how many bytes our threads allocated for each of {@code count}. */
  static void addAllocated(Figures figures, Row row, double count, JsonNode answer) {
    figures.add(row, Side.OURS, answer.path("allocatedBytes").asDouble() / count);
  }

  private static Map<String, ?> with(Map<String, ?> fields, String field, String value) {
    Map<String, Object> all = new HashMap<>(fields);
    all.put(field, value);
    return all;
  }
}
