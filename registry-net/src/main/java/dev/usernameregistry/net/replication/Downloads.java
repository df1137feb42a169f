package dev.usernameregistry.net.replication;

import dev.usernameregistry.log.Applied;
import dev.usernameregistry.log.Evidence;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.tree.NodeNotStoredException;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Who of a log's peers is asked for what; and what they sent, until it is applied. */
final class Downloads {
  /**
   * Blocks of the log asked of one peer at a time; a peer that has many logs is asked for so many
   * of each. The reference has 48 on TCP, and 16 to 512 on UDX.
   */
  static final int REQUESTS_MAX = 512;

  private static final int BLOCKS_PER_WORK = 256;

  private final Log log;
  private final Replication replication;

  private final BlockSlots slots = new BlockSlots();
  private final HeadSlot head = new HeadSlot();
  private final Deque<Arrived> arrived = new ArrayDeque<>(1);

  /** Blocks that are about to be asked for. */
  private List<Planned> planned = new ArrayList<>();

  /** Whether something was released that nobody has been told of. */
  private boolean released;

  private boolean planning;
  private boolean applying;

  /** Why nothing can be stored any more. */
  private @Nullable Exception failure;

  Downloads(Replication replication) {
    this.replication = replication;
    this.log = replication.log();
  }

  @Nullable Exception failure() {
    return failure;
  }

  /** Returns who is asked for which block. */
  BlockSlots slots() {
    return slots;
  }

  /** Returns whether all that was asked for has come. */
  boolean isIdle() {
    return slots.isIdle() && head.isFree();
  }

  /**
   * Keeps others from asking for blocks, which are asked for as soon as their nodes are counted.
   */
  void plan(ProofRequest.Block wanted, ReplicationSession session) {
    slots.plan(wanted, session);
    planned.add(new Planned(session, wanted));
  }

  /**
   * Returns the blocks that {@code session} was asked for and that are not stored yet, if it can be
   * counted on. It answers in order, so they are stored before what it is asked for now. A live
   * view.
   */
  NavigableSet<Long> before(ReplicationSession session) {
    return session.requests().isCautious()
        ? Collections.emptyNavigableSet()
        : slots.comingFrom(session);
  }

  /** Returns whether {@code session} may ask for a longer or later log. */
  boolean mayAskHead(ReplicationSession session, long nowNanos) {
    return head.isOpenTo(session, nowNanos);
  }

  /** Notes that {@code session} asks for a longer log, or for something of another fork. */
  void takeHead(ReplicationSession session, long length, long nowNanos) {
    ReplicationSession slow = head.take(session, length, nowNanos);
    if (slow != null) {
      slow.requests().headTakenOver();
    }
  }

  /**
   * Returns how long the log is once what {@code session} was asked for has come, if it can be
   * counted on.
   */
  long lengthBefore(ReplicationSession session) {
    long length = log.length();
    return head.isHeldBy(session) && !session.requests().isCautious()
        ? Math.max(length, head.length())
        : length;
  }

  /** Returns, once, whether others may ask for something now that they could not ask for before. */
  boolean pollReleased() {
    boolean was = released;
    released = false;
    return was;
  }

  /** Lets others ask for what {@code session} will not bring. */
  void release(ProofRequest request, ReplicationSession session) {
    if (isForHead(request) && head.release(session)) {
      released = true;
      session.requests().withdrawBeyondEnd();
    }
    ProofRequest.Block block = request.block();
    if (block != null && slots.letGo(block, session) && !isHere(block)) {
      replication.released(block.index());
      replication.nodesCame(); // whom the others can prove something may be different now
      released = true;
    }
  }

  /** Returns whether all of these blocks are stored. */
  boolean isHere(ProofRequest.Block wanted) {
    return log.firstMissing(wanted.index(), wanted.end()) == wanted.end();
  }

  private static boolean isForHead(ProofRequest request) {
    return request.upgrade() != null || request.hash() != null || request.manifest();
  }

  void arrived(Arrived proof) {
    arrived.add(proof);
    ProofRequest.Block block = proof.asked == null ? null : proof.asked.request().block();
    if (block != null) {
      slots.arrived(block, proof.session);
    }
  }

  /** Returns work that has to be done before something can be asked for or stored, or null. */
  @Nullable Work nextWork() {
    if (!applying && !arrived.isEmpty() && failure == null) {
      applying = true;
      List<Arrived> batch = new ArrayList<>();
      for (long blocks = 0; !arrived.isEmpty() && blocks < BLOCKS_PER_WORK; ) {
        Arrived next = arrived.remove();
        batch.add(next);
        blocks += next.blocks();
      }
      return new Applying(batch);
    }
    if (!planning && !planned.isEmpty()) {
      planning = true;
      Planning work = new Planning(planned, before(planned));
      planned = new ArrayList<>();
      return work;
    }
    return null;
  }

  /** Returns a copy of what comes before from each session, for another thread. */
  private Map<ReplicationSession, NavigableSet<Long>> before(List<Planned> next) {
    Map<ReplicationSession, NavigableSet<Long>> before = new HashMap<>();
    for (Planned one : next) {
      if (!one.session.requests().isCautious()) {
        before.computeIfAbsent(one.session, session -> new TreeSet<>(before(session)));
      }
    }
    return before;
  }

  private void fail(Exception e) {
    failure = e;
    arrived.clear();
    replication.stop("blocks cannot be stored here: " + e.getMessage());
  }

  /** What {@code session} will be asked for. */
  private record Planned(ReplicationSession session, ProofRequest.Block block) {}

  /**
   * How it is to be asked for.
   *
   * @param early whether the answer holds only once other blocks have come
   */
  private record Wanted(ProofRequest.Block block, boolean early) {}

