package dev.usernameregistry.bee;

import dev.usernameregistry.codec.MalformedMessageException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Block 0 of a bee.
 *
 * <pre>
 * field       tag  type     present
 * protocol    0a   string   always, "hyperbee"
 * metadata    12   message  rarely
 *   contentFeed  0a  bytes  optional
 *   userData     12  bytes  optional
 * </pre>
 *
 * @param metadata null if the header has none
 */
public record BeeHeader(@Nullable Metadata metadata) {
  static final String PROTOCOL = "hyperbee";

  /** The header without metadata. */
  public static final BeeHeader PLAIN = new BeeHeader(null);

  /** What an application said about the bee when it made it. Arrays are not copied. */
  public record Metadata(byte @Nullable [] contentFeed, byte @Nullable [] userData) {}

  byte[] encode() {
    ProtoWriter out = new ProtoWriter(32);
    out.bytes(1, PROTOCOL.getBytes(StandardCharsets.UTF_8));
    if (metadata != null) {
      ProtoWriter inner = new ProtoWriter(32);
      inner.bytesIfPresent(1, metadata.contentFeed());
      inner.bytesIfPresent(2, metadata.userData());
      out.bytes(2, inner.toByteArray());
    }
    return out.toByteArray();
  }

  /**
   * Reads block 0.
   *
   * @throws NotABeeException if it is a header of another protocol
   * @throws MalformedMessageException if it is no header
   */
  static BeeHeader decode(byte[] block) {
    ProtoReader in = new ProtoReader(block);
    String protocol = null;
    Metadata metadata = null;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> protocol = new String(in.copy(), StandardCharsets.UTF_8);
        case 2 -> metadata = decodeMetadata(in.message());
        default -> {}
      }
    }
    if (protocol == null) {
      throw new MalformedMessageException("a bee's header names no protocol");
    }
    if (!protocol.equals(PROTOCOL)) {
      throw new NotABeeException(protocol.substring(0, Math.min(64, protocol.length())));
    }
    return metadata == null ? PLAIN : new BeeHeader(metadata);
  }

  private static Metadata decodeMetadata(ProtoReader in) {
    byte[] contentFeed = null;
    byte[] userData = null;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> contentFeed = in.copy();
        case 2 -> userData = in.copy();
        default -> {}
      }
    }
    return new Metadata(contentFeed, userData);
  }
}
