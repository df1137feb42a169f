package dev.usernameregistry.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.testkit.ForwardingLogStorage;
import dev.usernameregistry.tree.InvalidProofException;
import dev.usernameregistry.tree.Made;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProverTest {
  private static final int BLOCKS = 300;

  private static final KeyPair SIGNER = KeyPair.fromSeed(new byte[KeyPair.SEED_BYTES]);
  private static final Manifest MANIFEST = Manifest.single(SIGNER.publicKey());

  private final Random random = new Random(1);
  private final LogStorage stored = new MemoryStorage().openLog(MANIFEST.key());

  @Test
  void proofsMadeTogetherAreThoseMadeOneByOne() throws IOException {
    Log log = log();
    for (int time = 0; time < 50; time++) {
      List<ProofRequest> requests = requests();
      Prover prover = log.prover(requests);
      for (ProofRequest request : requests) {
        assertThat(bytes(prover.next())).isEqualTo(bytes(log.prove(request)));
      }
    }
  }

  @Test
  void whatIsReadAheadIsNotProvedOnceTheLogWasCut() throws IOException {
    Log log = log();
    Prover prover =
        log.prover(List.of(request(1, 7), request(2, 8), request(3, 9), request(4, 20)));

    assertThat(prover.next()).isInstanceOf(Made.Ready.class);
    log.truncate(5);
    log.append(Collections.nCopies(20, new byte[7]));

    assertThat(prover.next()).as("one that was read ahead").isEqualTo(Proving.OTHER_FORK);
    prover.next();
    assertThat(prover.next()).as("one that is read now").isEqualTo(Proving.OTHER_FORK);
  }

  /** Else one peer that asks for large blocks takes as much memory as it likes. */
  @Test
  void noMoreIsReadAheadThanAFewBlocksOrTheBytesThatAreEnough() throws IOException {
    log();
    List<Long> bytesAhead = new ArrayList<>();
    Log counted =
        opened(
            new ForwardingLogStorage(stored) {
              @Override
              public Run readRun(long from, long to, long bytesMax) throws IOException {
                Run read = super.readRun(from, to, bytesMax);
                bytesAhead.add(read.blocks().stream().mapToLong(value -> value.length).sum());
                return read;
              }
            });
    List<ProofRequest> all = new ArrayList<>();
    for (int block = 0; block < BLOCKS; block++) {
      all.add(request(block + 1, block));
    }
    Prover prover = counted.prover(all);
    for (int block = 0; block < BLOCKS; block++) {
      prover.next();
    }

    assertThat(bytesAhead).isNotEmpty().allMatch(bytes -> bytes < 256 * 1024 + 300_000);
  }

  @Test
  void allBlocksBelowANodeAreProvedTogetherOrNoneOfThem() throws IOException {
    List<Long> read = new ArrayList<>();
    Log log =
        opened(
            new ForwardingLogStorage(new MemoryStorage().openLog(MANIFEST.key())) {
              @Override
              public byte @Nullable [] readBlock(long block) throws IOException {
                read.add(block);
                return super.readBlock(block);
              }

              @Override
              public Run readRun(long from, long to, long bytesMax) throws IOException {
                read.add(from);
                return super.readRun(from, to, bytesMax);
              }
            });
    log.append(Collections.nCopies(8, new byte[1000]));
    log.append(Collections.nCopies(8, new byte[60_000]));

    Made small = log.prove(ProofRequest.of(1, 0, new ProofRequest.Block(0, 3, 0)));
    read.clear();
    Made large = log.prove(ProofRequest.of(1, 0, new ProofRequest.Block(8, 3, 0)));
    assertThat(read).as("what is refused costs no reads").isEmpty();
    Made fewer = log.prove(ProofRequest.of(1, 0, new ProofRequest.Block(8, 2, 1)));
    Made beyond = log.prove(ProofRequest.of(1, 0, new ProofRequest.Block(16, 1, 0)));

    assertThat(small).isInstanceOf(Made.Ready.class);
    Proof proof = ((Made.Ready) small).proof();
    assertThat(Objects.requireNonNull(proof.block()).values()).hasSize(8);
    assertThat(large).as("480,000 bytes").isInstanceOf(Made.Refused.class);
    assertThat(fewer).as("240,000 bytes").isInstanceOf(Made.Ready.class);
    assertThat(beyond).isInstanceOf(Made.Refused.class);
  }

  @Test
  void blocksOfWhichSomeAreHereAreTakenInAndOneWrongOneKeepsAllOut() throws IOException {
    Log log = opened(new MemoryStorage().openLog(MANIFEST.key()));
    log.append(Collections.nCopies(BLOCKS, new byte[10]));
    Log reader = Log.open(new MemoryStorage().openLog(MANIFEST.key()), MANIFEST.key());
    ProofRequest.Upgrade whole = new ProofRequest.Upgrade(0, BLOCKS);
    reader.apply(proof(log, ProofRequest.of(1, 0, whole).withManifest()));
    reader.apply(proof(log, ProofRequest.of(2, 0, reader.wanted(65))));
    ProofRequest.Block wanted =
        reader.wanted(new ProofRequest.Block(64, 6, 0), Collections.emptyNavigableSet());
    Proof all = proof(log, ProofRequest.of(3, 0, wanted));
    List<byte[]> wrong = new ArrayList<>(Objects.requireNonNull(all.block()).values());
    wrong.set(40, new byte[] {1});

    assertThatThrownBy(() -> reader.apply(all.withValues(wrong)))
        .isInstanceOf(InvalidProofException.class);
    assertThat(reader.firstStored(66, BLOCKS)).isEqualTo(BLOCKS);
    assertThat(reader.apply(all)).isInstanceOf(Applied.Stored.class);
    assertThat(reader.apply(all)).isInstanceOf(Applied.NothingNew.class);
    for (long block = 64; block < 128; block++) {
      assertThat(reader.get(block)).isEqualTo(log.get(block));
    }
  }

  private static Proof proof(Log log, ProofRequest request) throws IOException {
    return ((Made.Ready) log.prove(request)).proof();
  }

  @Test
  void aBlockThatCannotBeReadFailsAlone() throws IOException {
    log();
    Log damaged =
        opened(
            new ForwardingLogStorage(stored) {
              @Override
              public byte[] readBlock(long block) throws IOException {
                if (block == 4) {
                  throw new IOException("on purpose, by a test");
                }
                return Objects.requireNonNull(super.readBlock(block));
              }
            });
    Prover prover =
        damaged.prover(List.of(request(1, 2), request(2, 3), request(3, 4), request(4, 5)));

    assertThat(prover.next()).isInstanceOf(Made.Ready.class);
    assertThat(prover.next()).isInstanceOf(Made.Ready.class);
    assertThatThrownBy(prover::next).hasMessage("on purpose, by a test");
    assertThat(prover.next()).isInstanceOf(Made.Ready.class);
  }

  /** Returns runs of blocks one after another, some of them beyond the end, and single ones. */
  private List<ProofRequest> requests() {
    List<ProofRequest> requests = new ArrayList<>();
    while (requests.size() < 64) {
      int first = random.nextInt(BLOCKS + 5);
      for (int run = random.nextInt(1, 30); run > 0; run--) {
        requests.add(request(requests.size() + 1, first++));
      }
    }
    return requests;
  }

  private ProofRequest request(long id, long block) {
    ProofRequest.Block wanted = new ProofRequest.Block(block, random.nextInt(4));
    return ProofRequest.of(id, 0, wanted);
  }

  private static String bytes(Made made) {
    if (made instanceof Made.Ready ready) {
      WireWriter out = new WireWriter();
      ready.proof().encode(out);
      return HexFormat.of().formatHex(out.toByteArray());
    }
    return made.toString();
  }

  /** Returns a log of blocks of very different sizes: some are more than is read ahead at once. */
  private Log log() throws IOException {
    Log log = opened(stored);
    List<byte[]> values = new ArrayList<>();
    for (int block = 0; block < BLOCKS; block++) {
      byte[] value = new byte[block % 40 == 9 ? 300_000 : random.nextInt(200)];
      random.nextBytes(value);
      values.add(value);
    }
    log.append(values);
    return log;
  }

  private static Log opened(LogStorage storage) throws IOException {
    return Log.open(storage, MANIFEST, Optional.of(SIGNER));
  }
}
