package dev.usernameregistry.examples.bench.micro;

import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
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

/** Compact encoding of a small message: four integers of different lengths, and 32 bytes. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@State(Scope.Thread)
public class CodecBenchmark {
  private static final int KEY_BYTES = 32;

  private final byte[] key = new byte[KEY_BYTES];
  private final byte[] encoded = encoded(key);

  /** Encodes. */
  @Benchmark
  public byte[] encode() {
    return encoded(key);
  }

  private static byte[] encoded(byte[] key) {
    return new WireWriter()
        .uint(7)
        .uint(300)
        .uint(70_000)
        .uint(5_000_000_000L)
        .bytes(key)
        .toByteArray();
  }

  /** Decodes. */
  @Benchmark
  public long decode() {
    WireReader in = new WireReader(encoded);
    return in.uint() + in.uint() + in.uint() + in.uint() + in.bytes(KEY_BYTES).length;
  }
}
