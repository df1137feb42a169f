package dev.usernameregistry.net.peering;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.PeerFault;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.announce.Announcements;
import dev.usernameregistry.net.announce.PeerRecord;
import dev.usernameregistry.net.peering.Alarms.Alarm;
import dev.usernameregistry.net.peering.DialSearch.Answer;
import dev.usernameregistry.net.peering.Joint.Way;
import dev.usernameregistry.net.peering.message.Noise;
import dev.usernameregistry.net.peering.message.Noise.Agreed;
import dev.usernameregistry.net.peering.message.NoisePayload;
import dev.usernameregistry.net.peering.message.NoisePayload.Udx;
import dev.usernameregistry.net.peering.message.RelayThrough;
import dev.usernameregistry.net.punch.NatKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to connect to the peer with a certain key: first its answer is looked for, then a way
 * to it. A blind relay, if one of both sides proposes one, is met at the same time, and is left
 * again when a direct way is found.
 */
public final class Dial {
  /** How long the search for the peer's answer may take as a whole. */
  static final long SEARCH_NANOS = 45_000_000_000L;

  /** How long whoever withdraws a dial waits for the peer to take note. */
  static final long WITHDRAWAL_NANOS = 1_000_000_000L;

  /** How long the peer is still told, should it take note later. */
  static final long REGRETS_NANOS = 10_000_000_000L;

  /** Whom to dial and how. */
  record Plan(KeyPair own, Key server, List<Ipv4Address> candidates, DialOptions options) {}

  /** What a dial asks of the room. */
  interface Room {
    /** Nothing is left of the dial. */
    void ended(Dial dial);

    /** The peer was reached through these nodes. */
    void reached(Key server, List<Ipv4Address> relays);
  }

  private enum State {
    /** The peer's answer is being looked for. */
    SEARCHING,
    /** The peer's answer is being looked for, so that it can be told that we do not come. */
    WITHDRAWN,
    /** The peer answered; a way to it is being looked for. */
    ANSWERED,
    /** The stream runs through a blind relay; a direct way is being looked for. */
    RELAYED,
    /** Connected directly, failed or cancelled. Final. */
    ENDED
  }

  private record Found(Answer answer, Agreed agreed, Udx remote) {}

  private final PeeringContext context;
  private final Plan plan;
  private final DialListener listener;
  private final Room room;
  private final Events events = new Events();
  private final Joint joint;
  private final NatKind firewall;
  private final @Nullable RelayThrough proposal;
  private Alarm alarm;

  private State state = State.SEARCHING;
  private Noise.@Nullable Client noise;
  private @Nullable DialSearch search;
  private @Nullable Found found;
  private @Nullable ClientWays ways;
  private @Nullable RelayPath relay;

  /** Where the peer sent from before its answer came. */
  private @Nullable Way heard;

  /** Whether an answer came that was not the peer's. */
  private boolean forged;

  /** Whether the listener was told already that a withdrawn dial has failed. */
  private boolean excused;

  Dial(PeeringContext context, Plan plan, DialListener listener, Room room, long nowNanos) {
    this.context = context;
    this.plan = plan;
    this.listener = listener;
    this.room = room;
    this.firewall = context.firewall();
    this.joint = new Joint(context.streams(), events);
    Key relay = plan.options().relayThrough();
    this.proposal = relay == null ? null : new RelayThrough(relay, context.newToken());
    this.alarm =
        context.alarms().set(SEARCH_NANOS, now -> fail(DialFailure.TIMED_OUT, now), nowNanos);
  }

  /** Returns the key of the peer that is dialled. */
  public Key remotePublicKey() {
    return plan.server();
  }

  /**
   * Gives up; the listener is not called any more. A connection that it was told of stays as it is.
   */
  public void cancel(long nowNanos) {
    end(nowNanos);
  }

