package dev.usernameregistry.net.replication;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.Prover;
import dev.usernameregistry.tree.Made;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one peer asked for, and what it gets: each request is answered by data or noData. */
final class Answers {
  /** Requests of one peer that may wait; a well-behaved one has at most 512. */
  static final int PENDING_MAX = 4096;

  /** Requests without a possible answer that are taken from one peer. */
  static final int INVALID_MAX = 64;

  private static final int REQUESTS_PER_WORK = 64;

  /** A work makes no further proof once those it made have this many bytes. */
  private static final int BYTES_PER_WORK = 256 * 1024;

  private final Log log;
  private final Map<Long, ProofRequest> pending = new LinkedHashMap<>(2);
  private final Deque<Message> ready = new ArrayDeque<>(1);
  private boolean working;
  private int invalid;

  Answers(Log log) {
    this.log = log;
  }

  /** Takes in a request; one that has the number of an unanswered one replaces it. */
  void take(ProofRequest request) {
    if (pending.size() == PENDING_MAX) {
      throw new MalformedMessageException("more than " + PENDING_MAX + " requests at a time");
    }
    pending.remove(request.id());
    pending.put(request.id(), request);
  }

  void cancel(long id) {
    pending.remove(id);
  }

  int pendingRequests() {
    return pending.size();
  }

  /** Sends a proof that the peer did not ask for. */
  void show(Proof proof) {
    ready.add(new Message.Data(proof));
  }

  @Nullable Message next() {
    return ready.poll();
  }

  /** Returns whether requests wait, and no answers that are to be sent before they are made. */
  boolean hasWork() {
    return !working && !pending.isEmpty() && ready.isEmpty();
  }

  /** Returns the work that answers the oldest requests, or null if there is none to do now. */
  @Nullable Work nextWork(Runnable done) {
    if (!hasWork()) {
      return null;
    }
    working = true;
    return new Answering(pending.values().stream().limit(REQUESTS_PER_WORK).toList(), done);
  }

  /**
   * @throws MalformedMessageException if the peer has asked too much that nobody could answer
   */
  void requireSensible() {
    if (invalid >= INVALID_MAX) {
      throw new MalformedMessageException(invalid + " requests that cannot be answered");
    }
  }

  private void finish(ProofRequest request, Message answer) {
    if (pending.remove(request.id(), request)) {
      ready.add(answer);
    }
    if (answer instanceof NoData noData && noData.reason() == NoData.INVALID_REQUEST) {
      invalid++;
    }
  }

  /** Makes proofs, as many as fit. */
  private final class Answering implements Work {
    private final List<ProofRequest> requests;
    private final Runnable done;
    private final List<Message> answers = new ArrayList<>();

    Answering(List<ProofRequest> requests, Runnable done) {
      this.requests = requests;
      this.done = done;
    }

    @Override
    public void run() {
      Prover prover = log.prover(requests);
      long bytes = 0;
      for (int i = 0; i < requests.size() && bytes < BYTES_PER_WORK; i++) {
        Message answer = answer(requests.get(i), prover);
        answers.add(answer);
        if (answer instanceof Message.Data data) {
          bytes += bytes(data.proof());
        }
      }
    }

    /** Returns the bytes of what in a proof can be large: a log's writer chooses all three. */
    private static long bytes(Proof proof) {
      Proof.Block block = proof.block();
      Proof.Upgrade upgrade = proof.upgrade();
      byte[] signature = upgrade == null ? null : upgrade.signature();
      byte[] manifest = proof.manifest();
      return (block == null ? 0L : block.valueBytes())
          + (signature == null ? 0L : signature.length)
          + (manifest == null ? 0L : manifest.length);
    }

    private Message answer(ProofRequest request, Prover prover) {
      try {
        Made made = prover.next();
        if (made instanceof Made.Ready proof) {
          return new Message.Data(proof.proof());
        }
        return new NoData(request.id(), reason(((Made.Refused) made).reason()));
      } catch (IOException e) {
        // what cannot be read is not available; whoever reads the log here gets the exception
        return new NoData(request.id(), NoData.NOT_AVAILABLE);
      }
    }

    private static int reason(Made.Reason reason) {
      return reason == Made.Reason.INVALID_REQUEST ? NoData.INVALID_REQUEST : NoData.NOT_AVAILABLE;
    }

    @Override
    public void finish(long nowNanos) {
      working = false;
      if (answers.isEmpty()) { // proving failed by a mistake of ours, and would again
        answers.add(new NoData(requests.get(0).id(), NoData.NOT_AVAILABLE));
      }
      for (int i = 0; i < answers.size(); i++) {
        Answers.this.finish(requests.get(i), answers.get(i));
      }
      done.run();
    }
  }
}
