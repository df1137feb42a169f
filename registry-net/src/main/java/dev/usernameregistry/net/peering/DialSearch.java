package dev.usernameregistry.net.peering;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.announce.Announcements;
import dev.usernameregistry.net.announce.Lookup;
import dev.usernameregistry.net.announce.LookupListener;
import dev.usernameregistry.net.announce.LookupResult;
import dev.usernameregistry.net.announce.PeerRecord;
import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.dht.Reply;
import dev.usernameregistry.net.dht.ReplyListener;
import dev.usernameregistry.net.dht.Request;
import dev.usernameregistry.net.dht.RequestOptions;
import dev.usernameregistry.net.dht.SourceRates;
import dev.usernameregistry.net.peering.message.HandshakeMessage;
import dev.usernameregistry.net.peering.message.HandshakeMode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Carries a client's first message to the server, through whichever node knows the way.
 *
 * <p>The candidates are tried one after the other; at the same time a query asks for nodes that
 * know the server, and up to {@link #PARALLEL} of those are tried at once. If a query that started
 * at the candidates leads nowhere, one more starts from the own routing table. Each node is tried
 * once; a candidate that shows by its answer to the query that it is alive does not wait behind
 * those that may be dead.
 */
final class DialSearch implements LookupListener {
  /** Nodes that are tried at once, besides the candidates. */
  static final int PARALLEL = 2;

  /** Most nodes of one host that are tried, besides the candidates. */
  static final int HOST_ATTEMPTS_MAX = 4;

  /** Most nodes that are tried. */
  static final int ATTEMPTS_MAX = 48;

  /** What the server answered, and on what way. */
  record Answer(
      byte[] noise,
      Ipv4Address relay,
      Ipv4Address serverAddress,
      Ipv4Address clientAddress,
      boolean relayed,
      int socket) {}

  /** Hears how the search goes. */
  interface Owner {
    /** A node brought what it says is the server's answer. */
    void answered(Answer answer, long nowNanos);

    /** No node is left; {@code attempts} were asked because they are said to know the way. */
    void exhausted(int attempts, long nowNanos);
  }

  private final DhtNode node;
  private final Announcements announcements;
  private final Key server;
  private final Request request;
  private final List<Ipv4Address> candidates;
  private final Owner owner;

  private final Deque<Ipv4Address> candidatesLeft = new ArrayDeque<>();
  private final Deque<Ipv4Address> waiting = new ArrayDeque<>();
  private final Set<Ipv4Address> tried = new HashSet<>();

  /** How many nodes of each host were tried because they said that they know the server. */
  private final Map<Long, Integer> triedOfHost = new HashMap<>();

  private final List<Request.Sent> sent = new ArrayList<>();
  private @Nullable Lookup lookup;

  /** Lookups that may still be started. */
  private int lookupsLeft;

  private boolean candidateActive;

  /** Attempts under way besides that at a candidate. Invariant: 0 <= active <= PARALLEL. */
  private int active;

  private int attempts;
  private boolean stopped;

  DialSearch(
      DhtNode node,
      Announcements announcements,
      Key server,
      byte[] noise,
      List<Ipv4Address> candidates,
      Owner owner) {
    this.node = node;
    this.announcements = announcements;
    this.server = server;
    this.request =
        Request.of(Peering.PEER_HANDSHAKE, PeerRecord.target(server))
            .value(new HandshakeMessage(HandshakeMode.FROM_CLIENT, noise, null, null).encode());
    this.candidates = candidates;
    this.owner = owner;
    this.lookupsLeft = candidates.isEmpty() ? 1 : 2;
  }

  void start(long nowNanos) {
    candidates.stream().filter(tried::add).forEach(candidatesLeft::add);
    tryCandidate(nowNanos);
    startLookup(candidates, nowNanos);
  }

  /** Ends everything; the owner hears nothing more. */
  void stop(long nowNanos) {
    stopped = true;
    if (lookup != null) {
      lookup.cancel(nowNanos);
    }
    sent.forEach(request -> request.cancel(nowNanos));
    sent.clear();
  }

  /**
   * Asks nobody any more. The owner still hears what those answer who were asked; the search is
   * exhausted when there are none left, perhaps before this returns.
   */
  void finish(long nowNanos) {
    if (lookup != null) {
      lookup.cancel(nowNanos);
      lookup = null;
    }
    lookupsLeft = 0;
    candidatesLeft.clear();
    waiting.clear();
    goOn(nowNanos);
  }

  @Override
  public void found(PeerRecord peer, Ipv4Address by, long nowNanos) {
    boolean waits = candidatesLeft.remove(by);
    if (waits || (mayTry(by) && tried.add(by))) {
      if (!waits) {
        triedOfHost.merge(SourceRates.source(by), 1, Integer::sum);
      }
      attempts++;
      waiting.add(by);
      tryWaiting(nowNanos);
    }
  }

  /** Whoever says it with many ports of one host is not all that we try. */
  private boolean mayTry(Ipv4Address node) {
    return tried.size() < ATTEMPTS_MAX
        && triedOfHost.getOrDefault(SourceRates.source(node), 0) < HOST_ATTEMPTS_MAX;
  }

  @Override
  public void done(LookupResult result, long nowNanos) {
    lookup = null;
    goOn(nowNanos);
  }

  private void startLookup(List<Ipv4Address> startNodes, long nowNanos) {
    lookupsLeft--;
    lookup = announcements.findPeer(server, startNodes, this, nowNanos);
  }

  private void tryCandidate(long nowNanos) {
    Ipv4Address next = candidatesLeft.poll();
    candidateActive = next != null;
    if (next != null) {
      attempts++;
      attempt(next, true, nowNanos);
    }
  }

  private void tryWaiting(long nowNanos) {
    while (active < PARALLEL && !waiting.isEmpty()) {
      active++;
      attempt(waiting.remove(), false, nowNanos);
    }
  }

  private void attempt(Ipv4Address to, boolean candidate, long nowNanos) {
    ReplyListener listener =
        new ReplyListener() {
          @Override
          public void replied(Reply reply, long nowNanos) {
            Answer answer = answer(to, reply);
            if (answer != null) {
              owner.answered(answer, nowNanos);
            }
            attemptEnded(candidate, nowNanos);
          }

          @Override
          public void timedOut(long nowNanos) {
            attemptEnded(candidate, nowNanos);
          }
        };
    sent.add(node.request(request, to, RequestOptions.DEFAULT, listener, nowNanos));
  }

  private void attemptEnded(boolean candidate, long nowNanos) {
    if (stopped) {
      return;
    }
    if (candidate) {
      tryCandidate(nowNanos);
    } else {
      active--;
      tryWaiting(nowNanos);
    }
    goOn(nowNanos);
  }

  /** Starts the next query if the last one led nowhere, or ends the search. */
  private void goOn(long nowNanos) {
    if (stopped || lookup != null || active > 0) {
      return;
    }
    if (lookupsLeft > 0) {
      startLookup(List.of(), nowNanos);
    } else if (!candidateActive) {
      stopped = true;
      owner.exhausted(attempts, nowNanos);
    }
  }

  private static @Nullable Answer answer(Ipv4Address asked, Reply reply) {
    byte[] value = reply.value();
    if (value == null) {
      return null;
    }
    HandshakeMessage message;
    try {
      message = HandshakeMessage.decode(value);
    } catch (MalformedMessageException e) {
      return null;
    }
    if (message.mode() != HandshakeMode.REPLY) {
      return null;
    }
    Ipv4Address peer = message.peerAddress();
    return new Answer(
        message.noise(),
        asked,
        peer != null ? peer : asked,
        reply.to(),
        peer != null,
        reply.socket());
  }
}
