package dev.usernameregistry.net.udx;

import static dev.usernameregistry.testkit.Vectors.bytes;
import static dev.usernameregistry.testkit.Vectors.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.codec.Ipv4Address;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is done to the stream of a {@code behaviour} vector, and what its user sees of it. */
final class Application {
  private static final Ipv4Address OTHER = Driven.PEER.withPort(2001);

  private static final int SALTS = 1_000;

  private final Driven node;
  private boolean ended;
  private boolean closed;
  private byte @Nullable [] plain;

  Application(Driven node) {
    this.node = node;
  }

  /** Does what a step says. */
  void act(JsonNode step) {
    plain = null;
    if (step.has("send")) {
      byte[] datagram = datagram(step.get("send"), step.get("events"));
      boolean other = step.path("fromOtherPort").asBoolean();
      if (!node.receiveFrom(other ? OTHER : Driven.PEER, datagram)) {
        plain = datagram;
      }
    }
    if (step.has("write")) {
      node.stream.write(ByteBuffer.wrap(payload(step.get("write"))), node.nowNanos);
    }
    if (step.has("message")) {
      node.stream.sendMessage(ByteBuffer.wrap(payload(step.get("message"))));
    }
    if (step.path("end").asBoolean()) {
      node.stream.end(node.nowNanos);
    }
    if (step.path("destroy").asBoolean()) {
      node.stream.destroy(node.nowNanos);
    }
  }

  private static byte[] datagram(JsonNode send, JsonNode events) {
    if (send.isTextual()) {
      return bytes(send);
    }
    byte[] head = bytes(send.get("head"));
    byte[] datagram = Arrays.copyOf(head, send.get("len").asInt());
    byte[] rest = Pattern.bytes(0, datagram.length - head.length, salt(events.get(0)));
    System.arraycopy(rest, 0, datagram, head.length, rest.length);
    return datagram;
  }

  /** Finds the salt of a payload that was trimmed from the vectors, from what was delivered. */
  private static int salt(JsonNode event) {
    int salt = 0;
    while (!sum(Pattern.bytes(0, event.get("len").asInt(), salt)).equals(sum(event))) {
      assertThat(++salt).as("salt of %s", event).isLessThan(SALTS);
    }
    return salt;
  }

  private static byte[] payload(JsonNode what) {
    return what.isTextual() ? bytes(what) : Pattern.bytes(0, what.get("patternBytes").asInt(), 0);
  }

  /** Compares what happened since the last step with {@code events}. */
  void check(String note, JsonNode events) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    List<String> messages = new ArrayList<>();
    List<String> other = new ArrayList<>();
    byte[] read = node.read();
    for (JsonNode event : events) {
      switch (text(event.get("ev"))) {
        case "data" ->
            data.writeBytes(event.has("hex") ? bytes(event.get("hex")) : same(event, read));
        case "message" -> messages.add(event.has("hex") ? text(event.get("hex")) : sum(event));
        case "plain-datagram" -> other.add(text(event.get("hex")));
        case "error" -> other.add(text(event.get("code")));
        default -> other.add(text(event.get("ev")));
      }
    }
    assertThat(read).as(note).isEqualTo(data.toByteArray());
    assertThat(messagesRead(messages)).as(note).isEqualTo(messages);
    assertThat(changes()).as(note).isEqualTo(other);
  }

  private static byte[] same(JsonNode event, byte[] read) {
    assertThat(sum(read)).isEqualTo(sum(event));
    return read;
  }

  private static String sum(JsonNode event) {
    return text(event.get("sha256"));
  }

  private static String sum(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns the messages that came, spelled in the way that {@code wanted} spells them. */
  private List<String> messagesRead(List<String> wanted) {
    List<String> messages = new ArrayList<>();
    for (ByteBuffer message; (message = node.stream.nextMessage()) != null; ) {
      byte[] bytes = new byte[message.remaining()];
      message.get(bytes);
      String hex = HexFormat.of().formatHex(bytes);
      messages.add(wanted.contains(sum(bytes)) ? sum(bytes) : hex);
    }
    return messages;
  }

  private List<String> changes() {
    List<String> changes = new ArrayList<>();
    if (plain != null) {
      changes.add(HexFormat.of().formatHex(plain));
    }
    if (!ended && node.stream.remoteEnded()) {
      ended = true;
      changes.add("end");
    }
    CloseReason reason = node.stream.closeReason();
    if (!closed && reason != null) {
      closed = true;
      if (reason == CloseReason.RESET) {
        changes.add("ECONNRESET");
      }
      changes.add("close");
    }
    return changes;
  }
}
