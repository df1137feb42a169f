package dev.usernameregistry.net.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Key;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DirectoryHelloTest {
  private static final Key KEY = Key.fromHex("ab".repeat(32));

  /** "open handshake: uint version ‖ fixed32 registry key" */
  @Test
  void helloIsTheVersionAndTheKey() {
    byte[] bytes = DirectoryHello.of(KEY, false).encode();
    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("01" + "ab".repeat(32));
    assertThat(DirectoryHello.decode(bytes)).isEqualTo(new DirectoryHello(1, KEY));
    assertThat(DirectoryHello.decode(bytes).introduces()).isFalse();
  }

  /** "Who introduces registries says 2." */
  @Test
  void whoIntroducesSaysVersionTwo() {
    byte[] bytes = DirectoryHello.of(KEY, true).encode();
    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("02" + "ab".repeat(32));
    assertThat(DirectoryHello.decode(bytes).introduces()).isTrue();
  }

  /** "A reader ignores trailing bytes": how a later version says more. */
  @Test
  void laterVersionWithMoreFieldsIsUnderstood() {
    WireWriter later = new WireWriter().uint(7).raw(KEY.bytes()).string("more");
    assertThat(DirectoryHello.decode(later.toByteArray()).registryKey()).isEqualTo(KEY);
  }

  /** "Version 0 does not exist." */
  @Test
  void versionZeroIsMalformed() {
    byte[] bytes = new WireWriter().uint(0).raw(KEY.bytes()).toByteArray();
    assertThatThrownBy(() -> DirectoryHello.decode(bytes))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void arbitraryBytesAreAHelloOrMalformed() {
    Random random = new Random(1);
    int hellos = 0;
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = new byte[random.nextInt(64)];
      random.nextBytes(bytes);
      try {
        assertThat(DirectoryHello.decode(bytes).version()).isPositive();
        hellos++;
      } catch (MalformedMessageException expected) {
        assertThat(expected.getMessage()).isNotEmpty();
      }
    }
    assertThat(hellos).isBetween(1, 199_999);
  }
}
