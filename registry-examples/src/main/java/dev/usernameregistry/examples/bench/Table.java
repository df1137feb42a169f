package dev.usernameregistry.examples.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Text in columns that are as wide as what is in them. Not thread-safe. */
final class Table {
  private static final int GAP = 2;

  private final List<List<String>> lines = new ArrayList<>();

  /** Begins with these headings, one for each column. */
  Table(List<String> headings) {
    lines.add(List.copyOf(headings));
  }

  /** Adds a line, which has a cell for each column. */
  void add(List<String> cells) {
    if (cells.size() != lines.get(0).size()) {
      throw new IllegalArgumentException(cells + " are not as many as " + lines.get(0));
    }
    lines.add(List.copyOf(cells));
  }

  /** Prints all lines. */
  void print(PrintStream out) {
    int[] widths = new int[lines.get(0).size()];
    for (List<String> cells : lines) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], cells.get(column).length());
      }
    }
    lines.forEach(cells -> out.println(line(cells, widths)));
  }

  private static String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      line.append(cells.get(column))
          .append(" ".repeat(widths[column] - cells.get(column).length() + GAP));
    }
    return line.toString().stripTrailing();
  }
}