  /**
   * Gives up because the peer has dialled us. Our first message is sent to nobody else. A peer that
   * takes its stream of this dial for connected as soon as it has that message, which may be on its
   * way, is told that it is not: the stream is ended. The listener hears of {@link
   * DialFailure#OVERTAKEN} when that is done, when there is no such stream, or after {@link
   * #WITHDRAWAL_NANOS}; perhaps before this returns. Does nothing if the dial has ended.
   */
  public void withdraw(long nowNanos) {
    if (state != State.SEARCHING && state != State.ANSWERED) {
      return;
    }
    state = State.WITHDRAWN;
    context.alarms().stop(alarm);
    alarm = context.alarms().set(WITHDRAWAL_NANOS, this::excuse, nowNanos);
    stopWays(nowNanos);
    if (found != null) {
      regret(found, nowNanos);
    } else if (search != null) {
      search.finish(nowNanos);
    }
  }

  /** Ends the stream that the peer may have taken for connected when it answered. */
  private void regret(Found found, long nowNanos) {
    Answer answer = found.answer();
    Way way = heard;
    if (way == null && !answer.relayed()) {
      way = new Way(answer.socket(), answer.serverAddress());
    }
    if (way != null && joint.direct(way, found.remote().streamId(), nowNanos)) {
      joint.destroy(nowNanos);
    }
    if (way != null || firewall != NatKind.OPEN) {
      fail(DialFailure.OVERTAKEN, nowNanos);
    } // else the peer sends us its first packet
  }

  private void excuse(long nowNanos) {
    excused = true;
    alarm = context.alarms().set(REGRETS_NANOS, this::end, nowNanos);
    listener.failed(DialFailure.OVERTAKEN, nowNanos);
  }

  /** Begins the search; {@link DialListener} is called later even if the key is no key. */
  void start(Announcements announcements, long nowNanos) {
    byte[] message;
    try {
      noise =
          new Noise.Client(
              plan.own(), Noise.newKeyPair(context.random()), plan.server(), payload());
      message = noise.message();
    } catch (PeerFault e) {
      setAlarm(0, DialFailure.HANDSHAKE_INVALID, nowNanos);
      return;
    }
    search =
        new DialSearch(
            context.node(), announcements, plan.server(), message, plan.candidates(), events);
    search.start(nowNanos);
  }

  private NoisePayload payload() {
    return new NoisePayload(
        NoisePayload.VERSION,
        NoisePayload.NONE,
        firewall,
        null,
        context.addresses(plan.options().localConnection()),
        new Udx(false, joint.streamId()),
        proposal,
        List.of());
  }

  /** The first answer that the peer really wrote decides; forged ones change nothing. */
  private void answered(Answer answer, long nowNanos) {
    if ((state != State.SEARCHING && state != State.WITHDRAWN) || noise == null) {
      return;
    }
    Agreed agreed;
    try {
      agreed = noise.read(answer.noise());
    } catch (PeerFault e) {
      forged = true;
      return;
    }
    NoisePayload payload = agreed.payload();
    if (payload.version() != NoisePayload.VERSION) {
      fail(DialFailure.SERVER_INCOMPATIBLE, nowNanos);
    } else if (payload.error() != NoisePayload.NONE || payload.udx() == null) {
      fail(DialFailure.SERVER_ERROR, nowNanos);
    } else {
      found(new Found(answer, agreed, payload.udx()), nowNanos);
    }
  }

  private void found(Found found, long nowNanos) {
    this.found = found;
    if (search != null) {
      search.stop(nowNanos);
    }
    if (state == State.WITHDRAWN) {
      regret(found, nowNanos);
      return;
    }
    state = State.ANSWERED;
    context.alarms().stop(alarm);
    Answer answer = found.answer();
    List<Ipv4Address> relays = found.agreed().payload().relayAddresses();
    room.reached(plan.server(), relays.isEmpty() ? List.of(answer.relay()) : relays);
    if (heard != null) {
      connect(heard, false, nowNanos);
    } else if (!answer.relayed()) {
      connect(new Way(answer.socket(), answer.serverAddress()), false, nowNanos);
    } else {
      findWay(found, nowNanos);
    }
  }

  private void findWay(Found found, long nowNanos) {
    RelayThrough theirs = found.agreed().payload().relayThrough();
    RelayThrough through = context.relay(theirs, proposal);
    if (through != null) {
      relay = new RelayPath(context, through, theirs == null, joint, events, nowNanos);
    }
    ClientWays.Known known =
        new ClientWays.Known(
            PeerRecord.target(plan.server()),
            plan.options(),
            firewall,
            found.answer(),
            found.agreed(),
            through != null);
    ways = new ClientWays(context, known, events);
    ways.start(nowNanos);
  }

