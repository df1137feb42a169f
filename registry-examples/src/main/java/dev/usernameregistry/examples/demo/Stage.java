package dev.usernameregistry.examples.demo;

import dev.usernameregistry.examples.terminal.Ink;
import java.io.PrintStream;

/** Tells a play scene by scene, and keeps count of what did not come out as it must. */
final class Stage {
  private final PrintStream out;
  private final Ink ink;

  private int scenes;
  private int expectations;
  private int failures;

  Stage(PrintStream out, Ink ink) {
    this.out = out;
    this.ink = ink;
  }

  /** Begins the next scene, with a sentence on why to watch it. */
  void scene(String title, String why) {
    scenes++;
    out.println();
    out.println(ink.strong("Scene " + scenes + ": " + title));
    out.println(ink.faint("  " + why));
  }

  /** Tells something that is neither right nor wrong. */
  void tell(String line) {
    out.println("  " + line);
    out.flush();
  }

  /** Tells what must be so, and what was seen if it is not; returns whether it is. */
  boolean expect(String what, boolean so, String seen) {
    expectations++;
    if (so) {
      out.println("  " + ink.good(what));
    } else {
      failures++;
      out.println("  " + ink.bad(what + ", but: " + Ink.shown(seen)));
    }
    out.flush();
    return so;
  }

  /** Tells why the play cannot go on. */
  void breakOff(String why) {
    out.println();
    out.println(ink.bad("The play cannot go on: " + why));
    out.flush();
  }

  /** Returns whether all was as it must be, and says so. */
  boolean end(long millis) {
    out.println();
    if (failures == 0) {
      out.println(
          ink.good("All " + expectations + " expectations were met, in " + millis + " ms."));
    } else {
      out.println(ink.bad(failures + " of " + expectations + " expectations were not met."));
    }
    out.flush();
    return failures == 0;
  }
}
