package dev.usernameregistry.examples.bench.micro;

import dev.usernameregistry.bee.Bee;
import dev.usernameregistry.bee.BeeBatch;
import dev.usernameregistry.bee.Entry;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.Manifest;
import dev.usernameregistry.memory.MemoryStorage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
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

/** A bee of 10,000 names over a log in memory. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@State(Scope.Thread)
public class BeeBenchmark {
  private static final int NAMES = 10_000;
  private static final int STEP = 7919;

  private final byte[] value = new byte[150];
  private final byte[][] keys = new byte[NAMES][];
  private final Bee bee;
  private int turn;

  /** Makes the bee. */
  public BeeBenchmark() {
    try {
      KeyPair pair = KeyPair.fromSeed(new byte[KeyPair.SEED_BYTES]);
      Manifest manifest = Manifest.single(pair.publicKey());
      bee =
          new Bee(
              Log.open(new MemoryStorage().openLog(manifest.key()), manifest, Optional.of(pair)));
      BeeBatch batch = new BeeBatch();
      for (int number = 0; number < NAMES; number++) {
        keys[number] = ("name_" + number).getBytes(StandardCharsets.US_ASCII);
        batch.put(keys[number], value);
      }
      bee.append(batch);
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail", e);
    }
  }

  /** Gets one name after the other, in a mixed order. */
  @Benchmark
  public Optional<Entry> get() throws IOException {
    return bee.get(next());
  }

  /** Puts one name after the other again; each put is signed, and makes the log longer. */
  @Benchmark
  public boolean put() throws IOException {
    return bee.put(next(), value);
  }

  private byte[] next() {
    turn = (turn + STEP) % NAMES;
    return keys[turn];
  }
}
