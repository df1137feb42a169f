package dev.usernameregistry.examples.doctor;

import dev.usernameregistry.examples.terminal.Ink;
import java.io.PrintStream;

/** For people: a line for each check. At a terminal the line shows what is waited for meanwhile. */
final class TextReport implements Report {
  private static final String ERASE = "\r\u001b[K";

  private final PrintStream out;
  private final Ink ink;
  private final boolean terminal;
  private boolean waiting;

  TextReport(PrintStream out, Ink ink, boolean terminal) {
    this.out = out;
    this.ink = ink;
    this.terminal = terminal;
  }

  @Override
  public void waiting(Check check, long secondsLeft) {
    String line =
        String.format("  %-6s %s, at most %d s", check.name(), check.doing(), secondsLeft);
    if (terminal) {
      out.print(ERASE + ink.faint(line));
    } else if (!waiting && secondsLeft < check.patience().toSeconds()) {
      out.println(line);
    }
    waiting = terminal || secondsLeft < check.patience().toSeconds();
    out.flush();
  }

  @Override
  public void found(Check check, Finding finding, long millis) {
    String advice = finding.advice().isEmpty() ? "" : ": " + finding.advice();
    String line = String.format("%-6s %s%s", check.name(), Ink.shown(finding.found()), advice);
    out.println(
        (terminal ? ERASE : "")
            + switch (finding.state()) {
              case WELL -> ink.good(line);
              case ODD -> ink.odd(line);
              case ILL -> ink.bad(line);
              case SKIPPED -> ink.faint("  " + line);
            });
    waiting = false;
    out.flush();
  }

  @Override
  public void done(boolean well) {
    out.println(well ? ink.good("nothing is in the way") : ink.bad("something is in the way"));
    out.flush();
  }

  @Override
  public void stopped() {
    out.println((terminal ? ERASE : "") + ink.faint("stopped; the rest was not looked at"));
    out.flush();
  }
}
