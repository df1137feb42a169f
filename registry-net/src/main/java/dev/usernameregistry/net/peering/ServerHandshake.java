package dev.usernameregistry.net.peering;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.peering.Alarms.Alarm;
import dev.usernameregistry.net.peering.Joint.Way;
import dev.usernameregistry.net.peering.message.Noise;
import dev.usernameregistry.net.peering.message.Noise.Agreed;
import dev.usernameregistry.net.peering.message.NoisePayload;
import dev.usernameregistry.net.peering.message.NoisePayload.Udx;
import dev.usernameregistry.net.peering.message.RelayThrough;
import dev.usernameregistry.net.punch.NatKind;
import dev.usernameregistry.net.punch.PunchAnswer;
import dev.usernameregistry.net.punch.PunchFailure;
import dev.usernameregistry.net.punch.PunchListener;
import dev.usernameregistry.net.punch.PunchRequest;
import dev.usernameregistry.net.punch.ServerPunch;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One handshake that a peer began with us, from its first message until ten seconds after the end,
 * so that repeated messages get the same answer.
 *
 * <p>Once the answer is sent, in this order: a peer that asked us directly is waited for; one that
 * anybody reaches is knocked at; a blind relay is met if one was proposed; a peer that may be in
 * our own network is waited for, with a punch at hand; one that can reach us is waited for; with
 * all others a punch is prepared, and the answer leaves from its socket. The first packet of the
 * peer's own connects the stream in any case.
 *
 * <p>The reference connects in the first two cases at once. Then a relay that lies, or a forged
 * source, has it send a stream's first packets again and again to somebody who never heard of it.
 */
final class ServerHandshake implements Joint.Owner, RelayPath.Owner, PunchListener {
  /** How long the peer may take to send its first packet; a punch under way may take longer. */
  static final long PATIENCE_NANOS = 10_000_000_000L;

  /** How long an answer is remembered after the end. */
  static final long MEMORY_NANOS = 10_000_000_000L;

  /** Where the first message came from. */
  record Origin(
      Ipv4Address sender, Ipv4Address client, Ipv4Address to, int socket, boolean direct) {}

  private final PeeringContext context;
  private final Listening listening;
  private final Key message;
  private final long id;
  private final Origin origin;

  /** Message 2, or null if the peer was refused. */
  private byte @Nullable [] answer;

  /** Null if the peer was refused or answered with an error. */
  private @Nullable Accepted accepted;

  private @Nullable ServerPunch punch;
  private @Nullable RelayPath relay;

  /** Makes a peer speak that anybody reaches. */
  private @Nullable Knocks knocks;

  /** Whether {@link #relay} was the peer's choice. */
  private boolean meetsPeersRelay;

  private boolean answersFromPunch;
  private boolean punchesOnDemand;

  /** Whether {@link #PATIENCE_NANOS} have passed. */
  private boolean impatient;

  private @Nullable Alarm alarm;

  /**
   * What an accepted handshake led to.
   *
   * @param remote the peer's stream
   * @param relay the blind relay to meet at, or null
   */
  private record Accepted(Agreed agreed, Udx remote, Joint joint, @Nullable RelayThrough relay) {}

  /**
   * Begins without an answer.
   *
   * @param message what names the first message
   * @param id what names the handshake in PEER_HOLEPUNCH messages
   */
  ServerHandshake(
      PeeringContext context, Listening listening, Key message, long id, Origin origin) {
    this.context = context;
    this.listening = listening;
    this.message = message;
    this.id = id;
    this.origin = origin;
  }

  Key message() {
    return message;
  }

  long id() {
    return id;
  }

  Listening listening() {
    return listening;
  }

  Ipv4Address sender() {
    return origin.sender();
  }

  Ipv4Address client() {
    return origin.client();
  }

  boolean hasPunch() {
    return punch != null;
  }

  /** Returns whether we are on the way to a blind relay that the peer chose, or that we chose. */
  boolean seeksRelay(boolean chosenByPeer) {
    return meetsPeersRelay == chosenByPeer && relay != null && isOpen();
  }

  /** Goes on without the blind relay that we are on the way to: another peer needs the place. */
  void leaveRelay(long nowNanos) {
    if (relay != null && isOpen()) {
      relay.close(nowNanos);
      relayFailed(nowNanos);
    }
  }

