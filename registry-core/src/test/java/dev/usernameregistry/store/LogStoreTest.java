package dev.usernameregistry.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.memory.MemoryStorage;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogStoreTest {
  private static final Key STRANGER = Key.of(new byte[32]);

  private final MemoryStorage storage = new MemoryStorage();

  private LogStore open() throws IOException {
    return LogStore.open(storage, SecureRandom::new, names -> true);
  }

  @Test
  void aNewStoreDrawsUntilItsKeyFitsAndKeepsIt() throws IOException {
    LogStore store =
        LogStore.open(storage, SecureRandom::new, names -> names.logKey("log").byteAt(0) % 8 == 3);
    Key key = store.names().logKey("log");
    assertThat(key.byteAt(0) % 8).isEqualTo(3);
    LogStore again = LogStore.open(storage, SecureRandom::new, names -> false);
    assertThat(again.names().logKey("log")).isEqualTo(key);
  }

  @Test
  void anotherPrimaryKeyThanTheStoredOneIsRefused() throws IOException {
    LogStore.open(storage, Key.of(new byte[32]));
    LogStore.open(storage, Key.of(new byte[32]));
    byte[] other = new byte[32];
    other[31] = 1;
    assertThatThrownBy(() -> LogStore.open(storage, Key.of(other)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining(Key.of(other).hex());
  }

  @Test
  void everyoneGetsTheSameLog() throws IOException {
    LogStore store = open();
    Log log = store.open("a");
    assertThat(store.open("a")).isSameAs(log);
    assertThat(store.open(log.key())).isSameAs(log);
    assertThat(store.open("b")).isNotSameAs(log);
    assertThat(store.open(STRANGER)).isSameAs(store.open(STRANGER));
    assertThat(store.open(STRANGER).writable()).isFalse();
  }

  @Test
  void anOwnLogIsWritableByKeyAfterOpeningTheStoreAgain() throws IOException {
    Log log = open().open("a");
    log.append(List.of(new byte[3]));

    assertThat(storage.logKeys()).containsExactly(log.key());
    Log found = open().open(log.key());
    assertThat(found.writable()).isTrue();
    assertThat(found.append(List.of(new byte[1]))).isEqualTo(2);
  }

  @Test
  void aLogThatIsOnlyOpenIsNotStored() throws IOException {
    LogStore store = open();
    store.open(STRANGER);
    assertThat(storage.logKeys()).isEmpty();
  }

  @Test
  void aForgottenLogIsGone() throws IOException {
    LogStore store = open();
    Log log = store.open("a");
    log.append(List.of(new byte[3]));
    store.forget(log.key());
    assertThat(storage.logKeys()).isEmpty();
    assertThat(store.open("a").length()).isZero();
    assertThat(store.open("a")).isNotSameAs(log);
  }

  @Test
  void aLogNeedsAName() throws IOException {
    LogStore store = open();
    assertThatThrownBy(() -> store.open("")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theOwnLogOpenedAsAStrangersIsAMistakeThatIsTold() throws IOException {
    LogStore store = open();
    store.open(store.names().logKey("a"));
    assertThatThrownBy(() -> store.open("a")).isInstanceOf(IllegalStateException.class);
  }
}
