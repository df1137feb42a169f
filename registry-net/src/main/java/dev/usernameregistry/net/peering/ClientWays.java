package dev.usernameregistry.net.peering;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.dht.Reply;
import dev.usernameregistry.net.dht.ReplyListener;
import dev.usernameregistry.net.dht.Request;
import dev.usernameregistry.net.dht.RequestOptions;
import dev.usernameregistry.net.peering.Alarms.Alarm;
import dev.usernameregistry.net.peering.DialSearch.Answer;
import dev.usernameregistry.net.peering.Joint.Way;
import dev.usernameregistry.net.peering.message.Noise.Agreed;
import dev.usernameregistry.net.peering.message.NoisePayload;
import dev.usernameregistry.net.peering.message.NoisePayload.Holepunch;
import dev.usernameregistry.net.punch.ClientPunch;
import dev.usernameregistry.net.punch.NatKind;
import dev.usernameregistry.net.punch.PunchFailure;
import dev.usernameregistry.net.punch.PunchListener;
import dev.usernameregistry.net.punch.PunchRelay;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a way to a server that has answered through a relay, in this order:
 *
 * <ol>
 *   <li>anybody reaches the server, or it names no relay to punch through: its address is the way;
 *   <li>anybody reaches us: the server comes to us;
 *   <li>we share a public host: one of the server's local addresses is asked for a sign of life,
 *       and if that does not come soon, a punch begins beside;
 *   <li>a punch.
 * </ol>
 */
final class ClientWays implements PunchListener {
  /** How long the server may take to come to us. */
  static final long PATIENCE_NANOS = 10_000_000_000L;

  /** How long a local address may take to answer before a punch begins. */
  static final long LAN_HEADSTART_NANOS = 500_000_000L;

  /** What is known when the search begins. */
  record Known(
      Key target,
      DialOptions options,
      NatKind firewall,
      Answer answer,
      Agreed agreed,
      boolean patient) {}

  /** Hears how the search goes. */
  interface Owner {
    /** This may be a way. More may follow until {@link #stop}. */
    void way(Way way, boolean punched, long nowNanos);

    /** Nothing is left to try; the last call. */
    void hopeless(DialFailure reason, long nowNanos);
  }

  private final PeeringContext context;
  private final Known known;
  private final NoisePayload payload;
  private final Owner owner;

  private Request.@Nullable Sent lanPing;
  private @Nullable ClientPunch punch;

  /** Goes off when the server did not come, or when a punch begins beside the sign of life. */
  private @Nullable Alarm alarm;

  /** Why what ended last has failed. */
  private DialFailure reason = DialFailure.CANNOT_HOLEPUNCH;

  ClientWays(PeeringContext context, Known known, Owner owner) {
    this.context = context;
    this.known = known;
    this.payload = known.agreed().payload();
    this.owner = owner;
  }

  void start(long nowNanos) {
    Answer answer = known.answer();
    boolean relayed = !answer.serverAddress().equals(answer.relay());
    if (payload.firewall() == NatKind.OPEN || (relayed && serverRelays().isEmpty())) {
      Ipv4Address address = Hosts.firstPublic(payload.addresses4(), answer.serverAddress());
      owner.way(new Way(context.node().requestSocket(), address), false, nowNanos);
    } else if (known.firewall() == NatKind.OPEN) {
      alarm = context.alarms().set(PATIENCE_NANOS, this::losePatience, nowNanos);
    } else if (!pingLan(relayed, nowNanos)) {
      startPunch(nowNanos);
    }
  }

  /** Ends everything; nothing more is told. */
  void stop(long nowNanos) {
    stopAlarm();
    if (lanPing != null) {
      lanPing.cancel(nowNanos);
      lanPing = null;
    }
    if (punch != null) {
      punch.close(nowNanos);
      punch = null;
    }
  }

  /**
   * Takes in that a packet of the stream came although the stream is not connected. Returns whether
   * it came to a punch, which then tells.
   */
  boolean heard(Way way, long nowNanos) {
    if (punch == null || !punch.owns(way.socket())) {
      return false;
    }
    punch.probe(way.socket(), way.remote(), nowNanos);
    return true;
  }

