package dev.usernameregistry.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTest {
  private static final Key KEY =
      Key.fromHex("be24c6c833a298aab50356b2649cd9ad6b8bfded7054bb24762804248e6aed91");

  @Test
  void anIdIsReadInEachOfItsSpellings() {
    assertThat(Key.fromId(KEY.id())).isEqualTo(KEY);
    assertThat(Key.fromId(KEY.hex())).isEqualTo(KEY);
    assertThat(Key.fromId("pear://" + KEY.id())).isEqualTo(KEY);
    assertThat(Key.fromId("pear://" + KEY.id() + "/a/b")).isEqualTo(KEY);
    assertThat(Key.fromId("pear://" + KEY.hex() + "/")).isEqualTo(KEY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "pear://",
        "za1cp1buwkckipedk43gj8g3iiiaz9xpqbkmsjdsfynnjduk7se",
        "ZA1CP1BUWKCKIPEDK43GJ8G3IIIAZ9XPQBKMSJDSFYNNJDUK7SEO",
        "za1cp1buwkckipedk43gj8g3iiiaz9xpqbkmsjdsfynnjduk7see",
        "hyper://za1cp1buwkckipedk43gj8g3iiiaz9xpqbkmsjdsfynnjduk7seo",
        "za1cp1buwkckipedk43gj8g3iiiaz9xpqbkmsjdsfynnjduk7seo/path",
        "ge24c6c833a298aab50356b2649cd9ad6b8bfded7054bb24762804248e6aed91"
      })
  void anythingElseIsRefused(String id) {
    assertThatThrownBy(() -> Key.fromId(id)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 31, 33, 64})
  void aKeyHasExactlyItsSize(int bytes) {
    assertThatThrownBy(() -> Key.of(new byte[bytes]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got " + bytes);
  }

  @Test
  void whatIsNoKeyIsShownAndItsDigitsAreCounted() {
    assertNoKey("zz", "got 2 characters, 0 of them such digits: 'zz'");
    String less = KEY.hex().substring(2);
    assertNoKey(less, "got 62 characters, 62 of them such digits: '" + less + "'");
    String other = "g" + KEY.hex().substring(1);
    assertNoKey(other, "got 64 characters, 63 of them such digits: '" + other + "'");
    String much = "a".repeat(1_000_000);
    assertNoKey(
        much, "got 1000000 characters, 1000000 of them such digits: '" + "a".repeat(80) + "...'");
  }

  private static void assertNoKey(String hex, String got) {
    assertThatThrownBy(() -> Key.fromHex(hex))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a key is 64 hexadecimal digits, " + got);
  }

  @Test
  void aByteOfAKeyIsUnsigned() {
    assertThat(KEY.byteAt(0)).isEqualTo(0xbe);
    assertThat(KEY.byteAt(31)).isEqualTo(0x91);
  }

  @Test
  void keysAreOrderedAsUnsignedBytes() {
    byte[] high = new byte[Key.BYTES];
    high[0] = (byte) 0x80;
    assertThat(Key.of(high)).isGreaterThan(Key.of(new byte[Key.BYTES]));
  }

  @Test
  void bytesGivenAndTakenAreCopies() {
    byte[] bytes = KEY.bytes();
    Key key = Key.of(bytes);
    bytes[0]++;
    key.bytes()[0]++;
    assertThat(key).isEqualTo(KEY);
  }
}
