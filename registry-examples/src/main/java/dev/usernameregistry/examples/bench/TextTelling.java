package dev.usernameregistry.examples.bench;

import dev.usernameregistry.examples.bench.frame.Result;
import dev.usernameregistry.examples.bench.frame.Row;
import dev.usernameregistry.examples.bench.frame.Spread;
import dev.usernameregistry.examples.terminal.Ink;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** For people: what is being done on one stream, a table on the other. */
final class TextTelling implements Telling {
  private static final List<String> HEAD =
      List.of("row", "work", "ours", "JS", "ratio", "beside", "must be", "aim");

  private final PrintStream out;
  private final PrintStream progress;
  private final Ink ink;

  TextTelling(PrintStream out, PrintStream progress, Ink ink) {
    this.out = out;
    this.progress = progress;
    this.ink = ink;
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
    out.println("Medians of all rounds, smallest and greatest in brackets.");
    out.println();
    List<List<String>> table = new ArrayList<>();
    table.add(HEAD);
    results.forEach(result -> table.add(cells(result)));
    int[] widths = widths(table);
    table.forEach(cells -> out.println(line(cells, widths)));
    out.flush();
  }

  private List<String> cells(Result result) {
    Row row = result.row();
    OptionalDouble ratio = result.ratio();
    return List.of(
        row.id(),
        row.work(),
        spread(result.ours(), row.unit()),
        result.js().map(js -> spread(js, row.unit())).orElse(""),
        ratio.isPresent() ? number(ratio.getAsDouble()) + " x" : "",
        beside(result),
        row.must().text() + met(result.isMet()),
        row.aim().text() + met(result.isAimMet()));
  }

  private static String beside(Result result) {
    Row other = result.row().beside().orElse(null);
    Spread figures = result.beside().orElse(null);
    return other == null || figures == null
        ? ""
        : number(result.ours().median() / figures.median()) + " x " + other.id();
  }

  private static String met(Optional<Boolean> met) {
    return met.map(yes -> yes ? ": yes" : ": NO").orElse("");
  }

  private static String spread(Spread spread, String unit) {
    String range =
        spread.values().size() == 1
            ? ""
            : " [" + number(spread.min()) + " - " + number(spread.max()) + "]";
    return number(spread.median()) + " " + unit + range;
  }

  /** Returns three digits that matter, or all before the point. */
  static String number(double value) {
    int decimals = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }

  private static int[] widths(List<List<String>> table) {
    int[] widths = new int[HEAD.size()];
    for (List<String> cells : table) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], cells.get(column).length());
      }
    }
    return widths;
  }

  private static String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      line.append(String.format("%-" + Math.max(1, widths[column] + 2) + "s", cells.get(column)));
    }
    return line.toString().stripTrailing();
  }
}
