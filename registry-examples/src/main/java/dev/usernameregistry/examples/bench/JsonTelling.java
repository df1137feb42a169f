package dev.usernameregistry.examples.bench;

import static dev.usernameregistry.examples.terminal.JsonLines.event;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.examples.bench.frame.Goal;
import dev.usernameregistry.examples.bench.frame.GrowthTable;
import dev.usernameregistry.examples.bench.frame.Load;
import dev.usernameregistry.examples.bench.frame.Result;
import dev.usernameregistry.examples.bench.frame.Row;
import dev.usernameregistry.examples.bench.frame.Spread;
import dev.usernameregistry.examples.terminal.JsonLines;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * For programs.
 *
 * <pre>
 * event    other fields
 * begins   what
 * failed   what, reason
 * results  machine, load (quick, size, textBytes), rows: row, work, unit, better (more or less), ours and js (median, min, max,
 *          values; js may be null), ratio (ours divided by js, or null), beside (the row that it is
 *          beside, or null), must and aim (or null), met and aimMet (null too if the load is
 *          not what the goals are for)
 * growth   machine, load, tables: sized, sizes, columns: column, work, unit, figures (as ours), growth
 * compared file, rows: row, factor (how many times as much it costs now), yardstick (or null),
 *          slower (by more than 25 %)
 * error    code (badOptions), message
 * </pre>
 *
 * <p>A figure is null where there was too little to be measured, and so is what follows from it.
 */
final class JsonTelling implements Telling {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final JsonLines lines;
  private final Load load;

  JsonTelling(JsonLines lines, Load load) {
    this.lines = lines;
    this.load = load;
  }

  @Override
  public void begins(String what) {
    lines.say(event("begins").put("what", what));
  }

  @Override
  public void failed(String what, String reason) {
    lines.say(event("failed").put("what", what).put("reason", reason));
  }

  @Override
  public void results(Machine machine, List<Result> results) {
    ObjectNode said = event("results");
    said.set("machine", machine.json());
    said.set("load", load.json());
    ArrayNode rows = said.putArray("rows");
    results.forEach(result -> rows.add(json(result)));
    lines.say(said);
  }

  @Override
  public void growth(Machine machine, List<GrowthTable> growths) {
    ObjectNode said = event("growth");
    said.set("machine", machine.json());
    said.set("load", load.json());
    ArrayNode tables = said.putArray("tables");
    growths.forEach(growth -> tables.add(json(growth)));
    lines.say(said);
  }

  private static ObjectNode json(GrowthTable growth) {
    ObjectNode node = NODES.objectNode().put("sized", growth.sized());
    growth.sizes().forEach(node.putArray("sizes")::add);
    ArrayNode columns = node.putArray("columns");
    for (GrowthTable.Column column : growth.columns()) {
      ObjectNode said =
          NODES
              .objectNode()
              .put("column", column.id())
              .put("work", column.work())
              .put("unit", column.unit());
      ArrayNode figures = said.putArray("figures");
      column.figures().forEach(figure -> figures.add(json(figure)));
      columns.add(
          said.put(
              "growth",
              growth.growth(column).map(one -> one.name().toLowerCase(Locale.ROOT)).orElse(null)));
    }
    return node;
  }

  @Override
  public void compared(Path earlier, List<Earlier.Change> changes) {
    ObjectNode said = event("compared").put("file", earlier.toString());
    ArrayNode rows = said.putArray("rows");
    for (Earlier.Change change : changes) {
      rows.add(
          NODES
              .objectNode()
              .put("row", change.row().id())
              .put("factor", change.factor())
              .put("yardstick", change.yardstick().map(Row::id).orElse(null))
              .put("slower", change.slower()));
    }
    lines.say(said);
  }

  private ObjectNode json(Result result) {
    Row row = result.row();
    ObjectNode node =
        NODES
            .objectNode()
            .put("row", row.id())
            .put("work", row.work(load))
            .put("unit", row.unit())
            .put("better", row.better().name().toLowerCase(Locale.ROOT));
    node.set("ours", json(result.ours()));
    node.set("js", result.js().map(JsonTelling::json).orElse(null));
    if (result.ratio().isPresent()) {
      node.put("ratio", result.ratio().getAsDouble());
    } else {
      node.putNull("ratio");
    }
    return node.put("beside", row.beside().map(Row::id).orElse(null))
        .put("must", text(row.must()))
        .put("met", result.isMet().filter(met -> load.isJudged()).orElse(null))
        .put("aim", text(row.aim()))
        .put("aimMet", result.isAimMet().filter(met -> load.isJudged()).orElse(null));
  }

  private static @Nullable String text(Goal goal) {
    return goal.text().isEmpty() ? null : goal.text();
  }

  private static ObjectNode json(Spread spread) {
    ObjectNode node =
        NODES
            .objectNode()
            .put("median", figure(spread.median()))
            .put("min", figure(spread.min()))
            .put("max", figure(spread.max()));
    ArrayNode values = node.putArray("values");
    spread.values().forEach(value -> values.add(figure(value)));
    return node;
  }

  private static @Nullable Double figure(double value) {
    return value < 0 ? null : Double.valueOf(value);
  }
}
