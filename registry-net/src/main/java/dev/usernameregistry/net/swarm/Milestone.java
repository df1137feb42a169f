package dev.usernameregistry.net.swarm;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Something that ends once. Whoever asks is told, at once if it has ended already. */
final class Milestone implements Done {
  private final List<Done> waiting = new ArrayList<>();
  private boolean reached;
  private boolean complete;

  /** Returns a milestone that is reached when all of {@code parts} are. */
  static Milestone all(Collection<Milestone> parts, long nowNanos) {
    if (parts.isEmpty()) {
      return reached(nowNanos);
    }
    Milestone all = new Milestone();
    Countdown countdown = new Countdown(parts.size(), all);
    parts.forEach(part -> part.then(countdown, nowNanos));
    return all;
  }

  /** Returns a milestone that is reached already. */
  static Milestone reached(long nowNanos) {
    Milestone milestone = new Milestone();
    milestone.done(true, nowNanos);
    return milestone;
  }

  boolean isReached() {
    return reached;
  }

  void then(Done next, long nowNanos) {
    if (reached) {
      next.done(complete, nowNanos);
    } else {
      waiting.add(next);
    }
  }

  /** It has ended; a second time changes nothing. */
  @Override
  public void done(boolean complete, long nowNanos) {
    if (reached) {
      return;
    }
    reached = true;
    this.complete = complete;
    List<Done> told = List.copyOf(waiting);
    waiting.clear();
    told.forEach(next -> next.done(complete, nowNanos));
  }

  /** Counts the parts of a whole. */
  private static final class Countdown implements Done {
    private final Milestone whole;
    private int missing;
    private boolean complete = true;

    Countdown(int parts, Milestone whole) {
      missing = parts;
      this.whole = whole;
    }

    @Override
    public void done(boolean complete, long nowNanos) {
      this.complete &= complete;
      if (--missing == 0) {
        whole.done(this.complete, nowNanos);
      }
    }
  }
}
