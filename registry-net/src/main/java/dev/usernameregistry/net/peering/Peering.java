package dev.usernameregistry.net.peering;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.announce.Announcements;
import dev.usernameregistry.net.announce.PeerRecord;
import dev.usernameregistry.net.announce.Records;
import dev.usernameregistry.net.announce.SelfAnnouncer;
import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.dht.IncomingRequest;
import dev.usernameregistry.net.peering.message.HandshakeMessage;
import dev.usernameregistry.net.punch.HolepunchMessage;
import dev.usernameregistry.net.punch.PunchBudget;
import dev.usernameregistry.net.time.Times;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The peers' side of one DHT node: listens for peers that dial a key of ours, dials peers by their
 * keys, and passes the messages of others on. Has no thread, socket or clock: the caller brings
 * what the node is asked, the probes that arrive and the time. Not thread-safe; one event loop owns
 * it. Listeners may call back into it.
 *
 * <p>Whatever is begun here ends by itself within a bounded time.
 */
public final class Peering {
  /** Number of the request that carries a message of a handshake. */
  public static final int PEER_HANDSHAKE = 0;

  /** Number of the request that carries a message of a punch. */
  public static final int PEER_HOLEPUNCH = 1;

  private static final int CANDIDATES_MAX = 8;

  /**
   * What this room works on.
   *
   * @param records what the node keeps for others
   * @param knock returns an empty packet for the stream of a peer's that has this id
   */
  public record Parts(
      DhtNode node,
      Records records,
      Announcements announcements,
      Streams streams,
      IntFunction<byte[]> knock,
      BlindRelays relays) {}

  /**
   * Counts, for those who look after a node.
   *
   * @param handshakes peers' handshakes that are remembered
   * @param dials dials under way
   * @param heldStreams connected streams with a socket or a relay of their own
   * @param refusedHandshakes peers' handshakes that came too soon, since the start
   */
  public record Statistics(int handshakes, int dials, int heldStreams, long refusedHandshakes) {}

  private final Parts parts;
  private final PeeringContext context;
  private final Admission admission;
  private final Relaying relaying;
  private final RelayMemory memory = new RelayMemory();
  private final Map<Key, Listening> listenings = new HashMap<>();

  /** Of the keys in {@link #listenings}, and of those whose announcements are being taken away. */
  private final Map<Key, SelfAnnouncer> announcers = new HashMap<>();

  private final Set<Dial> dials = new HashSet<>();

  /** Starts with no key and no peer. */
  public Peering(Parts parts, PeeringOptions options, SecureRandom random) {
    this.parts = parts;
    Alarms alarms = new Alarms();
    this.context =
        new PeeringContext(
            parts.node(),
            parts.streams(),
            parts.knock(),
            parts.relays(),
            options,
            random,
            alarms,
            new Punches(),
            new PunchBudget(),
            new HeldStreams(parts.node(), alarms),
            new HalfOpen());
    this.admission = new Admission(context);
    this.relaying = new Relaying(parts.records()::forward);
  }

  /** Takes in a request; returns false if its command is not one of the two above. */
  public boolean serve(IncomingRequest request, long nowNanos) {
    if (request.command() != PEER_HANDSHAKE && request.command() != PEER_HOLEPUNCH) {
      return false;
    }
    byte[] value = request.value();
    if (value == null) {
      return true;
    }
    try {
      if (request.command() == PEER_HANDSHAKE) {
        handshake(request, HandshakeMessage.decode(value), nowNanos);
      } else {
        holepunch(request, HolepunchMessage.decode(value), nowNanos);
      }
    } catch (MalformedMessageException e) {
      return true; // as if it had not come
    }
    return true;
  }

  private void handshake(IncomingRequest request, HandshakeMessage message, long nowNanos) {
    Listening listening = listening(request);
    if (listening != null) {
      listening.handshake(request, message, nowNanos);
    } else {
      relaying.handshake(request, message, nowNanos);
    }
  }

  private void holepunch(IncomingRequest request, HolepunchMessage message, long nowNanos) {
    Listening listening = listening(request);
    if (listening != null && message.mode() == HolepunchMessage.FROM_RELAY) {
      listening.holepunch(request, message, nowNanos);
    } else {
      relaying.holepunch(request, message, nowNanos);
    }
  }

  private @Nullable Listening listening(IncomingRequest request) {
    Key target = request.target();
    return target == null ? null : listenings.get(target);
  }

  /** Takes in a datagram of one byte. */
  public void probe(int socket, Ipv4Address from, long nowNanos) {
    context.punches().probe(socket, from, nowNanos);
  }

