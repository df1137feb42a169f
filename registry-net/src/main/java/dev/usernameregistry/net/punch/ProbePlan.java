package dev.usernameregistry.net.punch;

/** When to send which probes once both sides punch. */
interface ProbePlan {
  /** What {@link #step} returns when nothing is left to send. */
  long EXHAUSTED = -1;

  /** Sends what is due and returns after how many nanoseconds to go on, or {@link #EXHAUSTED}. */
  long step();
}
