package dev.usernameregistry.examples.doctor;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Whether the clock can be right: it shows no time before this program was made, goes as fast as
 * the machine's counter since the check was made, and is not behind what peers have written.
 */
final class ClockCheck implements Check {
  private static final Instant NOT_BEFORE = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration DRIFT_MAX = Duration.ofMillis(500);
  private static final Duration AHEAD_MAX = Duration.ofMinutes(2);
  private static final String ADVICE =
      "set the clock, best by a time service: of two who register one name the earlier gets it";

  private final InstantSource clock;
  private final LongSupplier counterNanos;
  private final Supplier<Optional<Instant>> newestOfPeers;
  private final Instant startTime;
  private final long startNanos;

  /**
   * @param newestOfPeers the latest time in a registration that a peer wrote
   */
  ClockCheck(
      InstantSource clock, LongSupplier counterNanos, Supplier<Optional<Instant>> newestOfPeers) {
    this.clock = clock;
    this.counterNanos = counterNanos;
    this.newestOfPeers = newestOfPeers;
    startTime = clock.instant();
    startNanos = counterNanos.getAsLong();
  }

  @Override
  public String name() {
    return "clock";
  }

  @Override
  public String doing() {
    return "looking at the clock";
  }

  @Override
  public Duration patience() {
    return Duration.ofSeconds(5);
  }

  @Override
  public Finding look() {
    Instant now = clock.instant();
    String shown = now.truncatedTo(ChronoUnit.SECONDS).toString();
    if (now.isBefore(NOT_BEFORE)) {
      return Finding.ill("the clock shows " + shown + ", before this program was made", ADVICE);
    }
    Duration counted = Duration.ofNanos(counterNanos.getAsLong() - startNanos);
    Duration drift = Duration.between(startTime, now).minus(counted).abs();
    if (drift.compareTo(DRIFT_MAX) > 0) {
      return Finding.odd(
          "the clock was set, by " + drift.toMillis() + " ms, while this program ran", ADVICE);
    }
    Optional<Instant> ahead = newestOfPeers.get().filter(now.plus(AHEAD_MAX)::isBefore);
    if (ahead.isPresent()) {
      return Finding.odd(
          "the clock shows " + shown + ", but a peer registered a name at " + ahead.get(),
          "one of the two clocks is wrong; " + ADVICE);
    }
    return Finding.well("it is " + shown + ", as far as one can tell from here");
  }
}