  /** Returns message 2, or null if there is none. */
  byte @Nullable [] answer() {
    return answer;
  }

  /** Returns the socket that the answer to a relay leaves from. */
  int answerSocket(int requestSocket) {
    return answersFromPunch && punch != null ? punch.socket() : requestSocket;
  }

  /** Writes the answer, and prepares what the peer has to find ready once it has that. */
  void accept(Noise.Server noise, long nowNanos) {
    NoisePayload payload = noise.payload();
    Udx remote = payload.udx();
    if (payload.version() != NoisePayload.VERSION || remote == null) {
      boolean wrongVersion = payload.version() != NoisePayload.VERSION;
      int error = wrongVersion ? NoisePayload.VERSION_MISMATCH : NoisePayload.ABORTED;
      answer = noise.answer(listening.payload(id, error, 0, null));
      return;
    }
    Joint joint = new Joint(context.streams(), this);
    boolean mayNeedRelay = !needsNoPunch(payload);
    RelayThrough ours = mayNeedRelay ? listening.proposal(origin, nowNanos) : null;
    answer = noise.answer(listening.payload(id, NoisePayload.NONE, joint.streamId(), ours));
    RelayThrough theirs = mayNeedRelay && ours == null ? payload.relayThrough() : null;
    if (theirs != null && !listening.admission().mayMeet(origin, nowNanos)) {
      theirs = null;
    }
    meetsPeersRelay = theirs != null;
    accepted = new Accepted(noise.agreed(), remote, joint, context.relay(ours, theirs));
    prepare(accepted, nowNanos);
  }

  private void prepare(Accepted accepted, long nowNanos) {
    ListenOptions options = listening.options();
    if (needsNoPunch(accepted.agreed().payload()) || !options.holepunch()) {
      return;
    }
    if (options.shareLocalAddress() && mayBeLocal(accepted.agreed().payload())) {
      punchesOnDemand = true;
    } else if (context.node().remoteAddress().isEmpty()) {
      startPunch(accepted, nowNanos);
      answersFromPunch = punch != null;
    }
  }

  /** Returns whether a packet to the peer's address reaches it, if that address is the peer's. */
  private boolean needsNoPunch(NoisePayload payload) {
    return origin.direct() || payload.firewall() == NatKind.OPEN;
  }

  /** Returns whether both of us have one public host, and private addresses that fit together. */
  private boolean mayBeLocal(NoisePayload payload) {
    List<Ipv4Address> theirs =
        payload.addresses4().stream().filter(address -> Hosts.isPrivate(address.host())).toList();
    return origin.client().host() == origin.to().host()
        && Hosts.match(context.localAddresses(), theirs) != null;
  }

  /** Goes on once the first answer is sent. */
  void proceed(long nowNanos) {
    if (accepted == null) {
      rememberForAWhile(nowNanos);
    } else {
      setAlarm(PATIENCE_NANOS, this::losePatience, nowNanos);
      if (needsNoPunch(accepted.agreed().payload())) {
        knockUnlessDirect(accepted, nowNanos);
      } else if (accepted.relay() != null) {
        relay =
            new RelayPath(
                context, accepted.relay(), !meetsPeersRelay, accepted.joint(), this, nowNanos);
      }
    }
  }

  /** A peer that asked us directly sends to us as soon as it has the answer. */
  private void knockUnlessDirect(Accepted accepted, long nowNanos) {
    if (!origin.direct()) {
      Way way = new Way(context.node().requestSocket(), origin.client());
      knocks = new Knocks(context, way, accepted.remote().streamId(), nowNanos);
    }
  }

  private void stopKnocks() {
    if (knocks != null) {
      knocks.stop();
    }
  }

  /** Takes in a message of the peer's punch. */
  void punch(PunchRequest request, PunchAnswer answer, long nowNanos) {
    if (punch == null && punchesOnDemand && accepted != null && isSought(accepted.joint())) {
      punchesOnDemand = false;
      startPunch(accepted, nowNanos);
    }
    if (punch != null) {
      punch.receive(request, answer, nowNanos);
    }
  }

  private static boolean isSought(Joint joint) {
    return joint.state() == Joint.State.OPEN || joint.state() == Joint.State.RELAYED;
  }

