package dev.usernameregistry.net.sharing;

import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.mux.Mux;
import dev.usernameregistry.net.mux.MuxEvent;
import dev.usernameregistry.net.noise.SecretStream;
import dev.usernameregistry.net.noise.SecretStreamOptions;
import dev.usernameregistry.net.noise.StreamState;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A peer that is nothing but an encrypted stream and a mux, which the test may use as it likes. */
final class BarePeer {
  final Mux mux = new Mux(Map.of());
  final Connection victim;
  private final World world;
  private final SecretStream stream;

  /** Connects with {@code host}. */
  BarePeer(World world, World.Inhabitant host) {
    this.world = world;
    victim = Objects.requireNonNull(host.sharing().accept("here:1", () -> {}, world.nowNanos));
    stream =
        SecretStream.initiator(
            KeyPair.fromSeed(new byte[32]),
            new SecureRandom(),
            SecretStreamOptions.DEFAULT,
            world.nowNanos);
    while (stream.state() != StreamState.OPEN) {
      deliver();
      take();
    }
  }

  byte[] handshakeHash() {
    return stream.handshakeHash();
  }

  /** Brings what the mux has to send to the victim. */
  void send() {
    for (byte[] frame; (frame = mux.nextFrame()) != null; ) {
      stream.send(ByteBuffer.wrap(frame), world.nowNanos);
    }
    deliver();
  }

  private void deliver() {
    for (ByteBuffer bytes; !victim.ended() && (bytes = stream.nextBytes()) != null; ) {
      victim.receive(bytes, world.nowNanos);
    }
  }

  private void take() {
    for (ByteBuffer bytes; (bytes = victim.nextBytes(world.nowNanos)) != null; ) {
      stream.receive(bytes, world.nowNanos);
    }
  }

  /** Takes in what the victim has to send; returns what it did. */
  List<MuxEvent> receive() {
    take();
    List<MuxEvent> events = new ArrayList<>();
    for (ByteBuffer message; (message = stream.nextMessage()) != null; ) {
      mux.receive(message);
      for (MuxEvent event; (event = mux.nextEvent()) != null; ) {
        events.add(event);
      }
    }
    return events;
  }
}
