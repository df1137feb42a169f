package dev.usernameregistry.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Key;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Registry keys are told as the known application does, and on a channel of our own. */
class KeyExchangeTest {
  private static final Key KEY = Key.fromHex("17" + "cd".repeat(31));
  private static final Key OTHER_KEY = Key.fromHex("18" + "ef".repeat(31));

  private final TestPeer alice = new TestPeer(1).start();
  private final Attacker peer = new Attacker(alice.port());

  @BeforeEach
  void connect() throws IOException {
    peer.handshake();
  }

  @AfterEach
  void close() {
    peer.close();
    alice.close();
  }

  /** "Send it as the very first plaintext message behind the header frame" */
  @Test
  void ownKeyIsTheFirstMessageAndChannelsFollow() throws IOException {
    assertThat(peer.next()).isEqualTo(ByteBuffer.wrap(alice.key().bytes()));
    WireReader frame = new WireReader(peer.next());
    byte[] bytes = frame.raw();
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    assertThat(text).startsWith("\0\0\0").contains("usernameregistry/directory");
    assertThat(text).contains("hypercore/alpha");
  }

  @Test
  void rawKeyBeforeTheFirstFrameIsTaken() throws IOException {
    peer.send(KEY.bytes());
    awaitTold(KEY);
    Waiting.until(
        () -> alice.running().peers().get(0).registryKey().equals(Optional.of(KEY)),
        () -> "peers " + alice.running().peers());
  }

  @Test
  void keepAliveMayPrecedeTheRawKey() throws IOException {
    peer.send(new byte[0]);
    peer.send(KEY.bytes());
    awaitTold(KEY);
  }

  @Test
  void rawKeyBehindFramesIsTakenToo() throws IOException {
    peer.send(open("something", 1));
    peer.send(KEY.bytes());
    awaitTold(KEY);
  }

  @Test
  void keyInTheDirectoryIsTakenWithoutARawOne() throws IOException {
    peer.send(open("usernameregistry/directory", 1).uint(1).raw(KEY.bytes()));
    awaitTold(KEY);
  }

  @Test
  void directoryIsBelievedOverTheRawKeyAndBothAreTold() throws IOException {
    peer.send(OTHER_KEY.bytes());
    peer.send(open("usernameregistry/directory", 1).uint(1).raw(KEY.bytes()));
    awaitTold(KEY);
    assertThat(alice.told).contains(OTHER_KEY);
  }

  @Test
  void peerThatTellsNoKeyIsAPeerAllTheSame() throws IOException {
    peer.send(open("something", 1));
    Waiting.until(
        () -> alice.running().peers().size() == 1, () -> "peers " + alice.running().peers());
    assertThat(alice.running().peers().get(0).registryKey()).isEmpty();
    assertThat(alice.told).isEmpty();
  }

  private void awaitTold(Key key) {
    Waiting.until(() -> alice.told.contains(key), () -> "told " + alice.told);
  }

  private static WireWriter open(String protocol, long channel) {
    return new WireWriter().uint(0).uint(1).uint(channel).string(protocol).uint(0);
  }
}
