package dev.usernameregistry.net.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.codec.PeerFault;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.testkit.SeededRandom;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Arbitrary and changed bytes end a stream with a {@link PeerFault}, or wait for more bytes. */
class SecretStreamFuzzTest {
  private static final int INPUTS = 200_000;
  private static final byte[] EMPTY = {};
  private static final SecretStreamOptions OPTIONS =
      new SecretStreamOptions(1 << 16, 1_000_000_000L, 0, 0);

  /** Both handshakes are precomputed once; no input of the fuzz opens them. */
  @Test
  void arbitraryBytesBehindTheHandshakeAreAPeerFaultOrNothing() {
    Random random = new Random(7);
    SessionKeys keys =
        new SessionKeys(true, new byte[32], new byte[32], new byte[64], Pair.BOB.publicKey());
    byte[] header =
        HeaderFrame.of(
            new SessionKeys(false, new byte[32], new byte[32], new byte[64], Pair.BOB.publicKey()),
            new byte[24]);
    int faults = 0;
    for (int i = 0; i < INPUTS; i++) {
      SecretStream stream = SecretStream.established(keys, new SeededRandom(i), OPTIONS, 0);
      boolean open = random.nextInt(10) > 0;
      faults += feed(stream, input(random, open ? header : new byte[0]), random) ? 1 : 0;
    }
    assertThat(faults).isGreaterThan(INPUTS / 2);
  }

  @Test
  void arbitraryHandshakeFramesAreAPeerFaultOrNothing() {
    Random random = new Random(8);
    SeededRandom seeds = new SeededRandom(8);
    int faults = 0;
    for (int i = 0; i < INPUTS / 100; i++) {
      SecretStream stream =
          random.nextBoolean()
              ? SecretStream.initiator(Pair.ALICE, seeds, OPTIONS, 0)
              : SecretStream.responder(Pair.BOB, seeds, OPTIONS, 0);
      faults += feed(stream, input(random, new byte[0]), random) ? 1 : 0;
    }
    assertThat(faults).isPositive();
  }

  /** Most have a wrong size: one of the right size may cost a multiplication on the curve. */
  @Test
  void arbitraryAndChangedHandshakeMessagesAreAPeerFault() {
    Random random = new Random(9);
    NoiseHandshake alice = started(Pair.ALICE);
    byte[] first = alice.write(EMPTY);
    NoiseHandshake bob = NoiseHandshake.responder(NoisePattern.XX, Pair.BOB, Pair.ALICE, EMPTY);
    bob.read(first);
    byte[] second = bob.write(EMPTY);
    for (int i = 0; i < INPUTS; i++) {
      NoiseHandshake victim = started(Pair.ALICE);
      victim.write(EMPTY);
      byte[] message = handshakeMessage(random, second);
      assertThatThrownBy(() -> victim.read(message)).isInstanceOf(PeerFault.class);
    }
  }

  private static NoiseHandshake started(KeyPair identity) {
    return NoiseHandshake.initiator(NoisePattern.XX, identity, Pair.BOB, EMPTY, null);
  }

  private static byte[] handshakeMessage(Random random, byte[] valid) {
    if (random.nextInt(16) > 0) {
      byte[] shorter = new byte[random.nextInt(valid.length)];
      random.nextBytes(shorter);
      return shorter;
    }
    byte[] changed = valid.clone();
    if (random.nextBoolean()) {
      random.nextBytes(changed);
    } else {
      changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return changed;
  }

  /** Returns a frame of the header, if there is one, and some frames of junk, a few cut short. */
  private static ByteBuffer input(Random random, byte[] header) {
    ByteBuffer input = ByteBuffer.allocate(2000);
    if (header.length > 0) {
      byte[] changed = header.clone();
      if (random.nextInt(20) == 0) {
        changed[random.nextInt(32)] ^= (byte) (1 << random.nextInt(8));
      }
      input.put((byte) changed.length).put((byte) 0).put((byte) 0).put(changed);
    }
    for (int frames = random.nextInt(4); frames >= 0; frames--) {
      byte[] junk = new byte[random.nextInt(300)];
      random.nextBytes(junk);
      int length = random.nextInt(8) == 0 ? random.nextInt(1 << 24) : junk.length;
      input.put((byte) length).put((byte) (length >> 8)).put((byte) (length >> 16)).put(junk);
    }
    return input.flip();
  }

  private static boolean feed(SecretStream stream, ByteBuffer input, Random random) {
    try {
      while (input.hasRemaining()) {
        int count = Math.min(input.remaining(), 1 + random.nextInt(400));
        stream.receive(input.slice(input.position(), count), 0);
        input.position(input.position() + count);
      }
    } catch (PeerFault fault) {
      assertThat(stream.state()).isEqualTo(StreamState.CLOSED);
      assertThat(fault).hasMessageMatching("(?s).+");
      assertThat(stream.nextMessage()).isNull();
      return true;
    }
    assertThat(stream.nextMessage()).isNull();
    return false;
  }
}
