package dev.usernameregistry.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.tree.Roots;
import dev.usernameregistry.tree.TreeNode;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Signatures with nodes that lead to a longer tree, which is what a signer signed. */
class PatchesTest {
  private static final KeyPair SIGNER = KeyPair.fromSeed(new byte[32]);

  private static List<byte[]> blocks(String... texts) {
    return List.of(texts).stream().map(text -> text.getBytes(UTF_8)).toList();
  }

  /** One signer has signed a longer tree than the one that is proved. */
  @Test
  void aPatchCountsOnlyWhereTheManifestAllowsIt() {
    Roots two = Roots.EMPTY.append(blocks("a", "b")).roots();
    Roots.Appended three = two.append(blocks("c"));
    for (boolean allowed : new boolean[] {true, false}) {
      HeadVerifier verifier = verifier(allowed);
      byte[] signable = verifier.signable(0, three.roots().treeHash(), 3, 0);
      WireWriter out = new WireWriter().uint(1).uint(0).raw(SIGNER.sign(signable)).uint(1);
      TreeNode.encodeAll(three.nodes(), out);

      assertThat(verifier.verify(two, 0, out.toByteArray())).isEqualTo(allowed);
      assertThat(verifier.verify(two, 0, out.uint(0).toByteArray()))
          .as("with a byte behind it")
          .isFalse();
    }
  }

  private static HeadVerifier verifier(boolean allowPatch) {
    Manifest manifest =
        new Manifest(
            1,
            allowPatch,
            1,
            Manifest.single(SIGNER.publicKey()).signers(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    return HeadVerifier.of(manifest.key(), manifest).orElseThrow();
  }

  @Test
  void aSignatureMayBeLongerWhereTheManifestAllowsPatches() {
    byte[] withNodes = new byte[1 + 66 + 1 + 38 * 40];
    for (boolean allowed : new boolean[] {true, false}) {
      HeadVerifier verifier = verifier(allowed);
      if (allowed) {
        verifier.requireShort(withNodes);
      } else {
        assertThatThrownBy(() -> verifier.requireShort(withNodes))
            .isInstanceOf(TooLargeToKeepException.class);
      }
    }
  }
}