  /**
   * A proof that waits to be applied.
   *
   * @param asked what it answers; null for a conflict check
   * @param bytes on the wire
   */
  record Arrived(ReplicationSession session, @Nullable Asked asked, Proof proof, long bytes) {
    private long blocks() {
      return asked == null ? 1 : asked.blocks();
    }
  }

  /** Counts how many nodes have to be asked for with each block. */
  private final class Planning implements Work {
    private final List<Planned> blocks;
    private final Map<ReplicationSession, NavigableSet<Long>> before;
    private final List<Wanted> wanted = new ArrayList<>();
    private final long fork;
    private final Optional<Evidence> evidence;
    private @Nullable IOException trouble;

    Planning(List<Planned> blocks, Map<ReplicationSession, NavigableSet<Long>> before) {
      this.blocks = blocks;
      this.before = before;
      this.fork = log.fork();
      this.evidence = log.evidence();
    }

    @Override
    public void run() {
      try {
        for (Planned planned : blocks) {
          wanted.add(wanted(planned.block, before.get(planned.session)));
        }
      } catch (IOException e) {
        trouble = e;
      } catch (IndexOutOfBoundsException e) {
        // the log was cut meanwhile; the rest is asked for anew
      }
    }

    private Wanted wanted(ProofRequest.Block block, @Nullable NavigableSet<Long> before)
        throws IOException {
      if (before == null) {
        return new Wanted(log.wanted(block, Collections.emptyNavigableSet()), false);
      }
      Wanted wanted = new Wanted(log.wanted(block, before), !before.isEmpty());
      before.add(block.index());
      return wanted;
    }

    @Override
    public void finish(long nowNanos) {
      planning = false;
      if (trouble != null) {
        fail(trouble);
      }
      for (int i = 0; i < blocks.size(); i++) {
        ask(blocks.get(i), i < wanted.size() ? wanted.get(i) : null, nowNanos);
      }
      replication.schedule(nowNanos);
    }

    private void ask(Planned planned, @Nullable Wanted block, long nowNanos) {
      ReplicationSession session = planned.session;
      BlockRequests requests = session.requests().blocks();
      boolean same = fork == log.fork() && evidence.equals(log.evidence());
      boolean wanted = block != null && same && !isHere(planned.block) && session.isOpen();
      if (block != null && wanted && requests.mayBeProved(block.block)) {
        requests.askPlanned(fork, block.block, block.early, nowNanos);
        return;
      }
      requests.dropPlanned(planned.block);
      if (slots.letGo(planned.block, session)) {
        replication.released(planned.block.index());
      }
    }
  }

  /** Gives proofs to the log. */
  private final class Applying implements Work {
    private final List<Arrived> proofs;
    private List<Applied> applied = List.of();
    private @Nullable Exception trouble;

    Applying(List<Arrived> proofs) {
      this.proofs = proofs;
    }

    @Override
    public void run() {
      try {
        applied = log.applyAll(proofs.stream().map(Arrived::proof).toList());
      } catch (IOException e) {
        trouble = e;
      }
    }

    @Override
    public void finish(long nowNanos) {
      applying = false;
      for (int i = 0; i < proofs.size(); i++) {
        settle(proofs.get(i), i < applied.size() ? applied.get(i) : null, nowNanos);
      }
      if (trouble != null) {
        fail(trouble);
      }
      replication.applied(nowNanos);
    }

    private void settle(Arrived proof, @Nullable Applied became, long nowNanos) {
      ReplicationSession session = proof.session;
      boolean tooEarly = isTooEarly(proof, became);
      session.requests().applied(proof, tooEarly);
      if (proof.asked == null) {
        session.requests().compared(agrees(became));
      } else {
        answered(proof, proof.asked, became, tooEarly);
      }
      if (became instanceof Applied.Following following && session.isOpen()) {
        session.requests().ask(following.fork(), following.question(), nowNanos);
      }
      if (became instanceof Applied.Conflict conflict && session.isOpen()) {
        conflict
            .question()
            .ifPresent(node -> session.requests().ask(conflict.evidence().fork(), node, nowNanos));
      }
    }

    private void answered(Arrived proof, Asked asked, @Nullable Applied became, boolean tooEarly) {
      Requests requests = proof.session.requests();
      if (became instanceof Applied.Refused refused && !tooEarly && !isOvertaken(proof)) {
        requests.fault(asked, refused.fault());
      }
      if (asked.head() && isNoNews(became) && !isOvertaken(proof)) {
        requests.headRefused(asked);
      }
      if (asked.request().upgrade() != null && became instanceof Applied.Stored) {
        replication.headCame(proof.session);
      }
      release(asked.request(), proof.session);
    }

    /** Returns whether a proof came before, or without, another that it was to follow. */
    private static boolean isTooEarly(Arrived proof, @Nullable Applied became) {
      return proof.asked != null
          && proof.asked.early()
          && became instanceof Applied.Refused refused
          && refused.fault() instanceof NodeNotStoredException;
    }

    /** Returns whether a proof is a step towards a fork that others have been asked about since. */
    private boolean isOvertaken(Arrived proof) {
      return proof.asked != null
          && proof.asked.request().hash() != null
          && !head.isHeldBy(proof.session);
    }

    /** Returns whether a proof holds, but does not lead to a longer or later log. */
    private static boolean isNoNews(@Nullable Applied became) {
      return became instanceof Applied.NothingNew
          || became instanceof Applied.Outdated
          || became instanceof Applied.OtherFork;
    }

    private static boolean agrees(@Nullable Applied became) {
      return became instanceof Applied.NothingNew || became instanceof Applied.Stored;
    }
  }
}