  /** Returns whether something may still come of it. */
  boolean isActive() {
    return lanPing != null || punch != null || alarm != null;
  }

  private List<PunchRelay> serverRelays() {
    Holepunch holepunch = payload.holepunch();
    return holepunch == null ? List.of() : holepunch.relays();
  }

  private boolean pingLan(boolean relayed, long nowNanos) {
    Answer answer = known.answer();
    List<Ipv4Address> theirs = payload.addresses4().stream().filter(Relaying::isReachable).toList();
    if (!known.options().localConnection()
        || !relayed
        || answer.clientAddress().host() != answer.serverAddress().host()
        || theirs.isEmpty()) {
      return false;
    }
    Ipv4Address match = Hosts.match(context.localAddresses(), theirs);
    Ipv4Address address = match != null ? match : theirs.get(0);
    lanPing =
        context
            .node()
            .request(
                Request.ping(), address, RequestOptions.DEFAULT, new LanPing(address), nowNanos);
    if (mayPunch()) {
      alarm = context.alarms().set(LAN_HEADSTART_NANOS, this::startPunch, nowNanos);
    }
    return true;
  }

  private boolean mayPunch() {
    return known.options().holepunch() && !serverRelays().isEmpty();
  }

  private void startPunch(long nowNanos) {
    stopAlarm();
    Holepunch holepunch = payload.holepunch();
    if (!mayPunch() || holepunch == null) {
      endIfHopeless(nowNanos);
      return;
    }
    ClientPunch.Setup setup =
        new ClientPunch.Setup(
            known.agreed().holepunchSecret(),
            payload.firewall(),
            known.answer().serverAddress(),
            known.answer().relay(),
            holepunch.relays(),
            known.patient());
    punch = new ClientPunch(context.punchContext(known.target(), holepunch.id()), setup, this);
    context.punches().add(punch);
    punch.start(nowNanos);
  }

  @Override
  public void connected(int socket, Ipv4Address remote, long nowNanos) {
    punch = null;
    owner.way(new Way(socket, remote), true, nowNanos);
  }

  @Override
  public void failed(PunchFailure failure, long nowNanos) {
    punch = null;
    reason = reason(failure);
    endIfHopeless(nowNanos);
  }

  private void losePatience(long nowNanos) {
    alarm = null;
    reason = DialFailure.PEER_SILENT;
    endIfHopeless(nowNanos);
  }

  private void endIfHopeless(long nowNanos) {
    if (!isActive()) {
      owner.hopeless(reason, nowNanos);
    }
  }

  private void stopAlarm() {
    if (alarm != null) {
      context.alarms().stop(alarm);
      alarm = null;
    }
  }

  private static DialFailure reason(PunchFailure failure) {
    return switch (failure) {
      case RELAY_SILENT, NAT_UNKNOWN -> DialFailure.HOLEPUNCH_PROBE_TIMEOUT;
      case ANSWER_INVALID -> DialFailure.HOLEPUNCH_INVALID;
      case REMOTE_ABORTED, REMOTE_BUSY -> DialFailure.REMOTE_ABORTED;
      case REMOTE_NOT_PUNCHING -> DialFailure.REMOTE_NOT_HOLEPUNCHING;
      case REMOTE_NOT_PUNCHABLE -> DialFailure.REMOTE_NOT_HOLEPUNCHABLE;
      case DOUBLE_RANDOM -> DialFailure.HOLEPUNCH_DOUBLE_RANDOMIZED_NATS;
      case LOCAL_BUSY, NO_PROBE_ARRIVED, TIMED_OUT -> DialFailure.HOLEPUNCH_ABORTED;
    };
  }

  /** Waits for a sign of life of a local address. */
  private final class LanPing implements ReplyListener {
    private final Ipv4Address address;

    private LanPing(Ipv4Address address) {
      this.address = address;
    }

    @Override
    public void replied(Reply reply, long nowNanos) {
      lanPing = null;
      owner.way(new Way(DhtNode.SERVER_SOCKET, address), false, nowNanos);
    }

    @Override
    public void timedOut(long nowNanos) {
      lanPing = null;
      if (!mayPunch()) {
        reason = DialFailure.LAN_UNREACHABLE;
      }
      endIfHopeless(nowNanos);
    }
  }
}
