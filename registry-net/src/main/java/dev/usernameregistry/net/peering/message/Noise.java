package dev.usernameregistry.net.peering.message;

import dev.usernameregistry.codec.PeerFault;
import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.noise.NoiseHandshake;
import dev.usernameregistry.net.noise.NoisePattern;
import dev.usernameregistry.net.noise.SessionKeys;
import java.security.SecureRandom;

/** The two messages of a handshake, which carry a {@link NoisePayload} each. */
public final class Noise {
  /** Its constants have the numbers of the requests that they belong to. */
  private static final String GROUP = "hyperswarm/dht";

  private static final byte[] PROLOGUE = Blake2b.namespace(GROUP, 0);
  private static final byte[] HOLEPUNCH = Blake2b.namespace(GROUP, 1);

  private Noise() {}

  /** What the other side's message says, and what both sides now share. */
  public record Agreed(NoisePayload payload, SessionKeys keys) {
    /** Returns the key of the PEER_HOLEPUNCH messages of this handshake, 32 bytes. */
    public byte[] holepunchSecret() {
      return Blake2b.keyed(keys.handshakeHash(), HOLEPUNCH);
    }
  }

  /** The side that writes first. Takes in any number of forged answers. */
  public static final class Client {
    private final KeyPair identity;
    private final KeyPair ephemeral;
    private final Key server;
    private final byte[] payload;
    private final byte[] message;

    /** Waiting for message 2; another one is made after one was spoilt by a forged message. */
    private NoiseHandshake handshake;

    /**
     * Writes message 1.
     *
     * @throws PeerFault if {@code server} is no key to agree a secret with
     */
    public Client(KeyPair identity, KeyPair ephemeral, Key server, NoisePayload payload) {
      this.identity = identity;
      this.ephemeral = ephemeral;
      this.server = server;
      this.payload = payload.encode();
      this.handshake = start();
      this.message = handshake.write(this.payload);
    }

    /** Returns message 1. */
    public byte[] message() {
      return message;
    }

    /**
     * Reads message 2.
     *
     * @throws PeerFault if it is not the server's, or does not decode
     */
    public Agreed read(byte[] answer) {
      boolean spoilt = true;
      try {
        Agreed agreed = new Agreed(NoisePayload.decode(handshake.read(answer)), handshake.keys());
        spoilt = false;
        return agreed;
      } finally {
        if (spoilt) {
          handshake = start();
          handshake.write(payload);
        }
      }
    }

    private NoiseHandshake start() {
      return NoiseHandshake.initiator(NoisePattern.IK, identity, ephemeral, PROLOGUE, server);
    }
  }

  /** The side that reads first. */
  public static final class Server {
    private final NoiseHandshake handshake;
    private final NoisePayload payload;

    /**
     * Reads message 1.
     *
     * @throws PeerFault if it is not for {@code identity}, or does not decode
     */
    public Server(KeyPair identity, KeyPair ephemeral, byte[] message) {
      handshake = NoiseHandshake.responder(NoisePattern.IK, identity, ephemeral, PROLOGUE);
      payload = NoisePayload.decode(handshake.read(message));
    }

    /** Returns who wrote message 1; whether it was written just now is not proven. */
    public Key client() {
      return handshake.remotePublicKey();
    }

    /** Returns what message 1 says. */
    public NoisePayload payload() {
      return payload;
    }

    /** Writes message 2. */
    public byte[] answer(NoisePayload answer) {
      return handshake.write(answer.encode());
    }

    /** Returns what both sides now share; after {@link #answer}. */
    public Agreed agreed() {
      return new Agreed(payload, handshake.keys());
    }
  }

  /** Returns a key pair for one handshake. */
  public static KeyPair newKeyPair(SecureRandom random) {
    byte[] seed = new byte[KeyPair.SEED_BYTES];
    random.nextBytes(seed);
    return KeyPair.fromSeed(seed);
  }
}
