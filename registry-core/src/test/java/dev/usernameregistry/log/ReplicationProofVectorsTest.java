package dev.usernameregistry.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.testkit.Vectors;
import dev.usernameregistry.tree.Made;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole logs of the reference, and how it answered requests for parts of them. */
class ReplicationProofVectorsTest {

  static Stream<Arguments> proofs() {
    return Vectors.load("replication").arguments("proofs");
  }

  private static Log log(JsonNode vector) throws IOException {
    Key key = Key.of(Vectors.bytes(vector.get("key")));
    LogStorage storage = new MemoryStorage().openLog(key);
    CompleteLog.write(
        storage,
        key,
        Manifest.decode(new WireReader(Vectors.bytes(vector.get("manifest")))),
        Vectors.bytesList(vector.get("blocks")),
        vector.get("fork").asLong(),
        Vectors.bytes(vector.get("signature")));
    return Log.open(storage, key);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("proofs")
  void requestsAreAnsweredByteForByteAsTheReferenceDoes(String label, JsonNode vector)
      throws IOException {
    Log log = log(vector);
    assertThat(log.head().treeHash()).isEqualTo(Vectors.bytes(vector.get("treeHash")));
    HeadVerifier verifier = HeadVerifier.of(log.key(), log.manifest().orElseThrow()).orElseThrow();
    Head head = log.head();
    assertThat(verifier.signable(0, head.treeHash(), head.length(), head.fork()))
        .isEqualTo(Vectors.bytes(vector.get("signable")));
    assertThat(vector.get("requests")).isNotEmpty();
    for (JsonNode exchange : vector.get("requests")) {
      byte[] request = Vectors.bytes(exchange.get("requestHex"));
      Made made = log.prove(ProofRequest.decode(new WireReader(request)));
      assertThat(made).as(exchange.get("requestHex").asText()).isInstanceOf(Made.Ready.class);
      WireWriter out = new WireWriter();
      ((Made.Ready) made).proof().encode(out);
      assertThat(HexFormat.of().formatHex(out.toByteArray()))
          .as(exchange.get("requestHex").asText())
          .isEqualTo(exchange.get("dataHex").asText());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("proofs")
  void aReaderThatKnowsOnlyTheKeyBelievesTheAnswers(String label, JsonNode vector)
      throws IOException {
    Log writer = log(vector);
    Log reader = Log.open(new MemoryStorage().openLog(writer.key()), writer.key());
    reader.apply(ExchangeTest.upgrade(writer, 0, writer.length()));
    List<byte[]> blocks = Vectors.bytesList(vector.get("blocks"));
    for (int block = blocks.size() - 1; block >= 0; block--) {
      Proof proof = ExchangeTest.ask(writer, reader.wanted(block), null, null);
      assertThat(reader.apply(proof)).isEqualTo(new Applied.Stored(blocks.size()));
      assertThat(reader.get(block)).isEqualTo(blocks.get(block));
    }
    assertThat(reader.contiguousLength()).isEqualTo(blocks.size());
  }
}
