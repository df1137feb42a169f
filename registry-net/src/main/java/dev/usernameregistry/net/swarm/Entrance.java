package dev.usernameregistry.net.swarm;

import org.jspecify.annotations.Nullable;

/** The {@link Reception}, opened when it is first needed; one that never was stays untouched. */
final class Entrance {
  private final Reception reception;

  /** When our key can be found; null if that was never needed. */
  private @Nullable Milestone opened;

  Entrance(Reception reception) {
    this.reception = reception;
  }

  /** Tells when our key can be found. */
  void whenOpen(Done done, long nowNanos) {
    Milestone asked = opened;
    if (asked == null) {
      asked = new Milestone();
      opened = asked;
      reception.open(asked, nowNanos);
    }
    asked.then(done, nowNanos);
  }

  Milestone suspend(long nowNanos) {
    if (opened == null) {
      return Milestone.reached(nowNanos);
    }
    Milestone end = new Milestone();
    reception.suspend(end, nowNanos);
    return end;
  }

  void resume(long nowNanos) {
    if (opened != null) {
      reception.resume(nowNanos);
    }
  }

  Milestone close(long nowNanos) {
    if (opened == null) {
      return Milestone.reached(nowNanos);
    }
    Milestone end = new Milestone();
    reception.close(end, nowNanos);
    return end;
  }
}
