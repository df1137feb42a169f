package dev.usernameregistry.net;

import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.noise.SecretStream;
import dev.usernameregistry.net.noise.SecretStreamOptions;
import dev.usernameregistry.net.noise.StreamState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;

/** A peer without manners: a socket, and an encrypted stream that it may use as it likes. */
final class Attacker implements AutoCloseable {
  private static final int LONGEST_WAIT_MILLIS = 20_000;

  final SecretStream stream;
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  Attacker(int port) {
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) 66);
    stream =
        SecretStream.initiator(
            KeyPair.fromSeed(seed), new SecureRandom(), SecretStreamOptions.DEFAULT, 0);
    try {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(LONGEST_WAIT_MILLIS);
      socket.setTcpNoDelay(true);
      in = socket.getInputStream();
      out = socket.getOutputStream();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Does the handshake as it should be. */
  Attacker handshake() throws IOException {
    flush();
    while (stream.state() != StreamState.OPEN) {
      if (!readSome()) {
        throw new AssertionError("closed in the handshake");
      }
      flush();
    }
    return this;
  }

  /** Writes bytes as they are. */
  void raw(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  /** Sends one encrypted message. */
  void send(byte[] message) throws IOException {
    stream.send(ByteBuffer.wrap(message), 0);
    flush();
  }

  /** Sends one encrypted message with the bytes that {@code message} holds. */
  void send(WireWriter message) throws IOException {
    send(message.toByteArray());
  }

  /** Returns the bytes that the stream wants written, unwritten. */
  byte[] outgoing() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (ByteBuffer bytes; (bytes = stream.nextBytes()) != null; ) {
      byte[] some = new byte[bytes.remaining()];
      bytes.get(some);
      all.writeBytes(some);
    }
    return all.toByteArray();
  }

  void flush() throws IOException {
    raw(outgoing());
  }

  /** Returns the next message of the victim; fails if it hangs up. */
  ByteBuffer next() throws IOException {
    while (true) {
      ByteBuffer message = stream.nextMessage();
      if (message != null) {
        return message;
      }
      if (!readSome()) {
        throw new AssertionError("closed instead of a message");
      }
    }
  }

  /** Waits until the victim hangs up; fails if it does not. */
  void awaitHangUp() {
    byte[] buffer = new byte[4096];
    try {
      while (in.read(buffer) >= 0) {
        // whatever it says before it goes
      }
    } catch (java.net.SocketTimeoutException e) {
      throw new AssertionError("the victim did not hang up", e);
    } catch (IOException reset) {
      // gone as well
    }
  }

  private boolean readSome() throws IOException {
    byte[] buffer = new byte[16 * 1024];
    int count = in.read(buffer);
    if (count > 0) {
      stream.receive(ByteBuffer.wrap(buffer, 0, count), 0);
    }
    return count >= 0;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
