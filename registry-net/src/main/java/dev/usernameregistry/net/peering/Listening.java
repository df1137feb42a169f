package dev.usernameregistry.net.peering;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.PeerFault;
import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.announce.SelfAnnouncer;
import dev.usernameregistry.net.dht.IncomingRequest;
import dev.usernameregistry.net.peering.message.HandshakeMessage;
import dev.usernameregistry.net.peering.message.HandshakeMode;
import dev.usernameregistry.net.peering.message.Noise;
import dev.usernameregistry.net.peering.message.NoisePayload;
import dev.usernameregistry.net.peering.message.NoisePayload.Holepunch;
import dev.usernameregistry.net.peering.message.NoisePayload.Udx;
import dev.usernameregistry.net.peering.message.RelayThrough;
import dev.usernameregistry.net.punch.HolepunchMessage;
import dev.usernameregistry.net.punch.NatKind;
import dev.usernameregistry.net.punch.PunchNode;
import dev.usernameregistry.net.punch.PunchRelay;
import dev.usernameregistry.net.punch.PunchRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** One key pair under which peers can dial us, until it is stopped. */
public final class Listening {
  private final PeeringContext context;
  private final Admission admission;
  private final KeyPair keyPair;
  private final ListenOptions options;
  private final AcceptListener listener;
  private final SelfAnnouncer announcer;
  private final Stopped stopped;
  private final List<LongConsumer> waiting = new ArrayList<>();

  /** Told when the announcements are gone. */
  private final List<LongConsumer> leaving = new ArrayList<>();

  private boolean listening = true;
  private boolean announced;
  private boolean gone;

  /** Told when nothing may be brought here any more, and when the announcements are gone too. */
  interface Stopped {
    void deaf(Listening listening);

    void gone(Listening listening);
  }

  Listening(
      PeeringContext context,
      Admission admission,
      KeyPair keyPair,
      ListenOptions options,
      AcceptListener listener,
      SelfAnnouncer announcer,
      Stopped stopped) {
    this.context = context;
    this.admission = admission;
    this.keyPair = keyPair;
    this.options = options;
    this.listener = listener;
    this.announcer = announcer;
    this.stopped = stopped;
  }

  /** Returns the key that peers dial. */
  public Key publicKey() {
    return keyPair.publicKey();
  }

  /** Returns what to publish as relay addresses of this key; empty until it is announced. */
  public List<Ipv4Address> relayAddresses() {
    return announcer.relayAddresses();
  }

  /**
   * Calls {@code done} when the first attempt to announce the key has ended, or this is stopped; at
   * once if that was so before.
   */
  public void whenAnnounced(LongConsumer done, long nowNanos) {
    if (announced || !listening) {
      done.accept(nowNanos);
    } else {
      waiting.add(done);
    }
  }

  void announced(long nowNanos) {
    announced = true;
    List<LongConsumer> told = List.copyOf(waiting);
    waiting.clear();
    told.forEach(done -> done.accept(nowNanos));
  }

  /** Announces the key again soon, because something about the network has changed. */
  public void refresh(long nowNanos) {
    if (listening) {
      announcer.refresh(nowNanos);
    }
  }

  /**
   * Stops: handshakes that led to no connection yet come to nothing, and the key's announcements
   * are taken away. Connections stay. Another call only waits for that too.
   *
   * @param done called when the announcements are gone
   */
  public void stop(LongConsumer done, long nowNanos) {
    if (gone) {
      done.accept(nowNanos);
      return;
    }
    leaving.add(done);
    if (listening) {
      listening = false;
      stopped.deaf(this);
      for (ServerHandshake handshake : context.halfOpen().all()) {
        if (handshake.listening() == this) {
          handshake.end(nowNanos);
        }
      }
      announcer.stop(this::gone, nowNanos);
      announced(nowNanos);
    }
  }

  /** From now on the announcer may be that of whoever listens for the key again. */
  private void gone(long nowNanos) {
    gone = true;
    stopped.gone(this);
    leaving.forEach(done -> done.accept(nowNanos));
  }

  Admission admission() {
    return admission;
  }

  Key target() {
    return announcer.target();
  }

  ListenOptions options() {
    return options;
  }

  void accepted(Peered peered, long nowNanos) {
    listener.accepted(peered, nowNanos);
  }

  /** Answers a first message, and goes on with the handshake if it is new. */
  void handshake(IncomingRequest request, HandshakeMessage message, long nowNanos) {
    ServerHandshake.Origin origin = origin(request, message);
    if (origin == null) {
      return;
    }
    Key name = Key.of(Blake2b.hash(target().bytes(), message.noise()));
    ServerHandshake known = context.halfOpen().get(name);
    ServerHandshake handshake = known != null ? known : begin(name, message, origin, nowNanos);
    if (handshake == null) {
      return;
    }
    answer(handshake, request, message);
    if (known == null) {
      handshake.proceed(nowNanos);
    }
  }

