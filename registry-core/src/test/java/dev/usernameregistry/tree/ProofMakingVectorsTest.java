package dev.usernameregistry.tree;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.testkit.Vectors;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Signatures and manifests are copied from the vectors: this room neither makes nor checks them.
 */
class ProofMakingVectorsTest {
  private static final Vectors PROOFS = Vectors.load("proofs");
  private static final Vectors REPLICATION = Vectors.load("replication");

  static Stream<Arguments> cases() {
    return PROOFS.arguments("cases");
  }

  static Stream<Arguments> replicated() {
    return REPLICATION.arguments("proofs");
  }

  static Stream<Arguments> reorgs() {
    return PROOFS.arguments("reorgs");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void ourProofIsTheReferencesByteForByte(String name, JsonNode vector) throws IOException {
    JsonNode source = PROOFS.get("sources").get(vector.get("source").asText());
    byte[] bytes = Vectors.bytes(vector.get("proof"));
    long fork = vector.get("decoded").get("fork").asLong();
    ProofRequest request = TestTree.request(vector.get("request"), 1, fork);
    assertThat(made(source, request, bytes)).isEqualTo(bytes);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("replicated")
  void ourAnswersAreTheReferencesByteForByte(String name, JsonNode log) throws IOException {
    assertThat(log.get("requests")).isNotEmpty();
    for (JsonNode pair : log.get("requests")) {
      byte[] asked = Vectors.bytes(pair.get("requestHex"));
      ProofRequest request = ProofRequest.decode(new WireReader(asked));
      JsonNode json = pair.get("request");
      assertThat(request)
          .isEqualTo(TestTree.request(json, json.get("id").asLong(), json.get("fork").asLong()));
      assertThat(TestTree.bytes(request)).isEqualTo(asked);
      byte[] answer = Vectors.bytes(pair.get("dataHex"));
      assertThat(made(log, request, answer)).isEqualTo(answer);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void whatTheReferenceAcceptsLeadsToItsTree(String name, JsonNode vector) throws IOException {
    TestTree reader = new TestTree();
    for (JsonNode setup : vector.get("setup")) {
      assertThat(accept(reader, Vectors.bytes(setup))).isTrue();
    }
    assertThat(reader.roots.nodes()).isEqualTo(TestTree.nodes(vector.get("verifier").get("roots")));
    Proof proof = Proof.decode(new WireReader(Vectors.bytes(vector.get("proof"))));
    boolean signatureOrForkDecides =
        !vector.get("ok").asBoolean()
            && (proof.fork() != 0 || "INVALID_SIGNATURE".equals(vector.get("code").asText()));
    if (!signatureOrForkDecides) {
      assertThat(accept(reader, Vectors.bytes(vector.get("proof"))))
          .isEqualTo(vector.get("ok").asBoolean());
      assertThat(reader.roots.treeHash())
          .isEqualTo(Vectors.bytes(vector.get("after").get("treeHash")));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void whatWasTamperedWithDoesNotImplyTheSignedTree(String name, JsonNode vector)
      throws IOException {
    for (JsonNode tampered : vector.get("tampered")) {
      TestTree reader = new TestTree();
      for (JsonNode setup : vector.get("setup")) {
        accept(reader, Vectors.bytes(setup));
      }
      Proof proof = Proof.decode(new WireReader(Vectors.bytes(tampered.get("proof"))));
      Proof original = Proof.decode(new WireReader(Vectors.bytes(vector.get("proof"))));
      boolean accepted = accept(reader, Vectors.bytes(tampered.get("proof")));
      assertThat(
              !accepted
                  || !sameSignature(proof, original)
                  || !hexEquals(reader.roots, vector.get("after").get("treeHash")))
          .as(tampered.get("what").asText())
          .isTrue();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("reorgs")
  void theSharedLengthIsFoundWithOneQuestionForEachLevel(String name, JsonNode reorg)
      throws IOException {
    TestTree stored = TestTree.of(Vectors.bytesList(reorg.get("blocks")));
    int keep = reorg.get("keep").asInt();
    TestTree fork = TestTree.of(stored.blocks.subList(0, keep));
    fork.append(Vectors.bytesList(reorg.get("extra")));
    Proof proof = Proof.decode(new WireReader(Vectors.bytes(reorg.get("proof"))));
    Implied implied = proof.run(Roots.EMPTY);
    assertThat(implied.roots().length()).isEqualTo(reorg.get("length").asLong());
    assertThat(implied.roots().treeHash()).isEqualTo(Vectors.bytes(reorg.get("treeHash")));

    Divergence divergence = Divergence.begin(implied, stored.stored());
    assertThat(divergence.sharedLength()).isEqualTo(reorg.get("ancestorsAfterFirstProof").asLong());
    assertThat(divergence.ended()).isEqualTo(reorg.get("finished").asBoolean());
    while (!divergence.ended()) {
      Proof answer = fork.prove(TestTree.request(null, divergence.question(), null, null));
      divergence = divergence.refine(answer.run(implied.roots()), stored.stored());
    }
    assertThat(divergence.sharedLength()).isEqualTo(keep);
  }

  /** Returns our answer to {@code request}; signature and manifest are those of {@code bytes}. */
  private static byte[] made(JsonNode source, ProofRequest request, byte[] bytes)
      throws IOException {
    TestTree tree = TestTree.of(Vectors.bytesList(source.get("blocks")));
    Proof theirs = Proof.decode(new WireReader(bytes));
    Proof ours = tree.prove(request);
    if (theirs.upgrade() != null && theirs.upgrade().signature() != null) {
      ours = ours.withSignature(theirs.upgrade().signature());
    }
    if (theirs.manifest() != null) {
      ours = ours.withManifest(theirs.manifest());
    }
    return TestTree.bytes(ours);
  }

  /** Does what a log does with a proof, except for the signature; returns whether it fits. */
  private static boolean accept(TestTree reader, byte[] bytes) {
    Implied implied;
    try {
      implied = Proof.decode(new WireReader(bytes)).run(reader.roots);
    } catch (InvalidProofException e) {
      return false;
    }
    TreeNode unproven = implied.unproven();
    if (unproven != null && !unproven.equals(reader.nodes.get(unproven.index()))) {
      return false;
    }
    reader.believe(implied);
    return true;
  }

  private static boolean sameSignature(Proof proof, Proof original) {
    return proof.fork() == original.fork()
        && Arrays.equals(proof.manifest(), original.manifest())
        && Arrays.equals(signature(proof), signature(original));
  }

  private static byte @Nullable [] signature(Proof proof) {
    return proof.upgrade() == null ? null : proof.upgrade().signature();
  }

  private static boolean hexEquals(Roots roots, JsonNode treeHash) {
    return Arrays.equals(roots.treeHash(), Vectors.bytes(treeHash));
  }
}
