package dev.usernameregistry.tree;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.testkit.Vectors;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProofCodecVectorsTest {
  private static final Vectors REPLICATION = Vectors.load("replication");

  @Test
  void messagesReadAndWriteAsTheReferencesDo() {
    List<JsonNode> messages =
        REPLICATION.cases("messages").stream()
            .filter(json -> List.of("request", "data").contains(json.get("type").asText()))
            .toList();
    assertThat(messages).isNotEmpty();
    for (JsonNode message : messages) {
      byte[] bytes = Vectors.bytes(message.get("hex"));
      JsonNode fields = message.get("fields");
      if (message.get("type").asText().equals("request")) {
        ProofRequest request = ProofRequest.decode(new WireReader(bytes));
        assertThat(request)
            .isEqualTo(
                TestTree.request(fields, fields.get("id").asLong(), fields.get("fork").asLong()));
        assertThat(TestTree.bytes(request)).isEqualTo(bytes);
      } else {
        Proof proof = Proof.decode(new WireReader(bytes));
        isAs(proof, fields);
        assertThat(TestTree.bytes(proof)).isEqualTo(bytes);
        assertThat(proof.encodedBytes()).isEqualTo(bytes.length);
      }
    }
  }

  private static void isAs(Proof proof, JsonNode fields) {
    assertThat(proof.request()).isEqualTo(fields.get("request").asLong());
    assertThat(proof.fork()).isEqualTo(fields.get("fork").asLong());
    assertThat(proof.block() == null).isEqualTo(fields.get("block").isNull());
    if (proof.block() != null) {
      JsonNode block = fields.get("block");
      assertThat(proof.block().index()).isEqualTo(block.get("index").asLong());
      assertThat(proof.block().value()).isEqualTo(Vectors.bytes(block.get("value")));
      assertThat(proof.block().nodes()).isEqualTo(TestTree.nodes(block.get("nodes")));
    }
    assertThat(proof.hash() == null).isEqualTo(fields.get("hash").isNull());
    if (proof.hash() != null) {
      JsonNode hash = fields.get("hash");
      assertThat(proof.hash().index()).isEqualTo(hash.get("index").asLong());
      assertThat(proof.hash().nodes()).isEqualTo(TestTree.nodes(hash.get("nodes")));
    }
    assertThat(proof.seek() == null).isEqualTo(fields.get("seek").isNull());
    if (proof.seek() != null) {
      JsonNode seek = fields.get("seek");
      assertThat(proof.seek().bytes()).isEqualTo(seek.get("bytes").asLong());
      assertThat(proof.seek().nodes()).isEqualTo(TestTree.nodes(seek.get("nodes")));
    }
    assertThat(proof.upgrade() == null).isEqualTo(fields.get("upgrade").isNull());
    if (proof.upgrade() != null) {
      isAs(proof.upgrade(), fields.get("upgrade"));
    }
    assertThat(proof.manifest() == null).isEqualTo(fields.get("manifest").isNull());
  }

  private static void isAs(Proof.Upgrade upgrade, JsonNode fields) {
    assertThat(upgrade.start()).isEqualTo(fields.get("start").asLong());
    assertThat(upgrade.length()).isEqualTo(fields.get("length").asLong());
    assertThat(upgrade.nodes()).isEqualTo(TestTree.nodes(fields.get("nodes")));
    assertThat(upgrade.additionalNodes()).isEqualTo(TestTree.nodes(fields.get("additionalNodes")));
    assertThat(upgrade.signature()).isEqualTo(Vectors.bytesOrNull(fields.get("signature")));
  }
}
