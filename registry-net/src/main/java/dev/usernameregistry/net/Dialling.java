package dev.usernameregistry.net;

import dev.usernameregistry.net.netty.Starter;
import dev.usernameregistry.net.netty.StreamMachine;
import dev.usernameregistry.net.netty.TcpDriver;
import dev.usernameregistry.net.sharing.Connection;
import dev.usernameregistry.net.sharing.Sharing;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps one connection to one address that the application named. Event loop only. */
final class Dialling implements Starter {
  private static final Logger LOG = LoggerFactory.getLogger(Dialling.class);
  private static final long CONNECT_NANOS = 10_000_000_000L;

  private final Address address;
  private final TcpDriver driver;
  private final Sharing sharing;
  private final Executor lookUps;
  private final Backoff backoff;

  private final Listener listener;

  /** Whether the first attempt has led to a connection or failed. */
  private boolean tried;

  /** What the listener was told last. */
  private TcpNetwork.@Nullable Dial told;

  /** Why there is no connection; a reason is logged once, not at each attempt. */
  private volatile String trouble = "";

  /** What was made last. */
  private volatile @Nullable Connection connection;

  /** Learns how it goes. Called on the event loop. */
  interface Listener {
    /** The first attempt has led to a connection or failed. Called once. */
    void tried();

    /** It stands otherwise with the address than when this was last called. */
    void changed(TcpNetwork.Dial now);
  }

  /**
   * Dials once {@link #dial} is called.
   *
   * @param lookUps runs what waits for the name service
   */
  Dialling(
      Address address,
      TcpDriver driver,
      Sharing sharing,
      Executor lookUps,
      Backoff backoff,
      Listener listener) {
    this.address = address;
    this.driver = driver;
    this.sharing = sharing;
    this.lookUps = lookUps;
    this.backoff = backoff;
    this.listener = listener;
  }

  /** Returns how it stands with the address. Any thread. */
  TcpNetwork.Dial state() {
    Connection made = connection;
    boolean connected = made != null && made.isConnected();
    String why = trouble;
    return new TcpNetwork.Dial(
        address.toString(),
        connected,
        connected || why.isEmpty() ? Optional.empty() : Optional.of(why));
  }

  void dial() {
    if (address.isLiteral()) {
      dial(address.resolve());
      return;
    }
    try {
      lookUps.execute(
          () -> {
            InetSocketAddress found = address.resolve();
            driver.execute(() -> dial(found));
          });
    } catch (OutOfMemoryError noThread) {
      failed("no thread can be started that looks the name up");
    }
  }

  private void dial(InetSocketAddress found) {
    if (found.isUnresolved()) {
      failed("the name is not known");
    } else {
      driver.dial(found, CONNECT_NANOS, this);
    }
  }

  @Override
  public @Nullable StreamMachine start(String peer, Runnable wake, long nowNanos) {
    trouble = "";
    Connection made = sharing.dialled(peer, wake, new Fate(), nowNanos);
    connection = made;
    firstTried(); // not before: there is always one of the two to wait for
    return made;
  }

  private void firstTried() {
    if (!tried) {
      tried = true;
      listener.tried();
    }
  }

  /** Tells how it stands, unless that was told. */
  private void tell() {
    TcpNetwork.Dial now = state();
    if (!now.equals(told)) {
      told = now;
      listener.changed(now);
    }
  }

  @Override
  public void failed(String reason) {
    if (!reason.equals(trouble)) {
      trouble = reason;
      LOG.info("no connection with {} yet: {}", address, reason);
    }
    firstTried();
    again();
    tell();
  }

  /** What becomes of a connection that was made. */
  private final class Fate implements Connection.Listener {
    @Override
    public void connected() {
      tell();
    }

    @Override
    public void ended(Connection.End how, boolean wasConnected) {
      if (how == Connection.End.LEFT) {
        return;
      }
      trouble = sentence(how, wasConnected);
      if (how == Connection.End.SELF) {
        backoff.exhaust();
      } else if (how == Connection.End.GONE && wasConnected) {
        backoff.reset();
      }
      again();
      tell();
    }
  }

  private static String sentence(Connection.End how, boolean wasConnected) {
    return switch (how) {
      case LEFT -> "this peer leaves";
      case SELF -> "it leads to this peer itself";
      case FAULT -> "what answers there broke the protocol, or was silent for too long";
      case GONE ->
          wasConnected ? "the peer has gone" : "what answers there closed the connection at once";
    };
  }

  private void again() {
    driver.schedule(this::dial, backoff.nextNanos());
  }
}
