package dev.usernameregistry.examples.bench.micro;

import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.noise.SecretStream;
import dev.usernameregistry.net.noise.SecretStreamOptions;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** An encrypted stream from one end to the other, without a socket. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@State(Scope.Thread)
public class CipherBenchmark {
  private static final byte INITIATOR = 1;
  private static final byte RESPONDER = 2;

  /** Bytes in a message. */
  @Param({"64", "1024", "65536"})
  public int bytes;

  private final SecretStream from =
      SecretStream.initiator(
          identity(INITIATOR), new SecureRandom(), SecretStreamOptions.DEFAULT, 0);
  private final SecretStream to =
      SecretStream.responder(
          identity(RESPONDER), new SecureRandom(), SecretStreamOptions.DEFAULT, 0);
  private ByteBuffer message = ByteBuffer.allocate(0);

  private static KeyPair identity(byte first) {
    byte[] seed = new byte[KeyPair.SEED_BYTES];
    seed[0] = first;
    return KeyPair.fromSeed(seed);
  }

  /** Does the handshake. */
  @Setup
  public void connect() {
    message = ByteBuffer.allocate(bytes);
    while (carry(from, to) || carry(to, from)) {}
    if (!from.canSend() || !to.canSend()) {
      throw new IllegalStateException(from.state() + " and " + to.state());
    }
  }

  /** Encrypts a message at one end, and decrypts it at the other. */
  @Benchmark
  public ByteBuffer sendAndReceive() {
    from.send(message.duplicate(), 0);
    carry(from, to);
    ByteBuffer received = to.nextMessage();
    if (received == null) {
      throw new IllegalStateException("the message did not arrive");
    }
    return received;
  }

  private static boolean carry(SecretStream sender, SecretStream receiver) {
    boolean any = false;
    for (ByteBuffer some = sender.nextBytes(); some != null; some = sender.nextBytes()) {
      receiver.receive(some, 0);
      any = true;
    }
    return any;
  }
}
