package dev.usernameregistry.net.peering;

import static dev.usernameregistry.testkit.Vectors.bytes;
import static dev.usernameregistry.testkit.Vectors.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.peering.message.Noise;
import dev.usernameregistry.net.peering.message.NoisePayload;
import dev.usernameregistry.testkit.Vectors;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;

/** One session of two peers of the reference: its packets, and the secrets behind them. */
final class RecordedSession {
  final JsonNode v;

  RecordedSession(String scenario) {
    this(
        Vectors.load("dht").cases("sessions").stream()
            .filter(session -> text(session.get("scenario")).equals(scenario))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no session " + scenario)));
  }

  RecordedSession(JsonNode v) {
    this.v = v;
  }

  List<JsonNode> packets(String kind) {
    return packets(packet -> text(packet.get("kind")).equals(kind));
  }

  List<JsonNode> command(String name) {
    return packets(packet -> packet.path("command").asText().equals(name));
  }

  private List<JsonNode> packets(Predicate<JsonNode> filter) {
    return StreamSupport.stream(v.get("packets").spliterator(), false).filter(filter).toList();
  }

  /** Returns the first packet of the handshake. */
  JsonNode handshakeRequest() {
    return command("PEER_HANDSHAKE").get(0);
  }

  /** Returns the packet that brings the answer to {@link #handshakeRequest}. */
  JsonNode handshakeReply() {
    JsonNode request = handshakeRequest();
    return packets(
            packet ->
                text(packet.get("kind")).equals("dht-reply")
                    && packet.get("tid").equals(request.get("tid"))
                    && packet.get("to").equals(request.get("from")))
        .get(0);
  }

  JsonNode secret(String op, boolean initiator) {
    return StreamSupport.stream(v.at("/secrets/noise").spliterator(), false)
        .filter(entry -> text(entry.get("op")).equals(op))
        .filter(entry -> entry.get("initiator").asBoolean() == initiator)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + op + " of initiator " + initiator));
  }

  NoisePayload hello() {
    return NoisePayload.decode(bytes(secret("send", true).get("payload")));
  }

  NoisePayload answer() {
    return NoisePayload.decode(bytes(secret("send", false).get("payload")));
  }

  Noise.Client client() {
    Key server = Key.of(bytes(secret("send", false).get("localStatic")));
    return new Noise.Client(identity(true), KeyPair.fromSeed(ephemeralSeed(true)), server, hello());
  }

  KeyPair identity(boolean client) {
    JsonNode publicKey = secret("send", client).get("localStatic");
    return StreamSupport.stream(v.get("keys").spliterator(), false)
        .filter(key -> key.get("publicKey").equals(publicKey))
        .map(key -> KeyPair.fromSeed(bytes(key.get("seed"))))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no seed of " + publicKey));
  }

  /** A Noise message begins with the ephemeral public key. */
  byte[] ephemeralSeed(boolean client) {
    String message = text(secret("send", client).get("message"));
    return StreamSupport.stream(v.at("/secrets/ephemerals").spliterator(), false)
        .filter(key -> message.startsWith(text(key.get("publicKey"))))
        .map(key -> bytes(key.get("seed")))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no ephemeral seed of " + message));
  }

  int streamId(boolean client) {
    return Objects.requireNonNull((client ? hello() : answer()).udx()).streamId();
  }

  /** Returns the port of a peer's server socket; the server is node 4 and the client node 5. */
  int serverPort(boolean client) {
    String name = client ? "node5.server" : "node4.server";
    return v.get("ports").properties().stream()
        .filter(entry -> text(entry.getValue()).equals(name))
        .map(entry -> Integer.parseInt(entry.getKey()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no port of " + name));
  }
}