  /** The stream may have been relayed before, even when nobody looked for a way any more. */
  private void connect(Way way, boolean punched, long nowNanos) {
    boolean upgraded = joint.state() == Joint.State.RELAYED;
    if (found == null || !joint.direct(way, found.remote().streamId(), nowNanos)) {
      return;
    }
    if (punched) {
      context.held().holdSocket(joint, way.socket());
    }
    if (upgraded) {
      context.held().upgraded(joint, way.socket(), nowNanos);
    }
    Found with = found;
    end(nowNanos);
    if (!upgraded) {
      listener.connected(joint.peered(with.agreed().keys(), way), nowNanos);
    }
  }

  private void paired(Way way, int relayStreamId, long nowNanos) {
    RelayPath path = relay;
    if (found == null || path == null || !joint.relayed(way, relayStreamId, nowNanos)) {
      return;
    }
    state = State.RELAYED;
    context.held().holdRelay(joint, path);
    relay = null;
    Found with = found;
    if (ways == null || !ways.isActive()) {
      end(nowNanos);
    }
    listener.connected(joint.peered(with.agreed().keys(), way), nowNanos);
  }

  private void fail(DialFailure failure, long nowNanos) {
    boolean withdrawn = state == State.WITHDRAWN;
    if (state == State.SEARCHING || state == State.ANSWERED || withdrawn) {
      end(nowNanos);
      if (!excused) {
        listener.failed(withdrawn ? DialFailure.OVERTAKEN : failure, nowNanos);
      }
    }
  }

  private void end(long nowNanos) {
    if (state == State.ENDED) {
      return;
    }
    state = State.ENDED;
    context.alarms().stop(alarm);
    if (search != null) {
      search.stop(nowNanos);
    }
    stopWays(nowNanos);
    if (joint.state() == Joint.State.OPEN) {
      joint.destroy(nowNanos);
    }
    room.ended(this);
  }

  private void stopWays(long nowNanos) {
    if (ways != null) {
      ways.stop(nowNanos);
    }
    if (relay != null) {
      relay.close(nowNanos);
      relay = null;
    }
  }

  private void setAlarm(long delayNanos, DialFailure failure, long nowNanos) {
    context.alarms().stop(alarm);
    alarm = context.alarms().set(delayNanos, now -> fail(failure, now), nowNanos);
  }

  /** What the parts of a dial tell. */
  private final class Events
      implements DialSearch.Owner, ClientWays.Owner, RelayPath.Owner, Joint.Owner {
    @Override
    public void answered(Answer answer, long nowNanos) {
      Dial.this.answered(answer, nowNanos);
    }

    @Override
    public void exhausted(int attempts, long nowNanos) {
      DialFailure unanswered =
          attempts == 0 ? DialFailure.PEER_NOT_FOUND : DialFailure.PEER_CONNECTION_FAILED;
      fail(forged ? DialFailure.HANDSHAKE_INVALID : unanswered, nowNanos);
    }

    @Override
    public void way(Way way, boolean punched, long nowNanos) {
      connect(way, punched, nowNanos);
    }

    @Override
    public void hopeless(DialFailure failure, long nowNanos) {
      if (state == State.RELAYED) {
        end(nowNanos);
      } else if (relay == null) {
        fail(failure, nowNanos);
      }
    }

    @Override
    public void paired(Way way, int relayStreamId, long nowNanos) {
      Dial.this.paired(way, relayStreamId, nowNanos);
    }

    @Override
    public void relayFailed(long nowNanos) {
      relay = null;
      if (ways == null || !ways.isActive()) {
        fail(DialFailure.RELAY_ABORTED, nowNanos);
      }
    }

    @Override
    public void heard(Way way, long nowNanos) {
      if (found == null || state == State.WITHDRAWN) {
        heard = way;
      }
      if (found == null) {
        return;
      }
      if (state == State.WITHDRAWN) {
        regret(found, nowNanos);
      } else if (ways == null || !ways.heard(way, nowNanos)) {
        connect(way, false, nowNanos);
      }
    }

    @Override
    public void relayedEnded(long nowNanos) {
      end(nowNanos);
    }
  }
}
