package dev.usernameregistry.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.codec.PeerFault;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.testkit.Vectors;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import dev.usernameregistry.tree.Roots;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Proofs of the reference, applied to logs in the states that the vectors describe. */
class ProofVectorsTest {
  private static final Vectors PROOFS = Vectors.load("proofs");

  static Stream<Arguments> cases() {
    return PROOFS.arguments("cases");
  }

  static Stream<Arguments> conflicts() {
    return PROOFS.arguments("conflicts");
  }

  static Stream<Arguments> reorgs() {
    return PROOFS.arguments("reorgs");
  }

  private static Proof proof(JsonNode hex) {
    return Proof.decode(new WireReader(Vectors.bytes(hex)));
  }

  private static Key key(JsonNode hex) {
    return Key.of(Vectors.bytes(hex));
  }

  /** Returns a log in the state before the proof of {@code vector}. */
  private static Log verifier(JsonNode vector) throws IOException {
    JsonNode source = PROOFS.get("sources").get(vector.get("source").asText());
    Key key = key(source.get("key"));
    LogStorage storage = new MemoryStorage().openLog(key);
    Manifest manifest = Manifest.decode(new WireReader(Vectors.bytes(source.get("manifest"))));
    Log log =
        vector.get("verifierHasManifest").asBoolean()
            ? Log.open(storage, key, manifest, Optional.empty())
            : Log.open(storage, key);
    for (JsonNode earlier : vector.get("setup")) {
      log.apply(proof(earlier));
    }
    assertThat(log.head().roots())
        .isEqualTo(SignatureVectorsTest.roots(vector.get("verifier").get("roots")));
    return log;
  }

