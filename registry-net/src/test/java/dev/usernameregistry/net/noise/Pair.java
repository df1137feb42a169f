package dev.usernameregistry.net.noise;

import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.testkit.SeededRandom;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Two streams and the air between them, which cuts bytes wherever it likes, on a clock that the
 * test moves.
 */
final class Pair {
  static final KeyPair ALICE = KeyPair.fromSeed(filled(1));
  static final KeyPair BOB = KeyPair.fromSeed(filled(2));

  final SecretStream alice;
  final SecretStream bob;
  final List<byte[]> aliceReceived = new ArrayList<>();
  final List<byte[]> bobReceived = new ArrayList<>();
  final long nowNanos;
  private final Random random;

  Pair(long seed, SecretStreamOptions options) {
    this(seed, options, 0);
  }

  Pair(long seed, SecretStreamOptions options, long nowNanos) {
    this.nowNanos = nowNanos;
    random = new Random(seed);
    alice = SecretStream.initiator(ALICE, new SeededRandom(seed), options, nowNanos);
    bob = SecretStream.responder(BOB, new SeededRandom(~seed), options, nowNanos);
  }

  /** Carries bytes both ways until nobody has any left. */
  void drive() {
    boolean moved = true;
    while (moved) {
      moved = carry(alice, bob, bobReceived);
      moved |= carry(bob, alice, aliceReceived);
    }
  }

  private boolean carry(SecretStream from, SecretStream to, List<byte[]> received) {
    byte[] bytes = outgoing(from);
    for (int at = 0; at < bytes.length; ) {
      int count = Math.min(bytes.length - at, 1 + random.nextInt(200));
      to.receive(ByteBuffer.wrap(bytes, at, count), nowNanos);
      at += count;
      for (ByteBuffer message; (message = to.nextMessage()) != null; ) {
        received.add(array(message));
      }
    }
    return bytes.length > 0;
  }

  /** Takes all bytes that {@code stream} wants written. */
  static byte[] outgoing(SecretStream stream) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (ByteBuffer bytes; (bytes = stream.nextBytes()) != null; ) {
      all.writeBytes(array(bytes));
    }
    return all.toByteArray();
  }

  static byte[] array(ByteBuffer bytes) {
    byte[] array = new byte[bytes.remaining()];
    bytes.get(array);
    return array;
  }

  static byte[] filled(int value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
