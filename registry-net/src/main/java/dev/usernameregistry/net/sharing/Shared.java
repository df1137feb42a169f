package dev.usernameregistry.net.sharing;

import dev.usernameregistry.log.Evidence;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.LogListener;
import dev.usernameregistry.net.replication.Replication;
import dev.usernameregistry.net.replication.ReplicationSession;
import dev.usernameregistry.net.replication.Work;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One log that is replicated, with its lane on each connection. Passes on what the log tells on its
 * own threads to the loop. Loop only, except as a listener.
 */
final class Shared implements LogListener {
  private static final Logger LOG = LoggerFactory.getLogger(Shared.class);

  final Replication replication;

  /** Works of this log under way. */
  int works;

  private final Sharing sharing;
  private final Map<ReplicationSession, Lane> lanes = new HashMap<>(2);
  private @Nullable Runnable whenIdle;

  /** Whether something of the log was here, at one time. */
  private boolean proven;

  /** Whether something of it is here; nothing is, if two histories differ from the start. */
  private boolean here;

  /** Whether it is opened only on the connections that introduced it. */
  private boolean held;

  private boolean failureLogged;

  Shared(Log log, Sharing sharing) {
    this.sharing = sharing;
    replication = new Replication(log);
  }

  Log log() {
    return replication.log();
  }

  boolean isProven() {
    return proven;
  }

  boolean isHere() {
    return here;
  }

  boolean isHeld() {
    return held;
  }

  /** Has the log opened only where it was introduced, until it is proven or released. */
  void hold() {
    held = true;
  }

  /** Ends {@link #hold}; returns whether it was held. */
  boolean release() {
    boolean was = held;
    held = false;
    return was;
  }

  /**
   * Looks how long the log is; returns whether there is something of it now, and was not before.
   */
  boolean comesHere() {
    boolean before = here;
    here = log().length() > 0;
    proven |= here;
    return here && !before;
  }

  void add(Lane lane) {
    lanes.put(lane.session, lane);
  }

  void remove(Lane lane) {
    lanes.remove(lane.session);
  }

  @Nullable Lane lane(ReplicationSession session) {
    return lanes.get(session);
  }

  List<Lane> lanes() {
    return List.copyOf(lanes.values());
  }

  /**
   * Does a work. One that fails by an error in this library is finished all the same. Any thread.
   */
  void run(Work work) {
    try {
      work.run();
    } catch (RuntimeException | Error bug) {
      LOG.error("work on log {} failed", log().key(), bug);
    }
  }

  /** Says in the log of this program, once, if the log cannot be stored any more. */
  void logFailure() {
    if (!failureLogged && replication.failure().isPresent()) {
      failureLogged = true;
      Exception why = replication.failure().get();
      LOG.error("log {} cannot be stored here: {}", log().key(), why.getMessage());
    }
  }

  /** Runs {@code task} as soon as no work of this log is under way. */
  void whenIdle(Runnable task) {
    whenIdle = task;
    runIfIdle();
  }

  void runIfIdle() {
    Runnable task = whenIdle;
    if (works == 0 && task != null) {
      whenIdle = null;
      task.run();
    }
  }

  @Override
  public void lengthened(Log log, long previousLength) {
    onLoop(
        now -> {
          replication.lengthened(now);
          sharing.lengthChanged(this);
        });
  }

  @Override
  public void stored(Log log, long start, long length) {
    onLoop(now -> replication.stored(start, length, now));
  }

  @Override
  public void truncated(Log log, long length, long previousLength) {
    onLoop(
        now -> {
          replication.truncated(length, previousLength, now);
          sharing.lengthChanged(this);
        });
  }

  @Override
  public void conflict(Log log, Evidence evidence) {
    onLoop(
        now -> {
          replication.conflict(now);
          sharing.lengthChanged(this);
        });
  }

  private void onLoop(LongConsumer change) {
    sharing.execute(
        now -> {
          change.accept(now);
          sharing.touch(this);
        });
  }
}
