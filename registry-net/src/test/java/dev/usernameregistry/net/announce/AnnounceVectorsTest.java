package dev.usernameregistry.net.announce;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.announce.AnnounceMessage.Place;
import dev.usernameregistry.net.announce.AnnounceMessage.Use;
import dev.usernameregistry.testkit.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes and signatures that the reference made. */
class AnnounceVectorsTest {
  private static final Vectors VECTORS = Vectors.load("dht");

  static Stream<Arguments> peers() {
    return VECTORS.arguments("peer");
  }

  static Stream<Arguments> lookupReplies() {
    return VECTORS.arguments("lookupReply");
  }

  static Stream<Arguments> announces() {
    return VECTORS.arguments("announce");
  }

  static Stream<Arguments> announceSignatures() {
    return VECTORS.arguments("announceSignatures");
  }

  static Stream<Arguments> mutablePuts() {
    return VECTORS.arguments("mutablePut");
  }

  static Stream<Arguments> mutableGets() {
    return VECTORS.arguments("mutableGetResponse");
  }

  static Stream<Arguments> mutableSignatures() {
    return VECTORS.arguments("mutableSignatures");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("peers")
  void peerRecords(String name, JsonNode vector) {
    PeerRecord peer = peer(vector.get("fields"));
    assertThat(peer.encode()).isEqualTo(Vectors.bytes(vector.get("hex")));
    assertThat(PeerRecord.decode(reader(vector.get("hex")))).isEqualTo(peer);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lookupReplies")
  void lookupReplies(String name, JsonNode vector) {
    List<PeerRecord> peers = new ArrayList<>();
    vector.get("fields").get("peers").forEach(peer -> peers.add(peer(peer)));
    long bump = vector.get("fields").get("bump").asLong();

    assertThat(LookupReply.decode(reader(vector.get("hex"))))
        .isEqualTo(new LookupReply(peers, bump));
    byte[] hex = Vectors.bytes(vector.get("hex"));
    byte[] encoded = LookupReply.encode(peers.stream().map(PeerRecord::encode).toList(), bump);
    if (vector.has("note")) {
      assertThat(encoded).startsWith(hex); // the old form ends before the bump
    } else {
      assertThat(encoded).isEqualTo(hex);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("announces")
  void announceMessages(String name, JsonNode vector) {
    JsonNode fields = vector.get("fields");
    AnnounceMessage message = AnnounceMessage.decode(reader(vector.get("hex")));

    assertThat(message.peer())
        .isEqualTo(fields.get("peer").isNull() ? null : peer(fields.get("peer")));
    assertThat(message.refresh())
        .isEqualTo(fields.get("refresh").isNull() ? null : key(fields.get("refresh")));
    assertThat(message.signature()).isEqualTo(Vectors.bytesOrNull(fields.get("signature")));
    assertThat(message.bump()).isEqualTo(fields.get("bump").asLong());
    assertThat(message.encode()).isEqualTo(Vectors.bytes(vector.get("hex")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("announceSignatures")
  void announceSignatures(String name, JsonNode vector) {
    Use use = Use.valueOf(vector.get("command").asText());
    KeyPair keyPair = KeyPair.fromSeed(Vectors.bytes(vector.get("seed")));
    PeerRecord peer = peer(vector.get("peer"));
    Key refresh = vector.get("refresh").isNull() ? null : key(vector.get("refresh"));
    Place place =
        new Place(
            key(vector.get("target")),
            key(vector.get("nodeId")),
            Vectors.bytes(vector.get("token")));

    assertThat(PeerRecord.target(keyPair.publicKey()).equals(place.target()))
        .isEqualTo(vector.get("targetIsHashOfKey").asBoolean());
    byte[] signable = AnnounceMessage.signable(use, place, peer, refresh);
    assertThat(signable).isEqualTo(Vectors.bytes(vector.get("signable")));
    assertThat(keyPair.sign(signable)).isEqualTo(Vectors.bytes(vector.get("signature")));

    AnnounceMessage message = AnnounceMessage.decode(reader(vector.get("value")));
    assertThat(message.encode()).isEqualTo(Vectors.bytes(vector.get("value")));
    assertThat(message.isSigned(use, place)).isTrue();
    Use other = use == Use.ANNOUNCE ? Use.UNANNOUNCE : Use.ANNOUNCE;
    assertThat(message.isSigned(other, place)).isFalse();
    if (refresh == null) {
      AnnounceMessage ours =
          use == Use.ANNOUNCE
              ? AnnounceMessage.announce(
                  place, keyPair, peer.relayAddresses(), vector.get("bump").asLong())
              : AnnounceMessage.unannounce(place, keyPair);
      assertThat(ours.encode()).isEqualTo(Vectors.bytes(vector.get("value")));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mutablePuts")
  void mutablePuts(String name, JsonNode vector) {
    MutableValue.Put put = MutableValue.Put.decode(reader(vector.get("hex")));
    assertThat(put.publicKey()).isEqualTo(key(vector.get("fields").get("publicKey")));
    assertFields(put.signed(), vector.get("fields"));
    assertThat(put.encode()).isEqualTo(Vectors.bytes(vector.get("hex")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mutableGets")
  void mutableGets(String name, JsonNode vector) {
    MutableValue value = MutableValue.decode(reader(vector.get("hex")));
    assertFields(value, vector.get("fields"));
    assertThat(value.encode()).isEqualTo(Vectors.bytes(vector.get("hex")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mutableSignatures")
  void mutableSignatures(String name, JsonNode vector) {
    KeyPair keyPair = KeyPair.fromSeed(Vectors.bytes(vector.get("seed")));
    byte[] value = Vectors.bytes(vector.get("value"));
    MutableValue signed = MutableValue.sign(keyPair, vector.get("seq").asLong(), value);

    assertThat(MutableValue.signable(signed.seq(), value))
        .isEqualTo(Vectors.bytes(vector.get("signable")));
    assertThat(signed.signature()).isEqualTo(Vectors.bytes(vector.get("signature")));
    assertThat(signed.isSignedBy(keyPair.publicKey())).isTrue();
    assertThat(new MutableValue(signed.seq() + 1, value, signed.signature()))
        .matches(forged -> !forged.isSignedBy(keyPair.publicKey()));
    assertThat(new MutableValue.Put(keyPair.publicKey(), signed).encode())
        .isEqualTo(Vectors.bytes(vector.get("putValue")));
    assertThat(PeerRecord.target(keyPair.publicKey())).isEqualTo(key(vector.get("target")));
  }

  @Test
  void namespaces() {
    JsonNode namespaces = VECTORS.get("constants").get("namespaces");
    for (Use use : Use.values()) {
      assertThat(use.namespace()).isEqualTo(Vectors.bytes(namespaces.get(use.name())));
    }
    assertThat(MutableValue.signable(0, new byte[1]))
        .startsWith(Vectors.bytes(namespaces.get("MUTABLE_PUT")));
  }

  @Test
  void commands() {
    JsonNode commands = VECTORS.get("constants").get("commands");
    assertThat(
            List.of(
                Command.FIND_PEER,
                Command.LOOKUP,
                Command.ANNOUNCE,
                Command.UNANNOUNCE,
                Command.MUTABLE_PUT,
                Command.MUTABLE_GET,
                Command.IMMUTABLE_PUT,
                Command.IMMUTABLE_GET,
                Command.PLUGIN))
        .isEqualTo(
            Stream.of(
                    "FIND_PEER",
                    "LOOKUP",
                    "ANNOUNCE",
                    "UNANNOUNCE",
                    "MUTABLE_PUT",
                    "MUTABLE_GET",
                    "IMMUTABLE_PUT",
                    "IMMUTABLE_GET",
                    "PLUGIN")
                .map(name -> commands.get(name).asInt())
                .toList());
  }

  @Test
  void refreshChainIsRevealedBackwards() {
    List<byte[]> chain = Vectors.bytesList(VECTORS.get("refreshChain").get("chain"));
    for (int i = 1; i < chain.size(); i++) {
      assertThat(Blake2b.hash(chain.get(i))).isEqualTo(chain.get(i - 1));
    }
  }

  private static void assertFields(MutableValue value, JsonNode fields) {
    assertThat(value.seq()).isEqualTo(fields.get("seq").asLong());
    assertThat(value.value()).isEqualTo(Vectors.bytes(fields.get("value")));
    assertThat(value.signature()).isEqualTo(Vectors.bytes(fields.get("signature")));
  }

  static PeerRecord peer(JsonNode fields) {
    List<Ipv4Address> relayAddresses = new ArrayList<>();
    fields.get("relayAddresses").forEach(a -> relayAddresses.add(address(a)));
    return new PeerRecord(key(fields.get("publicKey")), relayAddresses);
  }

  private static Ipv4Address address(JsonNode address) {
    return Ipv4Address.of(address.get("host").asText(), address.get("port").asInt());
  }

  private static Key key(JsonNode hex) {
    return Key.fromHex(Vectors.text(hex));
  }

  private static WireReader reader(JsonNode hex) {
    return new WireReader(Vectors.bytes(hex));
  }
}
