package dev.usernameregistry.examples.interop;

import static org.assertj.core.api.Assertions.fail;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.announce.Announcement;
import dev.usernameregistry.net.announce.Announcements;
import dev.usernameregistry.net.announce.LookupListener;
import dev.usernameregistry.net.announce.LookupResult;
import dev.usernameregistry.net.announce.MutableValue;
import dev.usernameregistry.net.announce.PeerRecord;
import dev.usernameregistry.net.announce.Records;
import dev.usernameregistry.net.announce.SelfAnnouncer;
import dev.usernameregistry.net.dht.DhtListener;
import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.dht.DhtOptions;
import dev.usernameregistry.net.dht.Outgoing;
import dev.usernameregistry.net.dht.Reply;
import dev.usernameregistry.net.dht.ReplyListener;
import dev.usernameregistry.net.dht.Request;
import dev.usernameregistry.net.dht.RequestOptions;
import dev.usernameregistry.net.netty.DatagramDriver;
import dev.usernameregistry.net.netty.DatagramMachine;
import dev.usernameregistry.net.netty.DatagramRoute;
import dev.usernameregistry.net.netty.SocketChange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A node of ours on a DHT on loopback that announces, stores and asks, and keeps nothing for
 * others. Every call waits for its end, and fails if there is none in {@link Await#PATIENCE}.
 */
final class DhtClient implements AutoCloseable {
  private static final String HOST = "127.0.0.1";

  private final DatagramDriver driver =
      new DatagramDriver(
          task -> {
            Thread thread = new Thread(task, "dht-client");
            thread.setDaemon(true);
            return thread;
          });
  private final DhtNode node;
  private final Records records;
  private final Announcements announcements;
  private final List<SelfAnnouncer> announcers = new ArrayList<>();

  /** What is begun on the event loop, and when it ends. */
  private interface Work<T> {
    void begin(CompletableFuture<T> end, long nowNanos);
  }

  /** Enters the DHT by way of the node on that port. */
  DhtClient(int bootstrapPort) throws IOException {
    SecureRandom random = new SecureRandom();
    long nowNanos = System.nanoTime();
    records = new Records(random, System.currentTimeMillis(), nowNanos);
    DhtOptions options =
        DhtOptions.joining(List.of(Ipv4Address.of(HOST, bootstrapPort)))
            .persistence(DhtOptions.Persistence.NEVER);
    node = new DhtNode(options, records::serve, random, nowNanos);
    announcements = new Announcements(node, records);
    int serverPort = bind(DhtNode.SERVER_SOCKET);
    int clientPort = bind(DhtNode.CLIENT_SOCKET);
    driver.start(new Machine());
    await(
        "the DHT",
        (CompletableFuture<Boolean> end, long now) -> {
          node.addListener(
              (event, then) -> {
                if (event == DhtListener.Event.BOOTSTRAPPED) {
                  end.complete(true);
                }
              });
          node.start(serverPort, clientPort, now);
        });
  }

  private int bind(int socket) throws IOException {
    return driver.bind(socket, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  /** Announces a key on a topic; returns how many nodes took it. */
  int announce(Key topic, KeyPair keyPair) {
    Announcement announcement = Announcement.of(topic, keyPair, List.of());
    return await(
            "an announcement",
            (CompletableFuture<Peers> end, long now) ->
                announcements.announce(announcement, List.of(), new Peers(end), now))
        .announcedCount;
  }

  /** Takes an announcement back. */
  void unannounce(Key topic, KeyPair keyPair) {
    await(
        "the end of an announcement",
        (CompletableFuture<Peers> end, long now) ->
            announcements.unannounce(topic, keyPair, List.of(), new Peers(end), now));
  }

  /** Returns the keys that are announced on a topic. */
  List<Key> lookup(Key topic) {
    return await(
            "a lookup",
            (CompletableFuture<Peers> end, long now) ->
                announcements.lookup(topic, List.of(), new Peers(end), now))
        .keys();
  }

  /** Announces that a key can be dialled; returns the nodes that forward to it. */
  List<Ipv4Address> listen(KeyPair keyPair) {
    return await(
        "an announcer",
        (CompletableFuture<List<Ipv4Address>> end, long now) -> {
          List<SelfAnnouncer> self = new ArrayList<>();
          self.add(
              new SelfAnnouncer(
                  node, records, keyPair, then -> end.complete(relaysOf(self.get(0)))));
          announcers.addAll(self);
          self.get(0).start(now);
        });
  }

  private static List<Ipv4Address> relaysOf(SelfAnnouncer announcer) {
    return announcer.relays().stream().map(SelfAnnouncer.Relay::relayAddress).toList();
  }

  /** Returns the nodes that forward to the peer with this key. */
  List<Ipv4Address> findPeer(Key publicKey) {
    return await(
            "a peer",
            (CompletableFuture<Peers> end, long now) ->
                announcements.findPeer(publicKey, List.of(), new Peers(end), now))
        .nodes;
  }

  /** Stores a signed value; returns how many nodes took it. */
  int mutablePut(KeyPair keyPair, long seq, byte[] value) {
    return await(
        "a signed value to be stored",
        (CompletableFuture<Integer> end, long now) ->
            announcements.mutablePut(
                keyPair, seq, value, (result, then) -> end.complete(result.storedCount()), now));
  }

  /** Returns the newest signed value under a key. */
  Optional<MutableValue> mutableGet(Key publicKey) {
    return await(
        "a signed value",
        (CompletableFuture<Optional<MutableValue>> end, long now) ->
            announcements.mutableGet(
                publicKey, 0, (value, then) -> end.complete(Optional.ofNullable(value)), now));
  }

  /** Stores a value under its hash; returns how many nodes took it. */
  int immutablePut(byte[] value) {
    return await(
        "a value to be stored",
        (CompletableFuture<Integer> end, long now) ->
            announcements.immutablePut(
                value, (result, then) -> end.complete(result.storedCount()), now));
  }

  /** Returns the value with a hash. */
  Optional<byte[]> immutableGet(Key hash) {
    return await(
        "a value",
        (CompletableFuture<Optional<byte[]>> end, long now) ->
            announcements.immutableGet(
                hash, (value, then) -> end.complete(Optional.ofNullable(value)), now));
  }

  /** Asks one node and no other. */
  Reply ask(int port, Request request) {
    return await(
        "an answer of port " + port,
        (CompletableFuture<Reply> end, long now) ->
            node.request(
                request,
                Ipv4Address.of(HOST, port),
                RequestOptions.DEFAULT,
                new ReplyListener() {
                  @Override
                  public void replied(Reply reply, long then) {
                    end.complete(reply);
                  }

                  @Override
                  public void timedOut(long then) {
                    end.completeExceptionally(new TimeoutException("no answer"));
                  }
                },
                now));
  }

  private <T> T await(String what, Work<T> work) {
    CompletableFuture<T> end = new CompletableFuture<>();
    driver.execute(
        () -> {
          work.begin(end, System.nanoTime());
          driver.wake();
        });
    try {
      return end.get(Await.PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return fail("%s did not come", what, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return fail("interrupted");
    }
  }

  @Override
  public void close() {
    driver.close();
  }

  /** Collects what a lookup tells, until it ends. */
  private static final class Peers implements LookupListener {
    private final CompletableFuture<Peers> end;
    private final List<PeerRecord> found = new ArrayList<>();
    private final List<Ipv4Address> nodes = new ArrayList<>();
    private int announcedCount;

    Peers(CompletableFuture<Peers> end) {
      this.end = end;
    }

    List<Key> keys() {
      return found.stream().map(PeerRecord::publicKey).distinct().toList();
    }

    @Override
    public void found(PeerRecord peer, Ipv4Address node, long nowNanos) {
      found.add(peer);
      nodes.add(node);
    }

    @Override
    public void done(LookupResult result, long nowNanos) {
      announcedCount = result.announcedCount();
      end.complete(this);
    }
  }

  /** Joins the node and the sockets. Event loop only. */
  private final class Machine implements DatagramMachine {
    @Override
    public void receive(int socket, Ipv4Address from, ByteBuffer datagram, long nowNanos) {
      node.receive(socket, from, datagram, nowNanos);
    }

    @Override
    public @Nullable SocketChange nextSocketChange(long nowNanos) {
      return null;
    }

    @Override
    public @Nullable DatagramRoute next(ByteBuffer out, long nowNanos) {
      Outgoing next = node.nextOutgoing(nowNanos);
      if (next == null) {
        return null;
      }
      if (next instanceof Outgoing.Packet packet) {
        out.put(packet.bytes());
        return new DatagramRoute(packet.socket(), packet.to(), packet.ttl());
      }
      throw new AssertionError("a client opens no sockets: " + next);
    }

    @Override
    public void onTimeout(long nowNanos) {
      node.onTimeout(nowNanos);
      announcers.forEach(announcer -> announcer.onTimeout(nowNanos));
    }

    @Override
    public long nextTimeoutNanos() {
      return announcers.stream()
          .mapToLong(SelfAnnouncer::nextTimeoutNanos)
          .reduce(node.nextTimeoutNanos(), (a, b) -> earlier(a, b));
    }

    /** Moments may be negative; {@link Long#MAX_VALUE} is never. */
    private static long earlier(long a, long b) {
      if (a == Long.MAX_VALUE || b == Long.MAX_VALUE) {
        return a == Long.MAX_VALUE ? b : a;
      }
      return a - b < 0 ? a : b;
    }
  }
}
