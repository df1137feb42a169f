package dev.usernameregistry.examples.interop;

import static org.assertj.core.api.Assertions.fail;

import dev.usernameregistry.net.UdxPipe;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Sends random bytes and takes what comes, and tells the SHA-256 of both. */
final class UdxTransfer implements UdxPipe.End {
  private static final int WRITE_BYTES = 1 << 14;

  private final Random random;
  private final MessageDigest outgoing = sha256();
  private final MessageDigest incoming = sha256();
  private final CompletableFuture<String> sent = new CompletableFuture<>();
  private final CompletableFuture<String> received = new CompletableFuture<>();
  private final CompletableFuture<String> closed = new CompletableFuture<>();
  private long bytesLeft;

  UdxTransfer(long seed, long bytes) {
    random = new Random(seed);
    bytesLeft = bytes;
  }

  /** Returns the hash of all that was sent, which is known by now. */
  String sent() {
    return sent.join();
  }

  /** Waits until the other side has sent everything; returns the hash of that. */
  String awaitReceived(Duration patience) {
    return await(received, patience);
  }

  /** Waits until the stream is closed; returns why. */
  String awaitClosed(Duration patience) {
    return await(closed, patience);
  }

  @Override
  public @Nullable ByteBuffer next() {
    byte[] bytes = new byte[(int) Math.min(bytesLeft, WRITE_BYTES)];
    bytesLeft -= bytes.length;
    random.nextBytes(bytes);
    outgoing.update(bytes);
    if (bytes.length == 0) {
      sent.complete(HexFormat.of().formatHex(outgoing.digest()));
      return null;
    }
    return ByteBuffer.wrap(bytes);
  }

  @Override
  public void received(ByteBuffer bytes) {
    incoming.update(bytes);
  }

  @Override
  public void remoteEnded() {
    received.complete(HexFormat.of().formatHex(incoming.digest()));
  }

  @Override
  public void closed(boolean inOrder, String reason) {
    closed.complete(reason);
  }

  private static String await(CompletableFuture<String> told, Duration patience) {
    String now =
        told.copy().completeOnTimeout("", patience.toMillis(), TimeUnit.MILLISECONDS).join();
    return now.isEmpty() ? fail("nothing was told in " + patience) : now;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