  /**
   * Takes in that a stream has ended, in whatever way, after it was handed to a listener. Has to be
   * called for each of them.
   */
  public void streamEnded(int streamId, long nowNanos) {
    context.held().ended(streamId, nowNanos);
  }

  /**
   * Makes a key reachable: answers who dials it, and announces it. The node must have been started.
   *
   * @throws IllegalStateException if this key is listened for already
   */
  public Listening listen(
      KeyPair keyPair, ListenOptions options, AcceptListener listener, long nowNanos) {
    Key target = PeerRecord.target(keyPair.publicKey());
    if (listenings.containsKey(target)) {
      throw new IllegalStateException("already listening for " + keyPair.publicKey());
    }
    SelfAnnouncer announcer =
        announcers.computeIfAbsent(
            target,
            key ->
                new SelfAnnouncer(
                    parts.node(), parts.records(), keyPair, now -> announced(target, now)));
    Listening listening =
        new Listening(context, admission, keyPair, options, listener, announcer, new Ended());
    listenings.put(target, listening);
    announcer.start(nowNanos);
    return listening;
  }

  private void announced(Key target, long nowNanos) {
    Listening listening = listenings.get(target);
    if (listening != null) {
      listening.announced(nowNanos);
    }
  }

  /** A key that is listened for again before its announcements are gone keeps its announcer. */
  private final class Ended implements Listening.Stopped {
    @Override
    public void deaf(Listening stopped) {
      listenings.remove(stopped.target(), stopped);
    }

    @Override
    public void gone(Listening stopped) {
      if (!listenings.containsKey(stopped.target())) {
        announcers.remove(stopped.target());
      }
    }
  }

  /**
   * Dials the peer with the key {@code server}.
   *
   * @param own who we say we are
   * @param relayAddresses nodes that may know the way, as told by whoever told of the peer; may be
   *     empty
   */
  public Dial dial(
      KeyPair own,
      Key server,
      List<Ipv4Address> relayAddresses,
      DialOptions options,
      DialListener listener,
      long nowNanos) {
    Dial.Plan plan =
        new Dial.Plan(own, server, candidates(server, relayAddresses, nowNanos), options);
    Dial.Room room =
        new Dial.Room() {
          @Override
          public void ended(Dial dial) {
            dials.remove(dial);
          }

          @Override
          public void reached(Key server, List<Ipv4Address> relays) {
            memory.remember(server, relays);
          }
        };
    Dial dial = new Dial(context, plan, listener, room, nowNanos);
    dials.add(dial);
    dial.start(parts.announcements(), nowNanos);
    return dial;
  }

  /** A node that keeps a forward knows the way itself; else what we were told, or remember. */
  private List<Ipv4Address> candidates(Key server, List<Ipv4Address> told, long nowNanos) {
    return parts
        .records()
        .forward(PeerRecord.target(server), nowNanos)
        .map(List::of)
        .orElse(told.isEmpty() ? memory.of(server) : told)
        .stream()
        .filter(Relaying::isReachable)
        .distinct()
        .limit(CANDIDATES_MAX)
        .toList();
  }

  /** Acts on every timer due at {@code nowNanos}; harmless to call early. */
  public void onTimeout(long nowNanos) {
    context.alarms().run(nowNanos);
    context.punches().onTimeout(nowNanos);
    for (SelfAnnouncer announcer : List.copyOf(announcers.values())) {
      announcer.onTimeout(nowNanos);
    }
  }

  /** Returns when {@link #onTimeout} wants to be called, or {@link Long#MAX_VALUE} for never. */
  public long nextTimeoutNanos() {
    long next = context.punches().nextNanos(context.alarms().nextNanos());
    for (SelfAnnouncer announcer : announcers.values()) {
      next = Times.earlier(next, announcer.nextTimeoutNanos());
    }
    return next;
  }

  /** Returns the counts. */
  public Statistics statistics() {
    return new Statistics(
        context.halfOpen().size(), dials.size(), context.held().size(), admission.refusedCount());
  }

  /** Through which nodes peers were reached before; of the last {@link #PEERS_MAX} of them. */
  static final class RelayMemory {
    static final int PEERS_MAX = 512;

    private static final int ADDRESSES_MAX = 4;

    private final Map<Key, List<Ipv4Address>> relays =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Key, List<Ipv4Address>> eldest) {
            return size() > PEERS_MAX;
          }
        };

    void remember(Key peer, List<Ipv4Address> addresses) {
      if (!addresses.isEmpty()) {
        relays.put(
            peer, List.copyOf(addresses.subList(0, Math.min(ADDRESSES_MAX, addresses.size()))));
      }
    }

    List<Ipv4Address> of(Key peer) {
      return relays.getOrDefault(peer, List.of());
    }
  }
}
