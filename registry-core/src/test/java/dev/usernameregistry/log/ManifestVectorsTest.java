package dev.usernameregistry.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.testkit.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ManifestVectorsTest {

  static Stream<Arguments> manifests() {
    return Vectors.load("keys").arguments("manifests");
  }

  static Stream<Arguments> replicated() {
    return Vectors.load("replication").arguments("manifests");
  }

  static Stream<Arguments> cores() {
    return Vectors.load("keys").arguments("cores");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("manifests")
  void manifestIsReadWrittenAndHashedAsTheReferenceDoes(String label, JsonNode vector) {
    check(vector, vector.get("manifest"), Vectors.bytes(vector.get("encoded")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("replicated")
  void replicatedManifestIsTheSame(String label, JsonNode vector) {
    check(vector, vector.get("fields"), Vectors.bytes(vector.get("hex")));
  }

  private static void check(JsonNode vector, JsonNode fields, byte[] encoded) {
    Manifest manifest = manifest(fields);
    assertThat(manifest.encode()).isEqualTo(encoded);
    WireReader in = new WireReader(encoded);
    assertThat(Manifest.decode(in)).isEqualTo(manifest);
    assertThat(in.remaining()).isZero();
    assertThat(manifest.key().hex()).isEqualTo(vector.get("key").asText());
    assertThat(manifest.key().discoveryKey().hex()).isEqualTo(vector.get("discoveryKey").asText());
  }

  static Manifest manifest(JsonNode fields) {
    List<Manifest.Signer> signers = new ArrayList<>();
    for (JsonNode signer : fields.get("signers")) {
      signers.add(new Manifest.Signer(key(signer.get("namespace")), key(signer.get("publicKey"))));
    }
    JsonNode prologue = fields.get("prologue");
    JsonNode linked = fields.get("linked");
    return new Manifest(
        fields.get("version").asInt(),
        fields.get("allowPatch").asBoolean(),
        fields.get("quorum").asInt(),
        signers,
        prologue.isNull()
            ? Optional.empty()
            : Optional.of(
                new Manifest.Prologue(key(prologue.get("hash")), prologue.get("length").asLong())),
        linked.isNull()
            ? Optional.empty()
            : Optional.of(Vectors.bytesList(linked).stream().map(Key::of).toList()),
        Optional.ofNullable(Vectors.bytesOrNull(fields.get("userData"))));
  }

  private static Key key(JsonNode hex) {
    return Key.of(Vectors.bytes(hex));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cores")
  void logOfOneSignerIsNamedAsTheReferenceDoes(String label, JsonNode vector) {
    Key publicKey = key(vector.get("publicKey"));
    JsonNode v1 = vector.get("v1");
    assertThat(Manifest.single(publicKey).encode()).isEqualTo(Vectors.bytes(v1.get("manifest")));
    assertThat(Manifest.single(publicKey).key()).isEqualTo(key(v1.get("key")));
    for (String version : List.of("v0", "v1", "v2")) {
      JsonNode core = vector.get(version);
      Manifest manifest = Manifest.decode(new WireReader(Vectors.bytes(core.get("manifest"))));
      assertThat(manifest.signers().get(0).publicKey()).isEqualTo(publicKey);
      assertThat(manifest.key()).isEqualTo(key(core.get("key")));
      assertThat(manifest.key().discoveryKey()).isEqualTo(key(core.get("discoveryKey")));
    }
    JsonNode compatible = vector.get("compat");
    assertThat(HeadVerifier.of(key(compatible.get("key")), Manifest.single(publicKey))).isPresent();
  }
}
