package dev.usernameregistry.examples.bench.micro;

import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.Manifest;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.tree.Implied;
import dev.usernameregistry.tree.Made;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import dev.usernameregistry.tree.Roots;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
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

/** The Merkle tree of a log of 10,000 blocks: appending to it, and proofs of one block of it. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@State(Scope.Thread)
public class TreeBenchmark {
  private static final int BLOCKS = 10_000;
  private static final int BLOCK = 4_321;
  private static final int LEVELS = 13;

  private final List<byte[]> one = List.of(new byte[256]);
  private final Log log;
  private final Roots roots;
  private final ProofRequest request;
  private final Proof proof;
  private final byte[] encoded;

  /** Makes the log. */
  public TreeBenchmark() {
    try {
      KeyPair pair = KeyPair.fromSeed(new byte[KeyPair.SEED_BYTES]);
      Manifest manifest = Manifest.single(pair.publicKey());
      log = Log.open(new MemoryStorage().openLog(manifest.key()), manifest, Optional.of(pair));
      log.append(Collections.nCopies(BLOCKS, new byte[256]));
      roots = log.head().roots();
      request =
          new ProofRequest(1, 0, new ProofRequest.Block(BLOCK, LEVELS), null, null, null, false, 0);
      proof = ((Made.Ready) log.prove(request)).proof();
      WireWriter out = new WireWriter();
      proof.encode(out);
      encoded = out.toByteArray();
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail", e);
    }
  }

  /** Appends one block to the tree; nothing is signed or stored. */
  @Benchmark
  public Roots.Appended append() {
    return roots.append(one);
  }

  /** Makes the proof of a block, with its value, from storage in memory. */
  @Benchmark
  public Made prove() throws IOException {
    return log.prove(request);
  }

  /** Runs the proof of a block up to the roots. */
  @Benchmark
  public Implied run() {
    return proof.run(roots);
  }

  /** Encodes the proof, as the message that carries it. */
  @Benchmark
  public byte[] encode() {
    WireWriter out = new WireWriter();
    proof.encode(out);
    return out.toByteArray();
  }

  /** Decodes the proof. */
  @Benchmark
  public Proof decode() {
    return Proof.decode(new WireReader(encoded));
  }
}
