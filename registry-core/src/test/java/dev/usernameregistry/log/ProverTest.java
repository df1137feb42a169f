package dev.usernameregistry.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.tree.Made;
import dev.usernameregistry.tree.ProofRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProverTest {
  private static final int BLOCKS = 300;

  private final Random random = new Random(1);

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
    return new ProofRequest(id, 0, wanted, null, null, null, false, 0);
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
    KeyPair signer = KeyPair.fromSeed(new byte[KeyPair.SEED_BYTES]);
    Manifest manifest = Manifest.single(signer.publicKey());
    Log log = Log.open(new MemoryStorage().openLog(manifest.key()), manifest, Optional.of(signer));
    List<byte[]> values = new ArrayList<>();
    for (int block = 0; block < BLOCKS; block++) {
      byte[] value = new byte[block % 40 == 9 ? 300_000 : random.nextInt(200)];
      random.nextBytes(value);
      values.add(value);
    }
    log.append(values);
    return log;
  }
}
