package dev.usernameregistry.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.codec.PeerFault;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.testkit.Vectors;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.Roots;
import dev.usernameregistry.tree.TreeNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SignatureVectorsTest {

  static Stream<Arguments> multisig() {
    return Vectors.load("proofs").arguments("multisig");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("multisig")
  void signaturesHoldOrFailAsInTheReference(String label, JsonNode vector) throws IOException {
    Key key = Key.of(Vectors.bytes(vector.get("key")));
    Manifest manifest = Manifest.decode(new WireReader(Vectors.bytes(vector.get("manifest"))));
    boolean holds =
        vector.has("proof")
            ? isAccepted(key, manifest, Vectors.bytes(vector.get("proof")))
            : verify(HeadVerifier.of(key, manifest).orElseThrow(), vector);
    assertThat(holds).isEqualTo(vector.get("ok").asBoolean());
  }

  private static boolean isAccepted(Key key, Manifest manifest, byte[] proof) throws IOException {
    Log log = Log.open(new MemoryStorage().openLog(key), key, manifest, Optional.empty());
    try {
      return log.apply(Proof.decode(new WireReader(proof))) instanceof Applied.Stored;
    } catch (PeerFault e) {
      assertThat(log.length()).isZero();
      return false;
    }
  }

  private static boolean verify(HeadVerifier verifier, JsonNode vector) {
    byte[] treeHash = Vectors.bytes(vector.get("treeHash"));
    long length = vector.get("length").asLong();
    long fork = vector.get("fork").asLong();
    byte[] signable = Vectors.bytesOrNull(vector.get("signable"));
    if (signable != null) {
      assertThat(verifier.signable(0, treeHash, length, fork)).isEqualTo(signable);
    }
    byte[] signature = Vectors.bytesOrNull(vector.get("signature"));
    byte[] given = signature == null ? new byte[0] : signature;
    if (vector.has("roots")) {
      Roots roots = roots(vector.get("roots"));
      assertThat(roots.treeHash()).isEqualTo(treeHash);
      return verifier.verify(roots, fork, given);
    }
    return verifier.verify(
        new HeadVerifier.Signed(treeHash, length, fork), given, Roots.EMPTY); // none is patched
  }

  static Roots roots(JsonNode array) {
    List<TreeNode> nodes = new ArrayList<>();
    for (JsonNode node : array) {
      nodes.add(
          new TreeNode(
              node.get("index").asLong(),
              node.get("size").asLong(),
              Vectors.bytes(node.get("hash"))));
    }
    return Roots.of(nodes);
  }
}
