package dev.usernameregistry.net.noise;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.PeerFault;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.noise.NoisePattern.Token;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One side of a Noise handshake. The sides write in turns, the initiator first; after the last
 * message {@link #keys} tells what was agreed. Not thread-safe; of no use after a {@link
 * PeerFault}.
 *
 * <pre>
 * XX  ->  e                      IK  (initiator knows the responder's s)
 *     <-  e, ee, s, es               ->  e, es, s, ss
 *     ->  s, se                      <-  e, ee, se
 * </pre>
 *
 * Each message ends with a payload, which may be empty.
 */
public final class NoiseHandshake {
  private final NoisePattern pattern;
  private final boolean initiator;
  private final KeyPair identity;
  private final KeyPair ephemeral;
  private final SymmetricState symmetric;
  private @Nullable Key remoteStatic;
  private @Nullable Key remoteEphemeral;

  /** Messages written or read. Invariant: 0 <= messageCount <= pattern.messages().size(). */
  private int messageCount;

  private NoiseHandshake(
      NoisePattern pattern,
      boolean initiator,
      KeyPair identity,
      KeyPair ephemeral,
      byte[] prologue) {
    this.pattern = pattern;
    this.initiator = initiator;
    this.identity = identity;
    this.ephemeral = ephemeral;
    this.symmetric = new SymmetricState(pattern.protocolName());
    symmetric.mixHash(prologue);
  }

  /**
   * Returns the side that writes first.
   *
   * @param ephemeral a fresh key pair for this handshake alone
   * @param prologue what both sides must already agree on; may be empty
   * @param responder the responder's public key if the pattern needs it, else null
   */
  public static NoiseHandshake initiator(
      NoisePattern pattern,
      KeyPair identity,
      KeyPair ephemeral,
      byte[] prologue,
      @Nullable Key responder) {
    NoiseHandshake handshake = new NoiseHandshake(pattern, true, identity, ephemeral, prologue);
    if (pattern.responderKnown()) {
      handshake.remoteStatic = present(responder);
      handshake.symmetric.mixHash(handshake.remoteStatic.bytes());
    }
    return handshake;
  }

  /** Returns the side that reads first; parameters as of {@link #initiator}. */
  public static NoiseHandshake responder(
      NoisePattern pattern, KeyPair identity, KeyPair ephemeral, byte[] prologue) {
    NoiseHandshake handshake = new NoiseHandshake(pattern, false, identity, ephemeral, prologue);
    if (pattern.responderKnown()) {
      handshake.symmetric.mixHash(identity.publicKey().bytes());
    }
    return handshake;
  }

  /** Returns whether all messages have been written and read. */
  public boolean complete() {
    return messageCount == pattern.messages().size();
  }

  /** Returns whether the next message is ours to write. */
  public boolean ourTurn() {
    return !complete() && (messageCount % 2 == 0) == initiator;
  }

  /**
   * Returns our next message, with {@code payload} at its end.
   *
   * @throws SecretStreamException if the peer's key is no point to agree a secret with
   * @throws IllegalStateException if it is not our turn
   */
  public byte[] write(byte[] payload) {
    requireTurn(true);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Token token : pattern.messages().get(messageCount)) {
      switch (token) {
        case E -> {
          out.writeBytes(ephemeral.publicKey().bytes());
          symmetric.mixHash(ephemeral.publicKey().bytes());
        }
        case S -> out.writeBytes(symmetric.encryptAndHash(identity.publicKey().bytes()));
        default -> agree(token);
      }
    }
    out.writeBytes(symmetric.encryptAndHash(payload));
    messageCount++;
    return out.toByteArray();
  }

  /**
   * Takes in the peer's next message and returns its payload.
   *
   * @throws MalformedMessageException if it is too short
   * @throws SecretStreamException if it is not authentic
   * @throws IllegalStateException if it is our turn
   */
  public byte[] read(byte[] message) {
    requireTurn(false);
    ByteBuffer in = ByteBuffer.wrap(message);
    for (Token token : pattern.messages().get(messageCount)) {
      switch (token) {
        case E -> {
          remoteEphemeral = Key.of(take(in, Key.BYTES));
          symmetric.mixHash(remoteEphemeral.bytes());
        }
        case S -> {
          int length = Key.BYTES + (symmetric.hasKey() ? SymmetricState.MAC_BYTES : 0);
          remoteStatic = Key.of(symmetric.decryptAndHash(take(in, length)));
        }
        default -> agree(token);
      }
    }
    int macBytes = symmetric.hasKey() ? SymmetricState.MAC_BYTES : 0;
    byte[] payload = symmetric.decryptAndHash(take(in, Math.max(macBytes, in.remaining())));
    messageCount++;
    return payload;
  }

  /**
   * Returns what was agreed.
   *
   * @throws IllegalStateException before the last message
   */
  public SessionKeys keys() {
    if (!complete()) {
      throw new IllegalStateException("after " + messageCount + " messages nothing is agreed yet");
    }
    byte[][] split = symmetric.split();
    byte[] tx = split[initiator ? 0 : 1];
    byte[] rx = split[initiator ? 1 : 0];
    return new SessionKeys(initiator, tx, rx, symmetric.hash(), present(remoteStatic));
  }

  /**
   * Returns the peer's static public key, which the messages read so far have proven.
   *
   * @throws IllegalStateException before the message that carries it
   */
  public Key remotePublicKey() {
    if (remoteStatic == null) {
      throw new IllegalStateException("after " + messageCount + " messages the key is not known");
    }
    return remoteStatic;
  }

  /** Returns the running hash and keys, for the vectors. */
  SymmetricState symmetric() {
    return symmetric;
  }

  private void agree(Token token) {
    boolean ownStatic = initiator ? startsStatic(token) : endsStatic(token);
    boolean remoteIsStatic = initiator ? endsStatic(token) : startsStatic(token);
    KeyPair own = ownStatic ? identity : ephemeral;
    Key remote = present(remoteIsStatic ? remoteStatic : remoteEphemeral);
    symmetric.mixKey(DiffieHellman.shared(own, remote));
  }

  private static boolean startsStatic(Token token) {
    return token == Token.SE || token == Token.SS;
  }

  private static boolean endsStatic(Token token) {
    return token == Token.ES || token == Token.SS;
  }

  private void requireTurn(boolean ours) {
    if (complete() || ourTurn() != ours) {
      throw new IllegalStateException(
          "message " + messageCount + " of " + pattern + " is not " + (ours ? "ours" : "theirs"));
    }
  }

  private static byte[] take(ByteBuffer in, int byteCount) {
    if (in.remaining() < byteCount) {
      throw new MalformedMessageException(
          "a handshake message needs " + byteCount + " more bytes, has " + in.remaining());
    }
    byte[] bytes = new byte[byteCount];
    in.get(bytes);
    return bytes;
  }

  private static Key present(@Nullable Key key) {
    if (key == null) {
      throw new IllegalArgumentException("this pattern needs the responder's public key");
    }
    return key;
  }
}
