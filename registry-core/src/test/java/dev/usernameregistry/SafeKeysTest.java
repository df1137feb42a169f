package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.store.LogStore;
import dev.usernameregistry.testkit.SeededRandom;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The key of a new registry is drawn again until JavaScript peers may read it as a frame. */
class SafeKeysTest {
  private static final int SEEDS_MAX = 20_000;

  private enum Unsafe {
    NO_BYTES,
    A_LONGER_LENGTH,
    AN_UNKNOWN_CHANNEL;

    boolean is(Key key) {
      return switch (this) {
        case NO_BYTES -> key.byteAt(0) == 0;
        case A_LONGER_LENGTH -> key.byteAt(0) > 0xfc;
        case AN_UNKNOWN_CHANNEL -> key.byteAt(1) == 0xff;
      };
    }

    /** Returns whether a key is unsafe for this reason and no other. */
    boolean only(Key key) {
      for (Unsafe any : values()) {
        if (any.is(key) != (any == this)) {
          return false;
        }
      }
      return true;
    }
  }

  @ParameterizedTest
  @EnumSource
  void aKeyThatIsNotSafeIsDrawnAgain(Unsafe reason) throws IOException {
    int seed = 0;
    while (!reason.only(firstDrawn(seed))) {
      seed++;
      assertThat(seed).isLessThan(SEEDS_MAX);
    }
    try (UsernameRegistry registry =
        UsernameRegistry.builder().random(new SeededRandom(seed)).open()) {
      assertThat(registry.key()).isNotEqualTo(firstDrawn(seed));
      assertThat(reason.is(registry.key())).isFalse();
    }
  }

  private static Key firstDrawn(int seed) throws IOException {
    LogStore store =
        LogStore.open(new MemoryStorage(), () -> new SeededRandom(seed), names -> true);
    return store.names().logKey("my-username-registry");
  }
}
