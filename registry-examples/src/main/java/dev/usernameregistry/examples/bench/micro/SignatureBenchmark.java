package dev.usernameregistry.examples.bench.micro;

import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.crypto.Signatures;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Ed25519 over what a writer signs for a head. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@State(Scope.Thread)
public class SignatureBenchmark {
  private final KeyPair pair = KeyPair.fromSeed(new byte[KeyPair.SEED_BYTES]);
  private final byte[] message = new byte[112];
  private final byte[] signature = pair.sign(message);

  /** Has the fastest Ed25519 loaded. */
  @Setup
  public void load() {
    Signatures.awaitFastest();
  }

  /** Signs. */
  @Benchmark
  public byte[] sign() {
    return pair.sign(message);
  }

  /** Verifies a signature that holds, of a key that was used before. */
  @Benchmark
  public boolean verify() {
    return Signatures.verify(signature, message, pair.publicKey());
  }
}
