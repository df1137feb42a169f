package dev.usernameregistry.net.noise;

import static dev.usernameregistry.testkit.Vectors.bytes;
import static dev.usernameregistry.testkit.Vectors.bytesOrNull;
import static dev.usernameregistry.testkit.Vectors.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.testkit.Vectors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that {@code secret-stream.json} holds of the reference, except the side channel. */
class SecretStreamVectorsTest {
  private static final Vectors VECTORS = Vectors.load("secret-stream");
  private static final SecretStreamOptions OPTIONS = SecretStreamOptions.DEFAULT;

  static Stream<Arguments> dh() {
    return VECTORS.arguments("dh");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dh")
  void bothSidesAgreeOnTheReferencesSecret(String name, JsonNode v) {
    KeyPair a = KeyPair.fromSeed(bytes(v.get("seedA")));
    KeyPair b = KeyPair.fromSeed(bytes(v.get("seedB")));
    assertThat(a.publicKey().bytes()).isEqualTo(bytes(v.get("publicKeyA")));
    assertThat(DiffieHellman.scalar(a.seed())).isEqualTo(bytes(v.get("scalarA")));
    assertThat(DiffieHellman.shared(a, b.publicKey())).isEqualTo(bytes(v.get("shared")));
    assertThat(DiffieHellman.shared(b, a.publicKey())).isEqualTo(bytes(v.get("shared")));
  }

  static Stream<Arguments> dhReject() {
    return VECTORS.arguments("dhReject");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dhReject")
  void pointIsAcceptedOrRefusedAsTheReferenceDoes(String name, JsonNode v) {
    KeyPair own = KeyPair.fromSeed(bytes(v.get("seed")));
    Key point = Key.of(bytes(v.get("point")));
    if (v.get("accepted").asBoolean()) {
      assertThat(DiffieHellman.shared(own, point)).isEqualTo(bytes(v.get("shared")));
    } else {
      assertThatThrownBy(() -> DiffieHellman.shared(own, point))
          .isInstanceOf(SecretStreamException.class)
          .hasMessageContaining("not a point");
    }
  }

  static Stream<Arguments> kdf() {
    return VECTORS.arguments("kdf");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("kdf")
  void keysAreDerivedAsTheReferenceDoes(String name, JsonNode v) {
    byte[][] two = SymmetricState.derive(bytes(v.get("chainingKey")), bytes(v.get("ikm")));
    assertThat(two[0]).isEqualTo(bytes(v.get("out1")));
    assertThat(two[1]).isEqualTo(bytes(v.get("out2")));
  }

  static Stream<Arguments> handshakes() {
    return Stream.of("handshakesXX", "handshakesXXWithPrologueAndPayload", "handshakesIK")
        .flatMap(VECTORS::arguments);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("handshakes")
  void handshakeIsTheReferencesByteForByte(String name, JsonNode v) {
    NoisePattern pattern = NoisePattern.valueOf(text(v.get("pattern")));
    byte[] prologue = bytes(v.get("prologue"));
    KeyPair responderKey = keyPair(v.get("responder"), "staticSeed");
    NoiseHandshake initiator =
        NoiseHandshake.initiator(
            pattern,
            keyPair(v.get("initiator"), "staticSeed"),
            keyPair(v.get("initiator"), "ephemeralSeed"),
            prologue,
            pattern == NoisePattern.IK ? responderKey.publicKey() : null);
    NoiseHandshake responder =
        NoiseHandshake.responder(
            pattern, responderKey, keyPair(v.get("responder"), "ephemeralSeed"), prologue);
    assertState(initiator.symmetric(), v.get("initialState"));
    assertThat(v.get("messages")).isNotEmpty();
    for (JsonNode message : v.get("messages")) {
      boolean fromInitiator = text(message.get("from")).equals("initiator");
      NoiseHandshake sender = fromInitiator ? initiator : responder;
      NoiseHandshake receiver = fromInitiator ? responder : initiator;
      byte[] written = sender.write(bytes(message.get("payload")));
      assertThat(written).isEqualTo(bytes(message.get("message")));
      if (message.get("stateAfter").path("complete").asBoolean()) {
        assertThat(sender.complete()).isTrue();
      } else {
        assertState(sender.symmetric(), message.get("stateAfter"));
      }
      assertThat(receiver.read(written)).isEqualTo(bytes(message.get("payload")));
    }
    assertAgreed(v, initiator.keys(), responder.keys());
  }

  private static void assertAgreed(JsonNode v, SessionKeys initiator, SessionKeys responder) {
    byte[] hash = bytes(v.get("handshakeHash"));
    assertThat(initiator.handshakeHash()).isEqualTo(hash);
    assertThat(responder.handshakeHash()).isEqualTo(hash);
    JsonNode split = v.get("split");
    assertThat(initiator.tx()).isEqualTo(bytes(split.get("initiatorTx")));
    assertThat(initiator.rx()).isEqualTo(bytes(split.get("initiatorRx")));
    assertThat(responder.tx()).isEqualTo(bytes(split.get("responderTx")));
    assertThat(responder.rx()).isEqualTo(bytes(split.get("responderRx")));
    assertThat(initiator.remotePublicKey().bytes())
        .isEqualTo(bytes(v.get("responder").get("staticPublicKey")));
    assertThat(responder.remotePublicKey().bytes())
        .isEqualTo(bytes(v.get("initiator").get("staticPublicKey")));
    assertThat(HeaderFrame.streamId(hash, true)).isEqualTo(bytes(v.get("streamIdInitiator")));
    assertThat(HeaderFrame.streamId(hash, false)).isEqualTo(bytes(v.get("streamIdResponder")));
  }

  private static void assertState(SymmetricState state, JsonNode v) {
    assertThat(state.hash()).isEqualTo(bytes(v.get("h")));
    assertThat(state.chainingKey()).isEqualTo(bytes(v.get("ck")));
    assertThat(state.key()).isEqualTo(bytesOrNull(v.get("key")));
    assertThat(state.nonce()).isEqualTo(v.get("nonce").asLong());
  }

  static Stream<Arguments> headerFrames() {
    return VECTORS.arguments("headerFrames");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("headerFrames")
  void firstFrameOfAnEstablishedStreamIsTheReferences(String name, JsonNode v) {
    byte[] tx = bytes(v.get("tx"));
    boolean initiator = v.get("isInitiator").asBoolean();
    Key someone = KeyPair.fromSeed(new byte[32]).publicKey();
    SessionKeys keys = new SessionKeys(initiator, tx, tx, bytes(v.get("handshakeHash")), someone);
    SecretStream stream =
        SecretStream.established(
            keys, new ScriptedRandom(bytes(v.get("secretstreamHeader"))), OPTIONS, 0);
    assertThat(taken(stream)).containsExactly(bytes(v.get("frame")));
    assertThat(stream.canSend()).isTrue();
  }

  static Stream<Arguments> secretstream() {
    return VECTORS.arguments("secretstream");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("secretstream")
  void messagesAreSealedAndOpenedAsTheReferenceDoes(String name, JsonNode v) {
    MessageCipher sealing = new MessageCipher(bytes(v.get("key")), bytes(v.get("header")));
    MessageCipher opening = new MessageCipher(bytes(v.get("key")), bytes(v.get("header")));
    assertState(sealing, v.get("initialState"));
    if (v.get("counterForcedTo").isNumber()) {
      sealing.setCounter(v.get("counterForcedTo").intValue());
      opening.setCounter(v.get("counterForcedTo").intValue());
    }
    assertThat(v.get("messages")).isNotEmpty();
    for (JsonNode message : v.get("messages")) {
      byte[] plain = bytes(message.get("plain"));
      int tag = message.get("tag").asInt();
      byte[] buffer = new byte[plain.length + MessageCipher.OVERHEAD_BYTES];
      System.arraycopy(plain, 0, buffer, 1, plain.length);
      sealing.seal(tag, buffer, 0, plain.length);
      assertThat(buffer).isEqualTo(bytes(message.get("cipher")));
      assertState(sealing, message.get("stateAfter"));
      assertThat(opening.open(buffer, 0, buffer.length)).isEqualTo(tag);
      assertThat(Arrays.copyOfRange(buffer, 1, 1 + plain.length)).isEqualTo(plain);
      assertState(opening, message.get("stateAfter"));
    }
  }

  private static void assertState(MessageCipher cipher, JsonNode v) {
    byte[] state = cipher.stateBytes();
    assertThat(Arrays.copyOf(state, 32)).isEqualTo(bytes(v.get("k")));
    assertThat(Arrays.copyOfRange(state, 32, 44)).isEqualTo(bytes(v.get("nonce")));
  }

  static Stream<Arguments> sessions() {
    return VECTORS.arguments("sessions");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sessions")
  void wholeSessionIsTheReferencesByteForByte(String name, JsonNode v) {
    JsonNode seeds = v.get("seeds");
    SecretStream initiator =
        SecretStream.initiator(
            keyPair(seeds, "initiatorStatic"),
            new ScriptedRandom(
                bytes(seeds.get("initiatorEphemeral")),
                bytes(v.get("secretstreamHeaderInitiator"))),
            OPTIONS,
            0);
    SecretStream responder =
        SecretStream.responder(
            keyPair(seeds, "responderStatic"),
            new ScriptedRandom(
                bytes(seeds.get("responderEphemeral")),
                bytes(v.get("secretstreamHeaderResponder"))),
            OPTIONS,
            0);
    Iterator<byte[]> initiatorSends = Vectors.bytesList(v.get("responderReceived")).iterator();
    Iterator<byte[]> responderSends = Vectors.bytesList(v.get("initiatorReceived")).iterator();
    assertThat(v.get("transcript")).isNotEmpty();
    for (JsonNode entry : v.get("transcript")) {
      boolean fromInitiator = text(entry.get("from")).equals("initiator");
      if (entry.has("hex")) {
        assertNextFrame(
            bytes(entry.get("hex")),
            fromInitiator ? initiator : responder,
            fromInitiator ? initiatorSends : responderSends,
            fromInitiator ? responder : initiator);
      }
    }
    assertThat(initiator.handshakeHash()).isEqualTo(bytes(v.get("handshakeHash")));
    assertThat(responder.handshakeHash()).isEqualTo(bytes(v.get("handshakeHash")));
    assertThat(initiatorSends).isExhausted();
    assertThat(responderSends).isExhausted();
  }

  private static void assertNextFrame(
      byte[] expected, SecretStream sender, Iterator<byte[]> messages, SecretStream receiver) {
    byte[] message = {};
    ByteBuffer frame = sender.nextBytes();
    if (frame == null) {
      message = messages.next();
      sender.send(ByteBuffer.wrap(message), 0);
      frame = Objects.requireNonNull(sender.nextBytes());
    }
    assertThat(frame).isEqualTo(ByteBuffer.wrap(expected));
    receiver.receive(frame, 0);
    ByteBuffer received = receiver.nextMessage();
    assertThat(received).isEqualTo(message.length == 0 ? null : ByteBuffer.wrap(message));
  }

  private static KeyPair keyPair(JsonNode v, String field) {
    return KeyPair.fromSeed(bytes(v.get(field)));
  }

  static List<byte[]> taken(SecretStream stream) {
    List<byte[]> taken = new ArrayList<>();
    for (ByteBuffer bytes; (bytes = stream.nextBytes()) != null; ) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      taken.add(copy);
    }
    return taken;
  }
}
