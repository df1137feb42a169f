package dev.usernameregistry.examples.bench;

import dev.usernameregistry.examples.bench.frame.Growth;
import dev.usernameregistry.examples.bench.frame.GrowthTable;
import dev.usernameregistry.examples.bench.frame.Load;
import dev.usernameregistry.examples.bench.frame.Result;
import dev.usernameregistry.examples.bench.frame.Row;
import dev.usernameregistry.examples.bench.frame.Spread;
import dev.usernameregistry.examples.bench.frame.WarmUp;
import dev.usernameregistry.examples.terminal.Ink;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;

/** For people: what is being done on one stream, a table on the other. */
final class TextTelling implements Telling {
  private static final List<String> HEAD =
      List.of("row", "work", "ours", "JS", "ratio", "beside", "must be", "aim");

  /** Stands for a figure of which there is too little to be measured. */
  private static final String NOT_MEASURED = "-";

  private final PrintStream out;
  private final PrintStream progress;
  private final Ink ink;
  private final Load load;

  /**
   * @param load what the run does; goals are only told if they are for that
   */
  TextTelling(PrintStream out, PrintStream progress, Ink ink, Load load) {
    this.out = out;
    this.progress = progress;
    this.ink = ink;
    this.load = load;
  }

  @Override
  public void begins(String what) {
    progress.println(ink.faint(what + " ..."));
  }

  @Override
  public void failed(String what, String reason) {
    progress.println(ink.bad(what + ": " + reason));
  }

  @Override
  public void results(Machine machine, List<Result> results) {
    machine.lines().forEach(out::println);
    if (load.quick()) {
      out.println(
          "One round of as little as possible: all that is below works. How fast it is, and");
      out.println("whether that is enough, the figures do not say.");
    } else {
      out.println(
          "Medians of all rounds, smallest and greatest in brackets. Before them, except in new");
      out.printf(
          "processes, each side worked for %d s that do not count, and ours until compilers took%n",
          WarmUp.SECONDS);
      out.printf(
          "less than a tenth of the time, which may be %d s on two cores.%n", WarmUp.SECONDS_MAX);
    }
    tellLoad();
    out.println();
    int columns = load.isJudged() ? HEAD.size() : HEAD.indexOf("must be");
    Table table = new Table(HEAD.subList(0, columns));
    results.forEach(result -> table.add(cells(result).subList(0, columns)));
    table.print(out);
    out.flush();
  }

  @Override
  public void growth(Machine machine, List<GrowthTable> tables) {
    machine.lines().forEach(out::println);
    out.println("Medians of all rounds; last, how each cost grows.");
    tellLoad();
    for (GrowthTable growth : tables) {
      out.println();
      table(growth).print(out);
    }
    out.flush();
  }

  private void tellLoad() {
    if (!load.compares(Load.FULL)) {
      out.println("Other work than the goals are for, so no row is judged: " + load + ".");
    }
  }

  private static Table table(GrowthTable growth) {
    List<GrowthTable.Column> columns = growth.columns();
    Table table =
        new Table(line(growth.sized(), columns, column -> column.work() + ", " + column.unit()));
    for (int at = 0; at < growth.sizes().size(); at++) {
      int row = at;
      table.add(
          line(
              count(growth.sizes().get(row)),
              columns,
              column -> number(column.figures().get(row).median())));
    }
    table.add(line("", columns, column -> name(growth.growth(column))));
    return table;
  }

  private static List<String> line(
      String first, List<GrowthTable.Column> columns, Function<GrowthTable.Column, String> cell) {
    return Stream.concat(Stream.of(first), columns.stream().map(cell)).toList();
  }

  private static String name(Optional<Growth> growth) {
    return growth.map(one -> one.name().toLowerCase(Locale.ROOT)).orElse(NOT_MEASURED);
  }

  @Override
  public void compared(Path earlier, List<Earlier.Change> changes) {
    out.println();
    out.println(
        "Beside "
            + earlier
            + ", each figure as a part of what the machine could do in its run; "
            + changes.size()
            + " rows have figures in both.");
    List<Earlier.Change> slower = changes.stream().filter(Earlier.Change::slower).toList();
    for (Earlier.Change change : slower) {
      out.println(
          ink.bad(
              change.row().id()
                  + " costs "
                  + number(change.factor())
                  + " times as much"
                  + change.yardstick().map(one -> ", by " + one.id()).orElse("")));
    }
    if (slower.isEmpty()) {
      out.println(ink.good("nothing became slower by more than 25 %"));
    }
    out.flush();
  }

  private List<String> cells(Result result) {
    Row row = result.row();
    OptionalDouble ratio = result.ratio();
    return List.of(
        row.id(),
        row.work(load),
        spread(result.ours(), row.unit()),
        result.js().map(js -> spread(js, row.unit())).orElse(""),
        ratio.isPresent() ? number(ratio.getAsDouble()) + " x" : "",
        beside(result),
        row.must().text() + met(result.isMet()),
        row.aim().text() + met(result.isAimMet()));
  }

  private static String beside(Result result) {
    Row other = result.row().beside().orElse(null);
    OptionalDouble ratio = result.besideRatio();
    return other == null || ratio.isEmpty() ? "" : number(ratio.getAsDouble()) + " x " + other.id();
  }

  private static String met(Optional<Boolean> met) {
    return met.map(yes -> yes ? ": yes" : ": NO").orElse("");
  }

  private static String spread(Spread spread, String unit) {
    if (!spread.isMeasured()) {
      return NOT_MEASURED;
    }
    String range = spread.values().size() == 1 ? "" : " [" + range(spread) + "]";
    return number(spread.median()) + " " + unit + range;
  }

  /** Returns the smallest and the greatest, or only this where the smallest says nothing. */
  private static String range(Spread spread) {
    return spread.min() < 0
        ? "up to " + number(spread.max())
        : number(spread.min()) + " - " + number(spread.max());
  }

  /** Returns a whole number. */
  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** Returns three digits that matter, or all before the point; a dash below 0. */
  static String number(double value) {
    if (value < 0) {
      return NOT_MEASURED;
    }
    int decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }
}