  private void startPunch(Accepted accepted, long nowNanos) {
    if (!listening.admission().mayPunch(origin, nowNanos)) {
      return;
    }
    ServerPunch.Setup setup =
        new ServerPunch.Setup(
            accepted.agreed().holepunchSecret(),
            accepted.agreed().payload().firewall(),
            origin.client(),
            accepted.relay() != null);
    punch = new ServerPunch(context.punchContext(listening.target(), id), setup, this);
    context.punches().add(punch);
    punch.start(nowNanos);
  }

  @Override
  public void heard(Way way, long nowNanos) {
    if (accepted != null) {
      connect(accepted, way, nowNanos);
    }
  }

  private void connect(Accepted accepted, Way way, long nowNanos) {
    Joint joint = accepted.joint();
    boolean upgraded = joint.state() == Joint.State.RELAYED;
    if (!joint.direct(way, accepted.remote().streamId(), nowNanos)) {
      return;
    }
    stopKnocks();
    keepSocket(joint, way.socket(), nowNanos);
    if (upgraded) {
      context.held().upgraded(joint, way.socket(), nowNanos);
    } else if (relay != null) {
      relay.close(nowNanos);
    }
    rememberForAWhile(nowNanos);
    if (!upgraded) {
      listening.accepted(joint.peered(accepted.agreed().keys(), way), nowNanos);
    }
  }

  /** Ends the punch; the socket that the stream runs over is closed with the stream. */
  private void keepSocket(Joint joint, int socket, long nowNanos) {
    if (punch == null) {
      return;
    }
    if (punch.owns(socket)) {
      context.held().holdSocket(joint, socket);
    }
    punch.close(socket, nowNanos);
    punch = null;
  }

  @Override
  public void paired(Way way, int relayStreamId, long nowNanos) {
    RelayPath path = relay;
    if (accepted == null
        || path == null
        || !accepted.joint().relayed(way, relayStreamId, nowNanos)) {
      return;
    }
    Joint joint = accepted.joint();
    context.held().holdRelay(joint, path);
    if (punch == null && !punchesOnDemand) {
      rememberForAWhile(nowNanos);
    }
    listening.accepted(joint.peered(accepted.agreed().keys(), way), nowNanos);
  }

  @Override
  public void relayFailed(long nowNanos) {
    relay = null;
    giveUpIfHopeless(nowNanos);
  }

  @Override
  public void relayedEnded(long nowNanos) {
    closePunch(nowNanos);
    rememberForAWhile(nowNanos);
  }

  @Override
  public void connected(int socket, Ipv4Address peer, long nowNanos) {
    heard(new Way(socket, peer), nowNanos);
  }

  /** The stream stays: traffic from our own network may still come. */
  @Override
  public void failed(PunchFailure reason, long nowNanos) {
    punch = null;
    giveUpIfHopeless(nowNanos);
  }

  private void losePatience(long nowNanos) {
    impatient = true;
    punchesOnDemand = false;
    giveUpIfHopeless(nowNanos);
  }

  private void giveUpIfHopeless(long nowNanos) {
    if (impatient && punch == null && (relay == null || !isOpen())) {
      destroyIfOpen(nowNanos);
      rememberForAWhile(nowNanos);
    }
  }

  /** Ends everything that is not a connected stream, and forgets the handshake. */
  void end(long nowNanos) {
    if (alarm != null) {
      context.alarms().stop(alarm);
    }
    stopKnocks();
    closePunch(nowNanos);
    if (relay != null && isOpen()) {
      relay.close(nowNanos);
    }
    destroyIfOpen(nowNanos);
    context.halfOpen().remove(this);
  }

  private boolean isOpen() {
    return accepted != null && accepted.joint().state() == Joint.State.OPEN;
  }

  private void destroyIfOpen(long nowNanos) {
    if (accepted != null && isOpen()) {
      accepted.joint().destroy(nowNanos);
    }
  }

  private void closePunch(long nowNanos) {
    if (punch != null) {
      punch.close(nowNanos);
      punch = null;
    }
  }

  private void rememberForAWhile(long nowNanos) {
    setAlarm(MEMORY_NANOS, this::end, nowNanos);
  }

  private void setAlarm(long delayNanos, LongConsumer action, long nowNanos) {
    if (alarm != null) {
      context.alarms().stop(alarm);
    }
    alarm = context.alarms().set(delayNanos, action, nowNanos);
  }
}
