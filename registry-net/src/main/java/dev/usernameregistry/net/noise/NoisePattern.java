package dev.usernameregistry.net.noise;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The handshakes in use: which keys each message carries and agrees on (Noise, section 7). */
public enum NoisePattern {
  /** Neither side knows the other's key beforehand; streams over TCP do this. */
  XX("Noise_XX_Ed25519_ChaChaPoly_BLAKE2b", false),

  /** The initiator knows the responder's key; peers found through the DHT do this. */
  IK("Noise_IK_Ed25519_ChaChaPoly_BLAKE2b", true);

  /** A public key, or an agreement of the initiator's (first letter) with the responder's key. */
  enum Token {
    E,
    S,
    EE,
    ES,
    SE,
    SS
  }

  private static final List<List<Token>> XX_MESSAGES =
      List.of(
          List.of(Token.E),
          List.of(Token.E, Token.EE, Token.S, Token.ES),
          List.of(Token.S, Token.SE));
  private static final List<List<Token>> IK_MESSAGES =
      List.of(List.of(Token.E, Token.ES, Token.S, Token.SS), List.of(Token.E, Token.EE, Token.SE));

  private final String protocolName;
  private final boolean responderKnown;

  NoisePattern(String protocolName, boolean responderKnown) {
    this.protocolName = protocolName;
    this.responderKnown = responderKnown;
  }

  byte[] protocolName() {
    return protocolName.getBytes(StandardCharsets.US_ASCII);
  }

  boolean responderKnown() {
    return responderKnown;
  }

  /** Returns the tokens of each message, the initiator's first message first. */
  List<List<Token>> messages() {
    return this == XX ? XX_MESSAGES : IK_MESSAGES;
  }
}
