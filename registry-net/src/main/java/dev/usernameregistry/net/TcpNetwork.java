package dev.usernameregistry.net;

import dev.usernameregistry.LogNetwork;
import dev.usernameregistry.NetworkHost;
import dev.usernameregistry.net.noise.SecretStreamOptions;
import dev.usernameregistry.net.sharing.SharingOptions;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reaches peers over TCP, at addresses that the application names. Connections are encrypted, and
 * every log of the registry is replicated whole and live over each of them. A named peer that
 * cannot be reached or leaves is dialled again, after 250 ms at first and at most 30 s in the end;
 * {@link #dials} says why, and a {@link Builder#dialListener} is told.
 *
 * <p>Each connection takes at most about 190 MiB of memory when its peer is hostile, with 20 KiB
 * more for each log that both have, and usually less than 1 MiB; messages that arrive in parts take
 * at most an eighth of the heap, all connections together. Runs one thread for all connections, up
 * to four that wait for the disk, one for listeners, and one for each name that is being looked up,
 * all of them daemons whose names begin with {@code registry-net}. Closing waits for all but the
 * last.
 *
 * <p>A {@code TcpNetwork} works for one registry, which starts and closes it. Safe from any thread.
 */
public final class TcpNetwork implements LogNetwork {
  private final List<Address> listen;
  private final List<Address> connect;
  private final SharingOptions options;
  private final List<Consumer<Dial>> dialListeners;
  private @Nullable RunningTcp running;

  private TcpNetwork(Builder builder) {
    listen = List.copyOf(builder.listen);
    connect = List.copyOf(builder.connect);
    dialListeners = List.copyOf(builder.dialListeners);
    SecretStreamOptions stream =
        new SecretStreamOptions(
            SecretStreamOptions.MESSAGE_BYTES_LIMIT,
            builder.handshakeTimeout.toNanos(),
            SecretStreamOptions.DEFAULT.keepAliveNanos(),
            builder.idleTimeout.toNanos());
    long unfinishedBytesMax = SharingOptions.DEFAULT.unfinishedBytesMax();
    options =
        new SharingOptions(builder.pendingMax, builder.connectionsMax, unfinishedBytesMax, stream);
  }

  /** Returns a builder of a network that neither listens nor connects yet. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * {@inheritDoc} An address that is in use, or not this machine's, is a {@link
   * java.net.BindException}; the same network can be started again when that has changed.
   *
   * @throws IllegalStateException if it was started before
   */
  @Override
  public synchronized Running start(NetworkHost host) throws IOException {
    if (running != null) {
      throw new IllegalStateException(
          "this network was started before; build one for each registry");
    }
    RunningTcp started =
        new RunningTcp(host, options, new SecureRandom(), InstantSource.system(), dialListeners);
    try {
      started.listen(listen);
    } catch (IOException | RuntimeException e) {
      started.close();
      throw e;
    }
    started.dial(connect);
    running = started;
    return started;
  }

  /**
   * Returns how it stands with each address of {@link Builder#connect}, in their order. Waits for
   * nothing. Once the registry is closed, none is connected.
   *
   * @throws IllegalStateException before the registry is opened
   */
  public synchronized List<Dial> dials() {
    if (running == null) {
      throw new IllegalStateException(
          "this network has not started: open a registry with it first");
    }
    return running.dials();
  }

  /**
   * One address that the application named, at one moment.
   *
   * @param address "host:port", as it was named
   * @param connected whether the encrypted connection with the peer there is complete
   * @param trouble why it is not, for people: the reason of the latest attempt or end; empty if it
   *     is, while the first attempt is under way, during the handshake of any, and if this peer
   *     itself ended the connection, as it does when the network is closed
   */
  public record Dial(String address, boolean connected, Optional<String> trouble) {}

  /** Options of a {@link TcpNetwork}, each checked when it is set. Not thread-safe. */
  public static final class Builder {
    private final List<Address> listen = new ArrayList<>();
    private final List<Address> connect = new ArrayList<>();
    private final List<Consumer<Dial>> dialListeners = new ArrayList<>();
    private int pendingMax = SharingOptions.DEFAULT.pendingMax();
    private int connectionsMax = SharingOptions.DEFAULT.connectionsMax();
    private Duration handshakeTimeout =
        Duration.ofNanos(SecretStreamOptions.DEFAULT.handshakeNanos());
    private Duration idleTimeout = Duration.ofNanos(SecretStreamOptions.DEFAULT.idleNanos());

    private Builder() {}

    /**
     * Listens at one more address.
     *
     * @param host a name or address of this machine; "0.0.0.0" for all of them
     * @param port 0 for one that the system chooses; the registry's {@code listening()} tells it
     * @throws IllegalArgumentException if the port is not between 0 and 65535, or {@code host} is
     *     blank
     */
    public Builder listen(String host, int port) {
      listen.add(new Address(host, port));
      return this;
    }

    /**
     * Keeps a connection with the peer at one more address.
     *
     * @param host a name or address; a name is looked up anew for each attempt
     * @throws IllegalArgumentException if the port is not between 1 and 65535, or {@code host} is
     *     blank
     */
    public Builder connect(String host, int port) {
      if (port == 0) {
        throw new IllegalArgumentException(
            "port 0 is nobody's to connect to: it is from 1 to 65535");
      }
      connect.add(new Address(host, port));
      return this;
    }

    /**
     * Adds a listener that is told of an address of {@link #connect} when it is connected, and when
     * an attempt fails or a connection ends for another reason than the time before. It is told one
     * thing after another, those of one address in their order, on a daemon thread of the network's
     * own, and nothing any more once the registry is closed; what it throws is logged. While it is
     * slow, only the newest of each address waits for it, which may be what it was told last.
     * Closing the registry waits for a call under way.
     */
    public Builder dialListener(Consumer<Dial> listener) {
      dialListeners.add(Objects.requireNonNull(listener, "listener"));
      return this;
    }

    /**
     * How many connections there may be before no more are accepted; 256 unless told. One from
     * another host then takes the place of the newest from the host that has most of them. Those
     * that this side makes are counted too, but made beyond it.
     *
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder connectionsMax(int connections) {
      connectionsMax = positive("connectionsMax", connections);
      return this;
    }

    /**
     * How many accepted connections may be in their handshake at a time; 64 unless told. One more
     * ends the oldest.
     *
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder pendingMax(int connections) {
      pendingMax = positive("pendingMax", connections);
      return this;
    }

    /**
     * How long a peer has for its handshake; 15 s unless told.
     *
     * @throws IllegalArgumentException if it is not above 0 and at most 365 days
     */
    public Builder handshakeTimeout(Duration timeout) {
      handshakeTimeout = positive("handshakeTimeout", timeout);
      return this;
    }

    /**
     * How long a peer may be silent; 60 s unless told. A living one says something every 5 s.
     *
     * @throws IllegalArgumentException if it is not above 0 and at most 365 days
     */
    public Builder idleTimeout(Duration timeout) {
      idleTimeout = positive("idleTimeout", timeout);
      return this;
    }

    /**
     * Returns the network. It holds nothing and waits for nothing before it is started.
     *
     * @throws IllegalStateException if it would neither listen nor connect, and so reach nobody
     */
    public TcpNetwork build() {
      if (listen.isEmpty() && connect.isEmpty()) {
        throw new IllegalStateException(
            "this network would reach nobody: name an address to listen at or to connect to; a"
                + " registry for one user alone takes no network");
      }
      return new TcpNetwork(this);
    }

    private static int positive(String name, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(name + " is " + value + ", at least 1");
      }
      return value;
    }

    private static Duration positive(String name, Duration value) {
      if (value.isNegative() || value.isZero() || value.compareTo(Duration.ofDays(365)) > 0) {
        throw new IllegalArgumentException(
            name + " is " + value + ", not above 0 and at most 365 days");
      }
      return value;
    }
  }
}
