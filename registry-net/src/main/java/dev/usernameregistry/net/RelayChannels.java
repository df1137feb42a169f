package dev.usernameregistry.net;

import dev.usernameregistry.codec.PeerFault;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.mux.Channel;
import dev.usernameregistry.net.mux.Mux;
import dev.usernameregistry.net.mux.MuxEvent;
import dev.usernameregistry.net.mux.Pair;
import dev.usernameregistry.net.netty.StreamMachine;
import dev.usernameregistry.net.noise.SecretStream;
import dev.usernameregistry.net.noise.SecretStreamOptions;
import dev.usernameregistry.net.peering.BlindRelays;
import dev.usernameregistry.net.peering.Dial;
import dev.usernameregistry.net.peering.DialFailure;
import dev.usernameregistry.net.peering.DialListener;
import dev.usernameregistry.net.peering.DialOptions;
import dev.usernameregistry.net.peering.Peered;
import dev.usernameregistry.net.udx.Route;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections to blind relays, each with one channel on which two streams are paired. Loop only.
 */
final class RelayChannels implements BlindRelays {
  private static final Logger LOG = LoggerFactory.getLogger(RelayChannels.class);

  /** A relay's messages have less than a hundred bytes. */
  private static final int MESSAGE_BYTES_MAX = 4096;

  private static final SecretStreamOptions STREAM =
      new SecretStreamOptions(
          MESSAGE_BYTES_MAX,
          SecretStreamOptions.DEFAULT.handshakeNanos(),
          SecretStreamOptions.DEFAULT.keepAliveNanos(),
          SecretStreamOptions.DEFAULT.idleNanos());

  private final Node node;
  private final KeyPair identity;
  private final SecureRandom random;

  RelayChannels(Node node, KeyPair identity, SecureRandom random) {
    this.node = node;
    this.identity = identity;
    this.random = random;
  }

  @Override
  public Connection connect(Key relay, Listener listener, long nowNanos) {
    RelayConnection connection = new RelayConnection(listener);
    connection.dial =
        node.peering().dial(identity, relay, List.of(), DialOptions.DEFAULT, connection, nowNanos);
    return connection;
  }

  /** One connection, from dialling to its end. */
  final class RelayConnection implements Connection, DialListener, StreamMachine {
    private final Listener listener;
    private @Nullable Dial dial;
    private @Nullable SecretStream stream;
    private @Nullable Channel channel;
    private final Mux mux = new Mux(Map.of());
    private int streamId;
    private boolean ended;

    RelayConnection(Listener listener) {
      this.listener = listener;
    }

    @Override
    public void connected(Peered peered, long nowNanos) {
      dial = null;
      streamId = peered.streamId();
      stream = SecretStream.established(peered.keys(), random, STREAM, nowNanos);
      channel = mux.open(new Pair(PROTOCOL, identity.publicKey().bytes()), new byte[0]);
      node.carriers().carry(streamId, this, nowNanos);
    }

    @Override
    public void failed(DialFailure failure, long nowNanos) {
      dial = null;
      LOG.debug("no connection with a relay: {}", failure.sentence());
      finish(nowNanos);
    }

    @Override
    public void send(int type, byte[] message, long nowNanos) {
      Channel open = channel;
      if (open != null && !ended) {
        open.send(type, message);
        node.carriers().wake(streamId, nowNanos);
      }
    }

    @Override
    public void close(long nowNanos) {
      if (dial != null) {
        dial.cancel(nowNanos);
        dial = null;
      }
      if (!ended) {
        ended = true;
        if (stream != null) {
          node.carriers().wake(streamId, nowNanos);
        }
      }
    }

    private void finish(long nowNanos) {
      if (!ended) {
        ended = true;
        listener.closed(nowNanos);
      }
    }

    @Override
    public void receive(ByteBuffer bytes, long nowNanos) {
      SecretStream open = stream;
      if (open == null || ended) {
        return;
      }
      try {
        open.receive(bytes, nowNanos);
        for (ByteBuffer message; (message = open.nextMessage()) != null; ) {
          mux.receive(message);
        }
        for (MuxEvent event; !ended && (event = mux.nextEvent()) != null; ) {
          take(event, nowNanos);
        }
      } catch (PeerFault fault) {
        LOG.info("connection with a relay ended: {}", fault.getMessage());
        finish(nowNanos);
      }
    }

    private void take(MuxEvent event, long nowNanos) {
      if (event instanceof MuxEvent.Opened) {
        opened(nowNanos);
      } else if (event instanceof MuxEvent.Received received) {
        int type = (int) Math.min(Integer.MAX_VALUE, received.type());
        listener.received(type, received.payload().raw(), nowNanos);
      } else if (event instanceof MuxEvent.Asked asked) {
        mux.reject(asked.pair());
      } else if (event instanceof MuxEvent.Closed) {
        finish(nowNanos);
      }
    }

    private void opened(long nowNanos) {
      Route route = node.carriers().route(streamId);
      if (route == null) {
        finish(nowNanos);
      } else {
        listener.opened(route.socket(), route.to(), nowNanos);
      }
    }

    @Override
    public @Nullable ByteBuffer nextBytes(long nowNanos) {
      SecretStream open = stream;
      if (open == null) {
        return null;
      }
      ByteBuffer bytes = open.nextBytes();
      if (bytes == null && !ended && open.canSend()) {
        byte[] frame = mux.nextFrame(); // one at a time: the mux watches how much waits in it
        if (frame != null) {
          open.send(ByteBuffer.wrap(frame), nowNanos);
          bytes = open.nextBytes();
        }
      }
      return bytes;
    }

    @Override
    public boolean wantsBytes() {
      return true;
    }

    @Override
    public void onTimeout(long nowNanos) {
      SecretStream open = stream;
      if (open != null && !ended) {
        try {
          open.onTimeout(nowNanos);
        } catch (PeerFault silent) {
          LOG.info("connection with a relay ended: {}", silent.getMessage());
          finish(nowNanos);
        }
      }
    }

    @Override
    public long nextTimeoutNanos() {
      return stream == null || ended ? Long.MAX_VALUE : stream.nextTimeoutNanos();
    }

    @Override
    public boolean ended() {
      return ended;
    }

    @Override
    public void gone(String reason, long nowNanos) {
      finish(nowNanos);
    }
  }
}
