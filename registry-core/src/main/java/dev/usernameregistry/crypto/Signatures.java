package dev.usernameregistry.crypto;

import java.security.GeneralSecurityException;
import java.util.ServiceConfigurationError;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks Ed25519 signatures so that all peers give one verdict: that of libsodium, which JavaScript
 * peers use.
 *
 * <p>The equation has to hold exactly, each number in its one spelling, and neither the key nor the
 * signature's point may be one of the eight of small order.
 *
 * <p>A process begins with Bouncy Castle. One that signs and verifies more than a few times loads
 * the Amazon Corretto Crypto Provider, if that is there, on a thread of its own meanwhile, and goes
 * on with it: it is a few times as fast and gives the same bytes and verdicts, but takes some 0.3 s
 * to start.
 */
public final class Signatures {
  private static final Logger LOG = LoggerFactory.getLogger(Signatures.class);

  /**
   * So many signatures made and checked take Bouncy Castle about as long as the other one loads.
   */
  private static final int USES_BEFORE_LOADING = 2_000;

  private static final AtomicInteger USES = new AtomicInteger();

  private static final AtomicBoolean LOADING = new AtomicBoolean();

  private static final CompletableFuture<Ed25519Engine> FASTEST = new CompletableFuture<>();

  private static volatile Ed25519Engine engine = new BouncyCastleEngine();

  private Signatures() {}

  /**
   * Returns whether {@code signature} is the signature of {@code publicKey} over {@code message}. A
   * wrong size, a non-canonical scalar or point, and a point of small order are all false. Safe
   * from any thread.
   */
  public static boolean verify(byte[] signature, byte[] message, Key publicKey) {
    return verify(engine(), signature, message, publicKey);
  }

  static boolean verify(Ed25519Engine with, byte[] signature, byte[] message, Key publicKey) {
    return signature.length == KeyPair.SIGNATURE_BYTES
        && publicKey.canVerify()
        && EncodedPoint.isOneSpellingOfLargeOrder(signature) // begins with its point
        && with.holds(signature, message, publicKey);
  }

  /**
   * Returns what signs and verifies in this process from now on, with its version. Waits until the
   * fastest there is has been loaded.
   */
  public static String awaitFastest() {
    load();
    return FASTEST.join().description();
  }

  /** Returns what signs and verifies now, and counts one use. */
  static Ed25519Engine engine() {
    Ed25519Engine now = engine;
    if (now instanceof BouncyCastleEngine && USES.incrementAndGet() == USES_BEFORE_LOADING) {
      load();
    }
    return now;
  }

  private static void load() {
    if (!LOADING.compareAndSet(false, true)) {
      return;
    }
    Thread loader =
        new Thread(
            () -> {
              try {
                NativeEngine.load().ifPresent(found -> engine = found);
              } catch (GeneralSecurityException
                  | RuntimeException
                  | LinkageError
                  | ServiceConfigurationError failure) {
                LOG.info("signatures stay with {}: {}", engine.description(), failure.toString());
              } finally {
                FASTEST.complete(engine);
              }
            },
            "ed25519-loader");
    loader.setDaemon(true);
    try {
      loader.start();
    } catch (OutOfMemoryError noThread) {
      LOG.info("signatures stay with {}: {}", engine.description(), noThread.toString());
      FASTEST.complete(engine);
    }
  }
}
