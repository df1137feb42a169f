package dev.usernameregistry.net.noise;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.PeerFault;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One side of an encrypted stream over ordered bytes. Has no thread, socket or clock: the caller
 * brings bytes and the time, and asks what to send. Messages arrive whole and in order. Not
 * thread-safe; one event loop owns it.
 *
 * <pre>
 * frame       3 bytes length, little-endian, and so many bytes
 *   first     the Noise handshake (none if it was done elsewhere)
 *   next      {@link HeaderFrame}
 *   then      messages sealed by {@link MessageCipher}
 * </pre>
 *
 * <p>Memory: at most one unfinished frame ({@link SecretStreamOptions#messageBytesMax} and 17
 * bytes), and what the caller has not fetched yet with {@link #nextMessage} and {@link #nextBytes}.
 * Every fault of the peer is a {@link PeerFault}, after which the stream is {@link
 * StreamState#CLOSED} and takes no more bytes.
 */
public final class SecretStream {
  private static final int HANDSHAKE_FRAME_BYTES_MAX = 1024;
  private static final byte[] EMPTY = {};

  private final SecretStreamOptions options;
  private final SecureRandom random;
  private final FrameReader frames = new FrameReader();
  private final Timers timers = new Timers();
  private final Queue<ByteBuffer> messages = new ArrayDeque<>();
  private final Queue<ByteBuffer> outgoing = new ArrayDeque<>();
  private StreamState state = StreamState.HANDSHAKE;
  private boolean sentAny;
  private boolean receivedAny;
  private @Nullable NoiseHandshake handshake;
  private @Nullable SessionKeys keys;
  private @Nullable MessageCipher sealing;
  private @Nullable MessageCipher opening;

  private SecretStream(SecretStreamOptions options, SecureRandom random, long nowNanos) {
    this.options = options;
    this.random = random;
    timers.set(Timer.HANDSHAKE, options.handshakeNanos(), nowNanos);
    timers.set(Timer.IDLE, options.idleNanos(), nowNanos);
  }

  /** Returns the dialling side; its first bytes can be fetched at once. */
  public static SecretStream initiator(
      KeyPair identity, SecureRandom random, SecretStreamOptions options, long nowNanos) {
    SecretStream stream = new SecretStream(options, random, nowNanos);
    KeyPair ephemeral = KeyPair.fromSeed(stream.randomBytes(KeyPair.SEED_BYTES));
    stream.startHandshake(
        NoiseHandshake.initiator(NoisePattern.XX, identity, ephemeral, EMPTY, null), nowNanos);
    return stream;
  }

  /** Returns the side that was dialled. */
  public static SecretStream responder(
      KeyPair identity, SecureRandom random, SecretStreamOptions options, long nowNanos) {
    SecretStream stream = new SecretStream(options, random, nowNanos);
    KeyPair ephemeral = KeyPair.fromSeed(stream.randomBytes(KeyPair.SEED_BYTES));
    stream.startHandshake(
        NoiseHandshake.responder(NoisePattern.XX, identity, ephemeral, EMPTY), nowNanos);
    return stream;
  }

  /** Returns a stream whose handshake was done elsewhere; messages can be sent at once. */
  public static SecretStream established(
      SessionKeys keys, SecureRandom random, SecretStreamOptions options, long nowNanos) {
    SecretStream stream = new SecretStream(options, random, nowNanos);
    stream.startMessages(keys, nowNanos);
    return stream;
  }

  /**
   * Takes in bytes as they came, whole frames or parts of them, and copies what it keeps. Does
   * nothing once closed.
   *
   * @throws MalformedMessageException if a frame has a length that cannot be
   * @throws SecretStreamException if what came is not proven to be the peer's
   */
  public void receive(ByteBuffer bytes, long nowNanos) {
    if (state == StreamState.CLOSED) {
      return;
    }
    timers.set(Timer.IDLE, options.idleNanos(), nowNanos);
    try {
      for (byte[] frame; (frame = frames.read(bytes, frameBytesMin(), frameBytesMax())) != null; ) {
        take(frame, nowNanos);
      }
    } catch (PeerFault fault) {
      close();
      throw fault;
    }
  }

  /** Returns the next message of the peer, never an empty one, or null. */
  public @Nullable ByteBuffer nextMessage() {
    return messages.poll();
  }

  /** Returns whether {@link #send} can be called: our keys are agreed and the stream lives. */
  public boolean canSend() {
    return state == StreamState.HEADER || state == StreamState.OPEN;
  }

  /**
   * Queues one message. Copies it.
   *
   * @throws IllegalStateException if {@link #canSend} is false
   * @throws IllegalArgumentException if the message is longer than {@link
   *     SecretStreamOptions#MESSAGE_BYTES_LIMIT}
   */
  public void send(ByteBuffer message, long nowNanos) {
    MessageCipher cipher = sealing;
    if (cipher == null || !canSend()) {
      throw new IllegalStateException("cannot send while " + state);
    }
    int length = message.remaining();
    if (length > SecretStreamOptions.MESSAGE_BYTES_LIMIT) {
      throw new IllegalArgumentException(
          "a message of " + length + " bytes, at most " + SecretStreamOptions.MESSAGE_BYTES_LIMIT);
    }
    byte[] frame = newFrame(length + MessageCipher.OVERHEAD_BYTES);
    message.get(frame, FrameReader.LENGTH_BYTES + 1, length);
    cipher.seal(MessageCipher.TAG_MESSAGE, frame, FrameReader.LENGTH_BYTES, length);
    queue(frame, nowNanos);
    sentAny = true;
  }

  /**
   * Returns whether messages went both ways, empty ones among them. The swarm's rule on duplicate
   * connections asks for it.
   */
  public boolean hasTraffic() {
    return sentAny && receivedAny;
  }

  /** Returns the next bytes to write, or null; ask again after every other call. */
  public @Nullable ByteBuffer nextBytes() {
    return outgoing.poll();
  }

  /** Returns how many bytes are set aside for a frame that has begun to arrive. */
  public long unfinishedBytes() {
    return frames.bufferBytes();
  }

  /**
   * Acts on every timer due at {@code nowNanos}; harmless to call early.
   *
   * @throws SecretStreamException if the handshake took too long or the peer was silent too long
   */
  public void onTimeout(long nowNanos) {
    if (timers.isDue(Timer.HANDSHAKE, nowNanos)) {
      close();
      throw new SecretStreamException(
          "no handshake within " + options.handshakeNanos() / 1_000_000 + " ms");
    }
    if (timers.isDue(Timer.IDLE, nowNanos)) {
      close();
      throw new SecretStreamException(
          "nothing received for " + options.idleNanos() / 1_000_000 + " ms");
    }
    if (timers.isDue(Timer.KEEP_ALIVE, nowNanos)) {
      keepAlive(nowNanos);
    }
  }

  /**
   * Queues an empty message, unless something waits to be written: that is as good a sign of life,
   * and a peer that does not read is not to make more of them wait.
   *
   * @throws IllegalStateException if {@link #canSend} is false
   */
  public void keepAlive(long nowNanos) {
    if (outgoing.isEmpty()) {
      send(ByteBuffer.wrap(EMPTY), nowNanos);
    } else {
      timers.set(Timer.KEEP_ALIVE, options.keepAliveNanos(), nowNanos);
    }
  }

  /** Returns when {@link #onTimeout} wants to be called, or {@link Long#MAX_VALUE} for never. */
  public long nextTimeoutNanos() {
    return timers.nextNanos();
  }

  /** Returns how far the stream has come. */
  public StreamState state() {
    return state;
  }

  /**
   * Returns the 64 bytes that are the same on both sides and different for every stream.
   *
   * @throws IllegalStateException while the handshake is under way
   */
  public byte[] handshakeHash() {
    return agreed().handshakeHash().clone();
  }

  /**
   * Returns the peer's public key, which the handshake has proven.
   *
   * @throws IllegalStateException while the handshake is under way
   */
  public Key remotePublicKey() {
    return agreed().remotePublicKey();
  }

  private SessionKeys agreed() {
    if (keys == null) {
      throw new IllegalStateException("nothing is agreed while " + state);
    }
    return keys;
  }

  private void startHandshake(NoiseHandshake started, long nowNanos) {
    handshake = started;
    continueHandshake(started, nowNanos);
  }

  private void continueHandshake(NoiseHandshake current, long nowNanos) {
    if (current.ourTurn()) {
      queueFrame(current.write(EMPTY), nowNanos);
    }
    if (current.complete()) {
      handshake = null;
      startMessages(current.keys(), nowNanos);
    }
  }

  private void startMessages(SessionKeys agreed, long nowNanos) {
    byte[] header = randomBytes(MessageCipher.HEADER_BYTES);
    keys = agreed;
    sealing = new MessageCipher(agreed.tx(), header);
    state = state.to(StreamState.HEADER);
    queueFrame(HeaderFrame.of(agreed, header), nowNanos);
  }

  private int frameBytesMin() {
    return switch (state) {
      case HEADER -> HeaderFrame.BYTES;
      case OPEN -> MessageCipher.OVERHEAD_BYTES;
      default -> Key.BYTES;
    };
  }

  private int frameBytesMax() {
    return switch (state) {
      case HEADER -> HeaderFrame.BYTES;
      case OPEN -> options.messageBytesMax() + MessageCipher.OVERHEAD_BYTES;
      default -> HANDSHAKE_FRAME_BYTES_MAX;
    };
  }

  private void take(byte[] frame, long nowNanos) {
    if (handshake != null) {
      handshake.read(frame);
      continueHandshake(handshake, nowNanos);
    } else if (opening == null) {
      opening = new MessageCipher(agreed().rx(), HeaderFrame.check(agreed(), frame));
      state = state.to(StreamState.OPEN);
      timers.stop(Timer.HANDSHAKE);
    } else {
      opening.open(frame, 0, frame.length);
      receivedAny = true;
      int length = frame.length - MessageCipher.OVERHEAD_BYTES;
      if (length > 0) {
        messages.add(ByteBuffer.wrap(frame, 1, length).slice());
      }
    }
  }

  private static byte[] newFrame(int bodyBytes) {
    byte[] frame = new byte[FrameReader.LENGTH_BYTES + bodyBytes];
    frame[0] = (byte) bodyBytes;
    frame[1] = (byte) (bodyBytes >>> 8);
    frame[2] = (byte) (bodyBytes >>> 16);
    return frame;
  }

  private void queueFrame(byte[] body, long nowNanos) {
    byte[] frame = newFrame(body.length);
    System.arraycopy(body, 0, frame, FrameReader.LENGTH_BYTES, body.length);
    queue(frame, nowNanos);
  }

  private void queue(byte[] frame, long nowNanos) {
    outgoing.add(ByteBuffer.wrap(frame));
    if (sealing != null) {
      timers.set(Timer.KEEP_ALIVE, options.keepAliveNanos(), nowNanos);
    }
  }

  private void close() {
    state = state.to(StreamState.CLOSED);
    timers.stopAll();
  }

  private byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
