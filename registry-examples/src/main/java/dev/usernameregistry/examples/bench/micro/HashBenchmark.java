package dev.usernameregistry.examples.bench.micro;

import dev.usernameregistry.crypto.Blake2b;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** BLAKE2b of what a log hashes for one block: its leaf, and a parent. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@State(Scope.Thread)
public class HashBenchmark {
  private final byte[] type = new byte[9];
  private final byte[] block = new byte[256];
  private final byte[] left = new byte[Blake2b.BYTES];
  private final byte[] right = new byte[Blake2b.BYTES];

  /** Hashes a block of 256 bytes. */
  @Benchmark
  public byte[] leaf() {
    return Blake2b.hash(type, block);
  }

  /** Hashes two nodes. */
  @Benchmark
  public byte[] parent() {
    return Blake2b.hash(type, left, right);
  }
}
