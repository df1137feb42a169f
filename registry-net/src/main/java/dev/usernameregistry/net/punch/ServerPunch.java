package dev.usernameregistry.net.punch;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * The side of a punch that was dialled: answers the client's messages, probes when the client does,
 * and answers its probes. Has no thread, socket or clock: the caller brings what arrives and the
 * time. Not thread-safe; one event loop owns it.
 *
 * <p>Never hears that it is connected: the caller sees the first packet of the stream and calls
 * {@link #close(int, long)}. Otherwise ends by itself with {@link PunchListener#failed}.
 */
public final class ServerPunch implements Punch {
  /** How long the client may take until it punches. */
  public static final long EXPIRY_NANOS = 10_000_000_000L;

  /** How long a client that was told to try later may take. */
  private static final long LATER_NANOS = 45_000_000_000L;

  /** Requests that wait for the verdict on our NAT; a client has one at a time. */
  private static final int WAITING_MAX = 4;

  /** Probes that are answered; more than a client sends. */
  private static final int ECHOES_MAX = 2048;

  /**
   * What the handshake left to a punch.
   *
   * @param secret the holepunch secret of the handshake
   * @param firewall what the client said of its NAT
   * @param clientAddress the client, as the relay of the handshake sees it
   * @param patient whether there is another way meanwhile, a blind relay, so that the client may
   *     try again when we are busy
   */
  public record Setup(
      byte[] secret, NatKind firewall, Ipv4Address clientAddress, boolean patient) {}

  private final Setup setup;
  private final PunchListener listener;
  private final PunchBox box;
  private final RemotePeer remote;
  private final Timers timers = new Timers();
  private final Puncher puncher;
  private final Deque<Waiting> waiting = new ArrayDeque<>();

  /** The highest round of the client. */
  private int round;

  private int echoes;
  private boolean reopened;
  private boolean done;

  /** Takes the first socket; nothing is sent before {@link #start}. */
  public ServerPunch(PunchContext context, Setup setup, PunchListener listener) {
    this.setup = setup;
    this.listener = listener;
    this.box = new PunchBox(setup.secret(), context.random());
    this.remote = new RemotePeer(setup.firewall());
    this.puncher = new Puncher(context, remote, timers, new Events());
    remote.expect(setup.clientAddress());
  }

  /** Sends the first pings. */
  public void start(long nowNanos) {
    timers.set(Timer.EXPIRY, EXPIRY_NANOS, nowNanos);
    puncher.start(nowNanos);
  }

  /**
   * Returns the socket from which the second message of the handshake leaves, so that its relay
   * learns the way to it; {@link PunchNode#REQUEST_SOCKET} once the punch has ended.
   */
  public int socket() {
    return done ? PunchNode.REQUEST_SOCKET : puncher.socket();
  }

  @Override
  public boolean owns(int socket) {
    return puncher.owns(socket);
  }

  @Override
  public boolean isDone() {
    return done;
  }

  @Override
  public void probe(int socket, Ipv4Address from, long nowNanos) {
    if (!done && owns(socket) && remote.isExpected(from) && echoes++ < ECHOES_MAX) {
      puncher.echo(socket, from);
    }
  }

  /** Takes in a request of the client; one that is not sealed by it is ignored. */
  public void receive(PunchRequest request, PunchAnswer answer, long nowNanos) {
    PunchPayload payload = done ? null : box.open(request.payload());
    if (payload == null) {
      return;
    }
    Waiting received = new Waiting(request, payload, answer);
    if (payload.error() != PunchPayload.NONE) {
      abort(received, PunchPayload.ABORTED, PunchFailure.REMOTE_ABORTED, nowNanos);
      return;
    }
    update(received, nowNanos);
    if (!done) {
      enqueue(received);
      decide(nowNanos);
    }
  }

  /** The stream runs over another way. Closes all sockets. */
  public void close(long nowNanos) {
    close(PunchNode.REQUEST_SOCKET, nowNanos);
  }

  /**
   * The stream runs over {@code socket}, which is the caller's from now on if it was one of ours.
   * Closes all others.
   */
  public void close(int socket, long nowNanos) {
    if (!done) {
      end(socket, nowNanos);
    }
  }

  @Override
  public void onTimeout(long nowNanos) {
    if (timers.expired(Timer.EXPIRY, nowNanos)) {
      fail(PunchFailure.TIMED_OUT, nowNanos);
    }
    puncher.onTimeout(nowNanos);
  }

  @Override
  public long nextTimeoutNanos() {
    return timers.nextNanos();
  }

  private void update(Waiting received, long nowNanos) {
    PunchRequest request = received.request;
    PunchPayload payload = received.payload;
    puncher.sample(request.socket(), request.relay(), request.to(), nowNanos);
    remote.expect(request.peerAddress());
    if (payload.round() < round) {
      return;
    }
    round = payload.round();
    remote.update(payload);
    if (request.ownRelay() && box.isToken(payload.remoteToken(), request.peerAddress())) {
      remote.verify(request.peerAddress());
    }
  }

  /** A repeated request takes the place of the first. */
  private void enqueue(Waiting received) {
    waiting.removeIf(other -> Arrays.equals(other.request.payload(), received.request.payload()));
    if (waiting.size() == WAITING_MAX) {
      waiting.poll();
    }
    waiting.add(received);
  }

  /** Answers what waits, once the verdict on our NAT is there. */
  private void decide(long nowNanos) {
    if (waiting.isEmpty() || !puncher.isAnalyzed()) {
      return;
    }
    boolean hopeless = !remote.isPunching() && puncher.isUnstable();
    if (hopeless && !reopened) {
      reopened = true;
      puncher.reopen(nowNanos);
      return;
    }
    for (Waiting next; !done && (next = waiting.poll()) != null; ) {
      if (hopeless) {
        abort(next, PunchPayload.ABORTED, unpunchable(), nowNanos);
      } else {
        serve(next, nowNanos);
      }
    }
  }

  private void serve(Waiting next, long nowNanos) {
    openFast(next);
    if (remote.isPunching()) {
      timers.stop(Timer.EXPIRY);
      if (!puncher.reserve(nowNanos)) {
        tryLater(next, nowNanos);
        return;
      }
      if (!puncher.punch(true, nowNanos)) {
        abort(next, PunchPayload.ABORTED, unpunchable(), nowNanos);
        return;
      }
    }
    if (puncher.nat().kind() != NatKind.UNKNOWN) {
      puncher.nat().freeze();
    }
    answer(next, PunchPayload.NONE);
  }

  /** The client has opened its NAT towards one of our addresses: a probe at once may do. */
  private void openFast(Waiting next) {
    Ipv4Address opened = next.payload.remoteAddress();
    NatSamples nat = puncher.nat();
    if (opened != null
        && nat.kind().isStable()
        && nat.addresses() != null
        && nat.addresses().contains(opened)
        && remote.spendUnverified()) {
      puncher.probe(next.request.peerAddress(), PunchSockets.TTL);
    }
  }

  private void tryLater(Waiting next, long nowNanos) {
    if (setup.patient()) {
      timers.set(Timer.EXPIRY, LATER_NANOS, nowNanos);
      answer(next, PunchPayload.TRY_LATER);
    } else {
      abort(next, PunchPayload.TRY_LATER, PunchFailure.LOCAL_BUSY, nowNanos);
    }
  }

  private PunchFailure unpunchable() {
    if (puncher.nat().kind() == NatKind.UNKNOWN || remote.kind() == NatKind.UNKNOWN) {
      return PunchFailure.NAT_UNKNOWN;
    }
    return puncher.isUnstable() ? PunchFailure.DOUBLE_RANDOM : PunchFailure.REMOTE_NOT_PUNCHABLE;
  }

  private void answer(Waiting next, int error) {
    Key token = next.request.ownRelay() ? box.token(next.request.peerAddress()) : null;
    PunchPayload payload =
        new PunchPayload(
            error,
            puncher.nat().kind(),
            round,
            false,
            puncher.isPunching(),
            puncher.nat().addresses(),
            null,
            token,
            next.payload.token());
    next.answer.send(puncher.socket(), box.seal(payload));
  }

  private void abort(Waiting next, int error, PunchFailure reason, long nowNanos) {
    byte[] payload = box.seal(PunchPayload.failure(error, round));
    next.answer.send(PunchNode.REQUEST_SOCKET, payload);
    fail(reason, nowNanos);
  }

  private void fail(PunchFailure reason, long nowNanos) {
    if (!done) {
      end(PunchNode.REQUEST_SOCKET, nowNanos);
      listener.failed(reason, nowNanos);
    }
  }

  private void end(int keptSocket, long nowNanos) {
    done = true;
    waiting.clear();
    timers.stopAll();
    puncher.close(keptSocket, nowNanos);
  }

  /** A request that is not answered yet. */
  private static final class Waiting {
    private final PunchRequest request;
    private final PunchPayload payload;
    private final PunchAnswer answer;

    private Waiting(PunchRequest request, PunchPayload payload, PunchAnswer answer) {
      this.request = request;
      this.payload = payload;
      this.answer = answer;
    }
  }

  /** What the puncher tells. */
  private final class Events implements Puncher.Owner {
    @Override
    public void analyzed(long nowNanos) {
      decide(nowNanos);
    }

    @Override
    public void exhausted(long nowNanos) {
      fail(PunchFailure.NO_PROBE_ARRIVED, nowNanos);
    }
  }
}
