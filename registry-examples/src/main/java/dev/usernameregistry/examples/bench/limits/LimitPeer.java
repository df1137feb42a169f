package dev.usernameregistry.examples.bench.limits;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.crypto.Signatures;
import dev.usernameregistry.examples.bench.frame.Commands;
import dev.usernameregistry.examples.bench.frame.Limits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;

/**
 * Does one thing over and over for a while, and says how often it could, in a process of its own.
 */
final class LimitPeer {
  private static final int BLOCK_BYTES = 256;

  /** What a writer signs: a namespace, a key, a tree hash, a length and a fork. */
  private static final int SIGNED_BYTES = 3 * 32 + 2 * 8;

  private static final byte[] LEAF = {0, 0, 1, 0, 0, 0, 0, 0, 0};
  private static final byte[] PARENT = {1, 0, 2, 0, 0, 0, 0, 0, 0};

  private final long nanos;

  private LimitPeer(long nanos) {
    this.nanos = nanos;
  }

  /** Carries out the commands on standard input. */
  public static void main(String[] arguments) throws InterruptedException {
    Commands.serve(Map.of("measure", LimitPeer::measure));
  }

  /** {folder, millis} -> a rate for the id of each row. */
  private static ObjectNode measure(JsonNode command) throws IOException, InterruptedException {
    LimitPeer peer = new LimitPeer(command.path("millis").asLong() * 1_000_000);
    Path folder = Path.of(command.path("folder").asText());
    return Commands.answer()
        .put(Limits.SHA256.id(), peer.sha256())
        .put(Limits.SIGN.id(), peer.sign())
        .put(Limits.VERIFY.id(), peer.verify())
        .put(Limits.HASH.id(), peer.hash())
        .put(Limits.FSYNC.id(), peer.fsync(folder))
        .put(Limits.LOOPBACK.id(), Loopback.megabytesPerSecond(peer.nanos));
  }

  private double sha256() throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] block = new byte[BLOCK_BYTES];
      return rate(
          () -> {
            byte[] hash = digest.digest(block);
            block[0] ^= hash[0]; // so that the next one is another
          });
    } catch (NoSuchAlgorithmException missing) {
      throw new IOException("every JDK has SHA-256", missing);
    }
  }

  private double sign() throws IOException {
    Signatures.awaitFastest();
    KeyPair pair = KeyPair.fromSeed(new byte[KeyPair.SEED_BYTES]);
    byte[] message = new byte[SIGNED_BYTES];
    return rate(() -> message[0] ^= pair.sign(message)[0]);
  }

  private double verify() throws IOException {
    KeyPair pair = KeyPair.fromSeed(new byte[KeyPair.SEED_BYTES]);
    byte[] message = new byte[SIGNED_BYTES];
    byte[] signature = pair.sign(message);
    return rate(
        () -> {
          if (!Signatures.verify(signature, message, pair.publicKey())) {
            throw new AssertionError("a signature does not hold");
          }
        });
  }

  private double hash() throws IOException {
    byte[] block = new byte[BLOCK_BYTES];
    byte[] other = new byte[Blake2b.BYTES];
    return rate(
        () -> {
          byte[] leaf = Blake2b.hash(LEAF, block);
          block[0] ^= Blake2b.hash(PARENT, leaf, other)[0];
        });
  }

  private double fsync(Path folder) throws IOException {
    Path file = folder.resolve("file");
    byte[] block = new byte[BLOCK_BYTES];
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      return rate(
          () -> {
            channel.write(ByteBuffer.wrap(block));
            channel.force(false);
          });
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** Returns how often a second {@code work} could be done. */
  private double rate(Work work) throws IOException {
    long count = 0;
    long startNanos = System.nanoTime();
    long elapsedNanos = 0;
    while (elapsedNanos < nanos) {
      work.run();
      count++;
      elapsedNanos = System.nanoTime() - startNanos;
    }
    return count * 1e9 / elapsedNanos;
  }

  /** Something that is done over and over. */
  private interface Work {
    void run() throws IOException;
  }
}