  private static String state(Log log) {
    long[] blocks = LongStream.range(0, log.length()).filter(log::has).toArray();
    return log.head().roots().nodes() + " " + log.fork() + " " + Arrays.toString(blocks);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void proofIsAcceptedOrRejectedAsTheReferenceDoes(String label, JsonNode vector)
      throws IOException {
    Log log = verifier(vector);
    if (!vector.get("ok").asBoolean()) {
      rejects(log, vector);
      return;
    }
    Proof proof = proof(vector.get("proof"));
    Applied applied = log.apply(proof);
    assertThat(applied).isInstanceOfAny(Applied.Stored.class, Applied.NothingNew.class);
    JsonNode after = vector.get("after");
    assertThat(log.length()).isEqualTo(after.get("length").asLong());
    assertThat(log.fork()).isEqualTo(after.get("fork").asLong());
    assertThat(log.head().byteLength()).isEqualTo(after.get("byteLength").asLong());
    assertThat(log.head().treeHash()).isEqualTo(Vectors.bytes(after.get("treeHash")));
    assertThat(log.head().signature()).isEqualTo(Vectors.bytes(after.get("signature")));
    JsonNode values = PROOFS.get("sources").get(vector.get("source").asText()).get("blocks");
    for (int block = 0; block < log.length(); block++) {
      assertThat(log.has(block)).isEqualTo(contains(after.get("blocks"), block));
      if (log.has(block)) {
        assertThat(log.get(block)).isEqualTo(Vectors.bytes(values.get(block)));
      }
    }
  }

  private static boolean contains(JsonNode array, long block) {
    for (JsonNode element : array) {
      if (element.asLong() == block) {
        return true;
      }
    }
    return false;
  }

  private static void rejects(Log log, JsonNode vector) throws IOException {
    Proof proof = proof(vector.get("proof"));
    if (proof.fork() > log.fork()) {
      // the reference takes a later fork by another way; ours is the same door
      assertThat(log.apply(proof)).isEqualTo(new Applied.Stored(log.length()));
      assertThat(log.fork()).isEqualTo(proof.fork());
      return;
    }
    String before = state(log);
    assertThat(attempt(log, vector.get("proof")))
        .isInstanceOfAny(Applied.Refused.class, Applied.Outdated.class);
    assertThat(state(log)).isEqualTo(before);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void noTamperedProofChangesAnything(String label, JsonNode vector) throws IOException {
    Log log = verifier(vector);
    String before = state(log);
    for (JsonNode tampered : vector.get("tampered")) {
      Applied applied = attempt(log, tampered.get("proof"));
      if (applied instanceof Applied.Stored || applied instanceof Applied.Following) {
        fail(tampered.get("what") + " was accepted: " + applied);
      }
      assertThat(state(log)).as(tampered.get("what").asText()).isEqualTo(before);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void whatTheReferenceAcceptsByAccidentDoesNoHarm(String label, JsonNode vector)
      throws IOException {
    for (JsonNode loose : vector.get("alsoAccepted")) {
      Log log = verifier(vector);
      attempt(log, loose.get("proof"));
      Log right = verifier(vector);
      right.apply(proof(vector.get("proof")));
      assertThat(log.head().roots()).isIn(right.head().roots(), verifier(vector).head().roots());
      // whatever it left behind, the right proof still holds on top of it
      assertThat(attempt(log, vector.get("proof"))).isNotInstanceOf(Applied.Refused.class);
    }
  }

  private static Applied attempt(Log log, JsonNode hex) throws IOException {
    try {
      return log.apply(proof(hex));
    } catch (PeerFault e) {
      return new Applied.Refused(e);
    }
  }

  /** Returns a complete log of {@code blocks}, as a writer of {@code fork} signed it. */
  private static Log complete(Key key, List<byte[]> blocks, Manifest manifest, byte[] signature)
      throws IOException {
    LogStorage storage = new MemoryStorage().openLog(key);
    CompleteLog.write(storage, key, manifest, blocks, 0, signature);
    return Log.open(storage, key);
  }

  private static Manifest manifestOf(Key key) {
    for (JsonNode source : PROOFS.get("sources")) {
      if (key(source.get("key")).equals(key)) {
        return Manifest.decode(new WireReader(Vectors.bytes(source.get("manifest"))));
      }
    }
    throw new AssertionError("no manifest of " + key);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("conflicts")
  void twoHeadsOfOneWriterAreFoundWhenTheReferenceFindsThem(String label, JsonNode vector)
      throws IOException {
    Key key = key(vector.get("key"));
    List<byte[]> blocks = Vectors.bytesList(vector.get("localBlocks"));
    byte[] signature = signatureOf(blocks);
    Log log = complete(key, blocks, manifestOf(key), signature);
    Applied applied = attempt(log, vector.get("proof"));
    if (!vector.get("conflict").asBoolean()) {
      assertThat(log.evidence()).isEmpty();
      assertThat(applied)
          .isInstanceOfAny(
              vector.get("messageDropped").asBoolean()
                  ? new Class<?>[] {Applied.Refused.class}
                  : new Class<?>[] {Applied.NothingNew.class, Applied.Outdated.class});
      return;
    }
    assertThat(applied).isInstanceOf(Applied.Conflict.class);
    Evidence evidence = log.evidence().orElseThrow();
    assertThat(Evidence.check(key, evidence.proof())).isEqualTo(evidence);
    assertThat(log.length())
        .isEqualTo(evidence.isExact() ? evidence.agreedLength() : blocks.size());
  }

  /** The local log's signature comes with the vector in which the peer has the same tree. */
  private static byte[] signatureOf(List<byte[]> blocks) {
    Roots roots = Roots.EMPTY.append(blocks).roots();
    for (JsonNode vector : PROOFS.cases("conflicts")) {
      Proof proof = proof(vector.get("proof"));
      if (proof.upgrade() != null && proof.run(Roots.EMPTY).roots().equals(roots)) {
        return Evidence.signature(proof.upgrade());
      }
    }
    throw new AssertionError("no vector has a signature of the local log");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("reorgs")
  void theFirstProofOfALaterForkHoldsAndShowsWhatIsSharedAtLeast(String label, JsonNode vector)
      throws IOException {
    Key key = key(vector.get("key"));
    List<byte[]> blocks = Vectors.bytesList(vector.get("blocks"));
    Log log = complete(key, blocks, manifestOf(key), new byte[0]);
    Applied applied = log.apply(proof(vector.get("proof")));
    long shared = vector.get("ancestorsAfterFirstProof").asLong();
    if (applied instanceof Applied.Following following) {
      assertThat(following.fork()).isEqualTo(vector.get("toFork").asLong());
      assertThat(vector.get("finished").asBoolean()).isFalse();
      ProofRequest.Hash question = following.question();
      assertThat(question.index()).isEqualTo(2 * shared);
      assertThat(log.length()).isEqualTo(blocks.size());
      return;
    }
    assertThat(applied).isEqualTo(new Applied.Stored(vector.get("length").asLong()));
    assertThat(log.contiguousLength()).isEqualTo(shared);
    assertThat(log.fork()).isEqualTo(vector.get("toFork").asLong());
    assertThat(log.head().treeHash()).isEqualTo(Vectors.bytes(vector.get("treeHash")));
  }
}
