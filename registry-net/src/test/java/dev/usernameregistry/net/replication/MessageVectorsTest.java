package dev.usernameregistry.net.replication;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.testkit.Vectors;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import dev.usernameregistry.tree.TreeNode;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MessageVectorsTest {
  private static final Vectors VECTORS = Vectors.load("replication");
  private static final List<String> TYPES =
      List.of(
          "sync",
          "request",
          "cancel",
          "data",
          "noData",
          "want",
          "unwant",
          "bitfield",
          "range",
          "extension");

  static Stream<Arguments> messages() {
    return VECTORS.arguments("messages");
  }

  static Stream<Arguments> lenient() {
    return VECTORS.arguments("lenient");
  }

  static Stream<Arguments> capabilities() {
    return VECTORS.arguments("capabilities");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("messages")
  void messageIsReadAndWrittenAsTheReferenceDoes(String name, JsonNode vector) {
    byte[] bytes = Vectors.bytes(vector.get("hex"));
    if (vector.get("type").asText().equals("handshake")) {
      Handshake handshake = Handshake.decode(new WireReader(bytes));
      assertThat(handshake.seeks()).isEqualTo(vector.get("fields").get("seeks").asBoolean());
      assertThat(handshake.encode()).isEqualTo(bytes);
      return;
    }
    Message message = decode(vector, bytes);

    assertFields(vector.get("fields"), message);
    WireWriter out = new WireWriter();
    message.encode(out);
    assertThat(out.toByteArray()).isEqualTo(bytes);
    assertThat(message.type()).isEqualTo(vector.get("id").asInt());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lenient")
  void unusualSpellingIsUnderstood(String name, JsonNode vector) {
    assertFields(vector.get("fields"), decode(vector, Vectors.bytes(vector.get("hex"))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("capabilities")
  void capabilityIsThatOfTheReference(String name, JsonNode vector) {
    Key key = Key.of(Vectors.bytes(vector.get("key")));
    byte[] hash = Vectors.bytes(vector.get("handshakeHash"));

    assertThat(key.discoveryKey().hex()).isEqualTo(vector.get("discoveryKey").asText());
    for (String role : List.of("initiator", "responder")) {
      Handshake handshake = Handshake.of(role.equals("initiator"), hash, key);
      assertThat(handshake.capability()).isEqualTo(Vectors.bytes(vector.get(role)));
    }
  }

  private static Message decode(JsonNode vector, byte[] bytes) {
    int type = TYPES.indexOf(vector.get("type").asText());
    Message message = Message.decode(type, new WireReader(bytes));
    if (message == null) {
      throw new AssertionError("type " + type + " is not known");
    }
    return message;
  }

  /** Every field that we have must be as in the vector, and the vector must have no other. */
  private static void assertFields(JsonNode expected, Message message) {
    ObjectNode fields = fields(message);
    for (Map.Entry<String, JsonNode> field : fields.properties()) {
      assertThat(field.getValue().toString())
          .as(field.getKey())
          .isEqualTo(String.valueOf(expected.path(field.getKey())));
    }
    expected
        .fieldNames()
        .forEachRemaining(
            name -> {
              boolean manifest = name.equals("manifest") && message instanceof Message.Data;
              assertThat(fields.has(name) || manifest).as(name).isTrue();
            });
  }

  private static ObjectNode fields(Message message) {
    ObjectNode fields = JsonNodeFactory.instance.objectNode();
    if (message instanceof Sync m) {
      fields.put("fork", (int) m.fork()).put("length", (int) m.length());
      fields.put("remoteLength", (int) m.remoteLength()).put("canUpgrade", m.canUpgrade());
      fields.put("uploading", m.uploading()).put("downloading", m.downloading());
      fields.put("hasManifest", m.hasManifest()).put("allowPush", m.allowPush());
    } else if (message instanceof Message.Request m) {
      addRequest(fields, m.request());
    } else if (message instanceof Message.Cancel m) {
      fields.put("request", (int) m.request());
    } else if (message instanceof Message.Data m) {
      addProof(fields, m.proof());
    } else if (message instanceof NoData m) {
      fields.put("request", (int) m.request()).put("reason", (int) m.reason());
    } else if (message instanceof Want m) {
      fields.put("start", (int) m.start()).put("length", (int) m.length()).put("any", m.any());
    } else if (message instanceof Bitfield m) {
      ArrayNode words = fields.put("start", (int) m.start()).putArray("bitfield");
      for (int word : m.words()) {
        words.add(Integer.toUnsignedLong(word));
      }
    } else if (message instanceof Range m) {
      fields.put("drop", m.drop()).put("start", (int) m.start()).put("length", (int) m.length());
    } else if (message instanceof Message.Extension m) {
      fields.put("name", m.name()).put("message", HexFormat.of().formatHex(m.message()));
    }
    return fields;
  }

  private static void addRequest(ObjectNode fields, ProofRequest request) {
    fields.put("id", (int) request.id()).put("fork", (int) request.fork());
    ProofRequest.Block block = request.block();
    ProofRequest.Hash hash = request.hash();
    ProofRequest.Seek seek = request.seek();
    ProofRequest.Upgrade upgrade = request.upgrade();
    put(
        fields,
        "block",
        "index",
        block == null ? null : block.index(),
        "nodes",
        block == null ? null : block.nodes());
    put(
        fields,
        "hash",
        "index",
        hash == null ? null : hash.index(),
        "nodes",
        hash == null ? null : hash.nodes());
    put(
        fields,
        "seek",
        "bytes",
        seek == null ? null : seek.bytes(),
        "padding",
        seek == null ? null : seek.padding());
    put(
        fields,
        "upgrade",
        "start",
        upgrade == null ? null : upgrade.start(),
        "length",
        upgrade == null ? null : upgrade.length());
    fields.put("manifest", request.manifest()).put("priority", (int) request.priority());
  }

  private static void put(
      ObjectNode fields,
      String name,
      String first,
      @Nullable Long one,
      String second,
      @Nullable Long two) {
    if (one == null || two == null) {
      fields.putNull(name);
    } else {
      fields.putObject(name).put(first, (int) (long) one).put(second, (int) (long) two);
    }
  }

  private static void addProof(ObjectNode fields, Proof proof) {
    fields.put("request", (int) proof.request()).put("fork", (int) proof.fork());
    Proof.Block block = proof.block();
    Proof.Hash hash = proof.hash();
    Proof.Seek seek = proof.seek();
    Proof.Upgrade upgrade = proof.upgrade();
    if (block == null) {
      fields.putNull("block");
    } else {
      ObjectNode part = fields.putObject("block").put("index", (int) block.index());
      part.put("value", HexFormat.of().formatHex(block.value()));
      addNodes(part, "nodes", block.nodes());
    }
    if (hash == null) {
      fields.putNull("hash");
    } else {
      addNodes(fields.putObject("hash").put("index", (int) hash.index()), "nodes", hash.nodes());
    }
    if (seek == null) {
      fields.putNull("seek");
    } else {
      addNodes(fields.putObject("seek").put("bytes", (int) seek.bytes()), "nodes", seek.nodes());
    }
    if (upgrade == null) {
      fields.putNull("upgrade");
    } else {
      ObjectNode part = fields.putObject("upgrade").put("start", (int) upgrade.start());
      part.put("length", (int) upgrade.length());
      addNodes(part, "nodes", upgrade.nodes());
      addNodes(part, "additionalNodes", upgrade.additionalNodes());
      byte[] signature = upgrade.signature();
      part.put("signature", signature == null ? null : HexFormat.of().formatHex(signature));
    }
  }

  private static void addNodes(ObjectNode part, String name, List<TreeNode> nodes) {
    ArrayNode array = part.putArray(name);
    for (TreeNode node : nodes) {
      ObjectNode entry = array.addObject().put("index", (int) node.index());
      entry.put("size", (int) node.size()).put("hash", HexFormat.of().formatHex(node.hash()));
    }
  }
}
