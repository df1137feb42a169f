package dev.usernameregistry.net.punch;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The side of a punch that dialled. Has no thread, socket or clock: the caller brings what arrives
 * and the time. Not thread-safe; one event loop owns it.
 *
 * <pre>
 * probe round   what kind of NAT are you behind? by the server's relay; once more if it needs time,
 *               and once more if we had to take another socket
 * punch round   now we punch; by our relay to the server's punch socket, with tokens
 * punching      probes, until one of the server's arrives
 * </pre>
 *
 * <p>Ends by itself, with {@link PunchListener#connected} or {@link PunchListener#failed}, unless
 * it is closed before.
 */
public final class ClientPunch implements Punch {
  /** Longest stay in one state; only a node that forgets to call back gets there. */
  private static final long STATE_NANOS_MAX = 60_000_000_000L;

  private static final long UNKNOWN_PAUSE_NANOS = 1_000_000_000L;
  private static final long LATER_NANOS_MIN = 10_000_000_000L;
  private static final long LATER_NANOS_BOUND = 20_000_000_000L;

  /**
   * What the handshake left to a punch.
   *
   * @param secret the holepunch secret of the handshake
   * @param firewall what the server said of its NAT
   * @param serverAddress the server's punch socket, as our relay sees it
   * @param relay the relay of our handshake
   * @param serverRelays the relays that the server names, at least one
   * @param patient whether there is another way meanwhile, a blind relay, so that waiting for a
   *     place in the budget is worth it
   */
  public record Setup(
      byte[] secret,
      NatKind firewall,
      Ipv4Address serverAddress,
      Ipv4Address relay,
      List<PunchRelay> serverRelays,
      boolean patient) {
    /** Checks that there is a relay. */
    public Setup {
      serverRelays = List.copyOf(serverRelays);
      if (serverRelays.isEmpty()) {
        throw new IllegalArgumentException("the server names no relay");
      }
    }

    private PunchRelay serverRelay() {
      return serverRelays.stream()
          .filter(candidate -> candidate.relayAddress().equals(relay))
          .findFirst()
          .orElse(serverRelays.get(0));
    }
  }

  private final PunchContext context;
  private final Setup setup;
  private final PunchListener listener;
  private final PunchBox box;
  private final RemotePeer remote;
  private final Timers timers = new Timers();
  private final Puncher puncher;
  private final PunchRelay serverRelay;

  private ClientState state = ClientState.NEW;
  private Ipv4Address serverAddress;

  /** Where the server last answered from, as the server's relay sees it. */
  private Ipv4Address answeredFrom;

  private @Nullable Key serverToken;

  /** Why we give up; said when the server knows. */
  private PunchFailure abortReason = PunchFailure.NAT_UNKNOWN;

  private int round;

  /** Counts what we asked; answers to earlier questions are ignored. */
  private int questions;

  private boolean retries = true;
  private boolean reopened;
  private boolean probedAgain;
  private boolean delayed;

  /** Takes the first socket; nothing is sent before {@link #start}. */
  public ClientPunch(PunchContext context, Setup setup, PunchListener listener) {
    this.context = context;
    this.setup = setup;
    this.listener = listener;
    this.box = new PunchBox(setup.secret(), context.random());
    this.remote = new RemotePeer(setup.firewall());
    this.puncher = new Puncher(context, remote, timers, new Events());
    this.serverRelay = setup.serverRelay();
    this.serverAddress = setup.serverAddress();
    this.answeredFrom = setup.serverAddress();
    remote.expect(serverAddress);
  }

  /** Sends the first pings and the first message. */
  public void start(long nowNanos) {
    puncher.start(nowNanos);
    askProbing(nowNanos);
  }

  @Override
  public boolean owns(int socket) {
    return puncher.owns(socket);
  }

  @Override
  public boolean isDone() {
    return state == ClientState.DONE;
  }

  @Override
  public void probe(int socket, Ipv4Address from, long nowNanos) {
    if (isDone() || !owns(socket) || !remote.isExpected(from)) {
      return;
    }
    end(socket, nowNanos);
    listener.connected(socket, from, nowNanos);
  }

  /** Gives up silently, because another way was found. Closes all sockets. */
  public void close(long nowNanos) {
    if (!isDone()) {
      end(PunchNode.REQUEST_SOCKET, nowNanos);
    }
  }

  @Override
  public void onTimeout(long nowNanos) {
    if (timers.expired(Timer.EXPIRY, nowNanos)) {
      fail(PunchFailure.TIMED_OUT, nowNanos);
      return;
    }
    if (timers.expired(Timer.PAUSE, nowNanos)) {
      if (state == ClientState.PAUSED) {
        to(ClientState.ANALYZING, nowNanos);
        decide(nowNanos);
      } else {
        offer(nowNanos);
      }
    }
    puncher.onTimeout(nowNanos);
  }

  @Override
  public long nextTimeoutNanos() {
    return timers.nextNanos();
  }

  private void askProbing(long nowNanos) {
    to(ClientState.PROBING, nowNanos);
    puncher.probe(serverAddress, PunchSockets.TTL_OPENING);
    ask(serverRelay, payload(false, serverAddress, null, null), nowNanos);
  }

  private void answeredProbing(PunchPayload payload, long nowNanos) {
    serverToken = payload.token();
    if (remote.kind() == NatKind.UNKNOWN) {
      to(ClientState.PAUSED, nowNanos);
      timers.set(Timer.PAUSE, UNKNOWN_PAUSE_NANOS, nowNanos);
      return;
    }
    to(ClientState.ANALYZING, nowNanos);
    decide(nowNanos);
  }

  /** Goes on when both NATs are known as well as they will be. */
  private void decide(long nowNanos) {
    if (state != ClientState.ANALYZING || !puncher.isAnalyzed()) {
      return;
    }
    if (puncher.isUnstable() && !reopened) {
      reopened = true;
      puncher.reopen(nowNanos);
      return;
    }
    NatKind own = puncher.nat().kind();
    boolean remoteUnclear = remote.kind() == NatKind.UNKNOWN || serverToken == null;
    if ((reopened && !probedAgain && own.isStable()) || (remoteUnclear && retries)) {
      probedAgain = reopened;
      retries = false;
      askProbing(nowNanos);
    } else if (remote.kind() == NatKind.UNKNOWN || own == NatKind.UNKNOWN) {
      abort(PunchFailure.NAT_UNKNOWN, nowNanos);
    } else if (remote.kind() == NatKind.RANDOM && own == NatKind.RANDOM) {
      abort(PunchFailure.DOUBLE_RANDOM, nowNanos);
    } else {
      takeServerAddress();
      offer(nowNanos);
    }
  }

  /** Only our own relay is known to reach the server at the address that it sees. */
  private void takeServerAddress() {
    if (serverRelay.relayAddress().equals(setup.relay()) && !answeredFrom.equals(serverAddress)) {
      serverAddress = answeredFrom;
      puncher.probe(serverAddress, PunchSockets.TTL_OPENING);
    }
  }

  private void offer(long nowNanos) {
    puncher.nat().freeze();
    if (puncher.reserve(nowNanos)) {
      to(ClientState.OFFERING, nowNanos);
      askPunching(true, nowNanos);
    } else if (!setup.patient()) {
      fail(PunchFailure.LOCAL_BUSY, nowNanos);
    } else if (delayed) {
      waitForPlace(nowNanos);
    } else {
      to(ClientState.DELAYING, nowNanos);
      askPunching(false, nowNanos);
      delayed = true;
    }
  }

  /** Once delayed, our host is verified, and the server's own relay is the surer way. */
  private void askPunching(boolean punching, long nowNanos) {
    PunchRelay via = delayed ? serverRelay : new PunchRelay(setup.relay(), serverAddress);
    Key token = delayed ? null : box.token(serverAddress);
    ask(via, payload(punching, null, token, serverToken), nowNanos);
  }

  private void waitForPlace(long nowNanos) {
    to(ClientState.LATER, nowNanos);
    delayed = true;
    long delayNanos = context.random().nextLong(LATER_NANOS_MIN, LATER_NANOS_BOUND);
    timers.set(Timer.PAUSE, delayNanos, nowNanos);
  }

  private void answeredOffer(PunchPayload payload, long nowNanos) {
    if (payload.error() == PunchPayload.TRY_LATER) {
      puncher.unreserve(nowNanos);
      waitForPlace(nowNanos);
    } else if (!remote.isPunching()) {
      fail(PunchFailure.REMOTE_NOT_PUNCHING, nowNanos);
    } else {
      to(ClientState.PUNCHING, nowNanos);
      if (!puncher.punch(false, nowNanos)) {
        fail(PunchFailure.REMOTE_NOT_PUNCHABLE, nowNanos);
      }
    }
  }

  /** Tells the server, then ends. */
  private void abort(PunchFailure reason, long nowNanos) {
    abortReason = reason;
    to(ClientState.ABORTING, nowNanos);
    ask(serverRelay, PunchPayload.failure(PunchPayload.ABORTED, round), nowNanos);
  }

  private PunchPayload payload(
      boolean punching,
      @Nullable Ipv4Address remoteAddress,
      @Nullable Key token,
      @Nullable Key remoteToken) {
    return new PunchPayload(
        PunchPayload.NONE,
        puncher.nat().kind(),
        round,
        false,
        punching,
        puncher.nat().addresses(),
        remoteAddress,
        token,
        remoteToken);
  }

  private void ask(PunchRelay via, PunchPayload payload, long nowNanos) {
    if (++round > PunchPayload.ROUND_MAX) {
      fail(PunchFailure.TIMED_OUT, nowNanos);
      return;
    }
    PunchNode.Question question =
        new PunchNode.Question(
            puncher.socket(), via.relayAddress(), via.peerAddress(), box.seal(payload));
    context.node().ask(question, new Asked(++questions, question, payload), nowNanos);
  }

  private void fail(PunchFailure reason, long nowNanos) {
    if (!isDone()) {
      end(PunchNode.REQUEST_SOCKET, nowNanos);
      listener.failed(reason, nowNanos);
    }
  }

  private void end(int keptSocket, long nowNanos) {
    state = state.to(ClientState.DONE);
    timers.stopAll();
    puncher.close(keptSocket, nowNanos);
  }

  private void to(ClientState next, long nowNanos) {
    state = state.to(next);
    timers.stop(Timer.PAUSE);
    timers.set(Timer.EXPIRY, STATE_NANOS_MAX, nowNanos);
  }

  /** Waits for the answer to one question. */
  private final class Asked implements PunchNode.AnswerListener {
    private final int number;
    private final PunchNode.Question question;
    private final PunchPayload sent;

    private Asked(int number, PunchNode.Question question, PunchPayload sent) {
      this.number = number;
      this.question = question;
      this.sent = sent;
    }

    @Override
    public void answered(
        Ipv4Address address, Ipv4Address peerAddress, byte[] sealed, long nowNanos) {
      if (isDone() || number != questions) {
        return;
      }
      questions++;
      if (state == ClientState.ABORTING) {
        fail(abortReason, nowNanos);
        return;
      }
      PunchPayload payload = box.open(sealed);
      if (payload == null) {
        fail(PunchFailure.ANSWER_INVALID, nowNanos);
        return;
      }
      puncher.sample(question.socket(), question.relay(), address, nowNanos);
      remote.expect(peerAddress);
      answeredFrom = peerAddress;
      take(payload, nowNanos);
    }

    @Override
    public void failed(long nowNanos) {
      if (!isDone() && number == questions) {
        fail(state == ClientState.ABORTING ? abortReason : PunchFailure.RELAY_SILENT, nowNanos);
      }
    }

    private void take(PunchPayload payload, long nowNanos) {
      boolean later = payload.error() == PunchPayload.TRY_LATER;
      if (payload.error() != PunchPayload.NONE
          && !(later && setup.patient() && state == ClientState.OFFERING)) {
        fail(later ? PunchFailure.REMOTE_BUSY : PunchFailure.REMOTE_ABORTED, nowNanos);
        return;
      }
      if (!later) {
        remote.update(payload);
        if (sent.token() != null && box.isToken(payload.remoteToken(), question.peerAddress())) {
          remote.verify(question.peerAddress());
        }
      }
      switch (state) {
        case PROBING -> answeredProbing(payload, nowNanos);
        case DELAYING -> waitForPlace(nowNanos);
        case OFFERING -> answeredOffer(payload, nowNanos);
        default -> throw new AssertionError("an answer while " + state);
      }
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