  private static ServerHandshake.@Nullable Origin origin(
      IncomingRequest request, HandshakeMessage message) {
    Ipv4Address sender = request.from();
    Ipv4Address client = message.peerAddress();
    return switch (message.mode()) {
      case FROM_CLIENT ->
          new ServerHandshake.Origin(sender, sender, request.to(), request.socket(), true);
      case FROM_RELAY, FROM_SECOND_RELAY ->
          client != null && Relaying.isReachable(client)
              ? new ServerHandshake.Origin(sender, client, request.to(), request.socket(), false)
              : null;
      default -> null;
    };
  }

  /** Returns a handshake of its own right, or null if the message is none or comes too soon. */
  private @Nullable ServerHandshake begin(
      Key name, HandshakeMessage message, ServerHandshake.Origin origin, long nowNanos) {
    if (!admission.mayBegin(origin, nowNanos)) {
      return null;
    }
    Noise.Server noise;
    try {
      noise = new Noise.Server(keyPair, Noise.newKeyPair(context.random()), message.noise());
    } catch (PeerFault e) {
      return null;
    }
    boolean refused = options.firewall().refuses(noise.client(), noise.payload(), origin.client());
    ServerHandshake handshake = admission.begin(this, name, origin, nowNanos);
    if (!refused) {
      handshake.accept(noise, nowNanos);
    }
    return handshake;
  }

  private static void answer(
      ServerHandshake handshake, IncomingRequest request, HandshakeMessage message) {
    byte[] noise = handshake.answer();
    if (noise == null) {
      return;
    }
    if (message.mode() == HandshakeMode.FROM_CLIENT) {
      request.replyPlain(new HandshakeMessage(HandshakeMode.REPLY, noise, null, null).encode());
      return;
    }
    boolean second = message.mode() == HandshakeMode.FROM_SECOND_RELAY;
    Ipv4Address to = second ? message.relayAddress() : request.from();
    if (to != null && Relaying.isReachable(to)) {
      HandshakeMessage answer =
          new HandshakeMessage(HandshakeMode.FROM_SERVER, noise, message.peerAddress(), null);
      request.relay(answer.encode(), to, handshake.answerSocket(request.socket()));
    }
  }

  /** Takes in a message of a peer's punch. */
  void holepunch(IncomingRequest request, HolepunchMessage message, long nowNanos) {
    ServerHandshake handshake = context.halfOpen().get(message.id());
    Ipv4Address peer = message.peerAddress();
    if (handshake == null || handshake.listening() != this) {
      return;
    }
    if (peer == null || !Relaying.isReachable(peer)) {
      return;
    }
    PunchRequest punch =
        new PunchRequest(
            message.payload(),
            peer,
            request.from(),
            request.to(),
            request.socket(),
            announcer.isRelay(request.from()));
    handshake.punch(punch, (socket, payload) -> answer(request, peer, socket, payload), nowNanos);
  }

  private void answer(IncomingRequest request, Ipv4Address peer, int socket, byte[] payload) {
    int from = socket == PunchNode.REQUEST_SOCKET ? context.node().requestSocket() : socket;
    HolepunchMessage answer = new HolepunchMessage(HolepunchMessage.FROM_SERVER, 0, payload, peer);
    request.relay(answer.encode(), request.from(), from);
  }

  /** Returns the blind relay that we propose to a peer, with a new token, or null. */
  @Nullable RelayThrough proposal(ServerHandshake.Origin origin, long nowNanos) {
    return options
        .relayThrough()
        .get()
        .filter(relay -> admission.mayPropose(origin, nowNanos))
        .map(relay -> new RelayThrough(relay, context.newToken()))
        .orElse(null);
  }

  /** Returns what our second message says. */
  NoisePayload payload(long id, int error, int streamId, @Nullable RelayThrough proposal) {
    NatKind firewall = context.firewall();
    List<PunchRelay> relays =
        announcer.relays().stream()
            .map(relay -> new PunchRelay(relay.relayAddress(), relay.peerAddress()))
            .toList();
    return new NoisePayload(
        NoisePayload.VERSION,
        error,
        firewall,
        firewall == NatKind.OPEN ? null : new Holepunch(id, relays),
        context.addresses(options.shareLocalAddress()),
        new Udx(false, streamId),
        proposal,
        relayAddresses());
  }
}
