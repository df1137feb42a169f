package dev.usernameregistry.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.testkit.ForwardingLogStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogTest {
  private static final KeyPair SIGNER = KeyPair.fromSeed(new byte[32]);
  private static final Manifest MANIFEST = Manifest.single(SIGNER.publicKey());

  private final MemoryStorage storage = new MemoryStorage();

  private Log open() throws IOException {
    return Log.open(storage.openLog(MANIFEST.key()), MANIFEST, Optional.of(SIGNER));
  }

  private static List<byte[]> values(String... values) {
    return List.of(values).stream().map(v -> v.getBytes(UTF_8)).toList();
  }

  @Test
  void appendedBlocksCanBeReadAndAreThereAfterOpeningAgain() throws IOException {
    Log log = open();
    assertThat(log.append(values("a", "bc"))).isEqualTo(2);
    assertThat(log.append(values(""))).isEqualTo(3);
    Head head = log.head();

    Log again = open();
    assertThat(again.head().roots()).isEqualTo(head.roots());
    assertThat(again.head().signature()).isEqualTo(head.signature()).hasSize(68);
    assertThat(again.head().byteLength()).isEqualTo(3);
    assertThat(again.contiguousLength()).isEqualTo(3);
    assertThat(again.get(1)).isEqualTo("bc".getBytes(UTF_8));
    assertThat(again.get(2)).isEmpty();
    assertThat(again.has(2)).isTrue();
    assertThat(again.has(3)).isFalse();
    assertThat(again.has(-1)).isFalse();
    assertThatThrownBy(() -> again.get(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> again.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(again.storedWords(0, 1)).containsExactly(7);
    assertThat(again.storedWords(32, 1)).containsExactly(0);
    assertThatThrownBy(() -> again.storedWords(16, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> again.wanted(3)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aConditionalAppendIsMadeWhereItWasMeantOrNotAtAll() throws IOException {
    Log log = open();
    assertThat(log.append(0, 0, values("a", "b"))).isEqualTo(2);
    Head head = log.head();
    assertThatThrownBy(() -> log.append(0, 1, values("c"))).isInstanceOf(LogMovedException.class);
    assertThatThrownBy(() -> log.append(0, 3, values("c"))).isInstanceOf(LogMovedException.class);
    assertThatThrownBy(() -> log.append(1, 2, values("c"))).isInstanceOf(LogMovedException.class);
    assertThat(log.head()).isSameAs(head);
    log.truncate(1);
    assertThatThrownBy(() -> log.append(0, 1, values("c"))).isInstanceOf(LogMovedException.class);
    assertThat(log.append(1, 1, values("c"))).isEqualTo(2);
    assertThat(log.append(1, 2, List.of())).isEqualTo(2);
  }

  @Test
  void theNewestBlockIsProvedFromMemoryToWhoHasAllBefore() throws IOException {
    Log log = open();
    Log reader = Log.open(new MemoryStorage().openLog(MANIFEST.key()), MANIFEST, Optional.empty());
    for (int length = 1; length <= 40; length++) {
      byte[] value = {(byte) length};
      log.append(List.of(value));
      value[0] = 0; // the caller's own again
      assertThat(reader.apply(log.proveNewest().orElseThrow()))
          .isEqualTo(new Applied.Stored(length));
    }
    assertThat(reader.head().roots()).isEqualTo(log.head().roots());
    assertThat(reader.get(39)).containsExactly(40);
    assertThat(reader.proveNewest()).as("what a peer brought is on its disk only").isEmpty();
  }

  @Test
  void ofOtherChangesNothingIsProvedFromMemory() throws IOException {
    Log log = open();
    assertThat(log.proveNewest()).isEmpty();
    log.append(values("a", "b"));
    assertThat(log.proveNewest()).isEmpty();
    log.append(values("c"));
    assertThat(log.proveNewest()).isPresent();
    assertThat(open().proveNewest()).isEmpty();
    log.append(List.of(new byte[Snapshot.NEWEST_BYTES_MAX]));
    assertThat(log.proveNewest()).isPresent();
    log.append(List.of(new byte[Snapshot.NEWEST_BYTES_MAX + 1]));
    assertThat(log.proveNewest()).isEmpty();
    log.append(values("d"));
    log.truncate(4);
    assertThat(log.proveNewest()).isEmpty();
    log.append(values("e"));
    assertThat(log.proveNewest().orElseThrow().fork()).isEqualTo(1);
  }

  @Test
  void listenersHearOfAChangeOnceMoreWhenOthersCanMakeTheNext() throws IOException {
    Log log = open();
    List<String> heard = new ArrayList<>();
    log.addListener(
        new LogListener() {
          @Override
          public void stored(Log changed, long start, long length) {
            heard.add("stored " + start);
          }

          @Override
          public void changed(Log changed) {
            heard.add("changed");
            throw new IllegalStateException("a listener that fails is nobody else's trouble");
          }
        });
    log.addListener(
        new LogListener() {
          @Override
          public void changed(Log changed) {
            if (changed.length() == 1) {
              try {
                changed.append(values("b"));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            }
          }
        });

    log.append(values("a"));
    log.append(List.of());

    assertThat(heard).containsExactly("stored 0", "changed", "stored 1", "changed");
  }

  @Test
  void openingAloneLeavesNothingBehind() throws IOException {
    open();
    assertThat(storage.logKeys()).isEmpty();
  }

  @Test
  void oneAppendOfManyBlocksGivesTheSameTreeAsManyAppends() throws IOException {
    Log log = open();
    List<byte[]> values = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      values.add(new byte[i]);
    }
    log.append(values);

    MemoryStorage other = new MemoryStorage();
    Log one = Log.open(other.openLog(MANIFEST.key()), MANIFEST, Optional.of(SIGNER));
    for (byte[] value : values) {
      one.append(List.of(value));
    }
    assertThat(one.head().roots()).isEqualTo(log.head().roots());
    assertThat(one.head().signature()).isEqualTo(log.head().signature());
  }

  @Test
  void blockAboveTheLimitIsRefusedBeforeAnythingChanges() throws IOException {
    Log log = open();
    List<byte[]> values = List.of(new byte[1], new byte[Log.BLOCK_BYTES_MAX + 1]);
    assertThatThrownBy(() -> log.append(values))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("15728641");
    assertThatThrownBy(() -> log.append(values, new byte[64]))
        .as("also where the signature is made elsewhere")
        .hasMessageContaining("15728641");
    assertThat(log.length()).isZero();
    assertThat(log.append(List.of(new byte[Log.BLOCK_BYTES_MAX]))).isEqualTo(1);
  }

  @Test
  void appendAboveTheLimitIsRefusedAndTheLogGoesOn() throws IOException {
    Log log = open();
    byte[] value = new byte[Log.BLOCK_BYTES_MAX];
    assertThatThrownBy(() -> log.append(Collections.nCopies(69, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("append them in parts");
    assertThatThrownBy(() -> log.append(Collections.nCopies(1 << 23, new byte[1])))
        .hasMessageContaining("append them in parts");
    assertThat(log.append(values("x"))).isEqualTo(1);
  }

  @Test
  void nobodyAppendsWithoutTheSignersKey() throws IOException {
    Log reader = Log.open(storage.openLog(MANIFEST.key()), MANIFEST.key());
    assertThat(reader.writable()).isFalse();
    assertThatThrownBy(() -> reader.append(values("x"))).isInstanceOf(IllegalStateException.class);

    KeyPair stranger = KeyPair.fromSeed(MANIFEST.key().bytes());
    Log strange = Log.open(storage.openLog(MANIFEST.key()), MANIFEST, Optional.of(stranger));
    assertThat(strange.writable()).isFalse();
  }

  @Test
  void cuttingKeepsTheFirstBlocksAndCountsTheFork() throws IOException {
    Log log = open();
    log.append(values("a", "b", "c", "d", "e"));
    Key before = Key.of(log.head().treeHash());
    log.append(values("f"));
    log.truncate(5);
    assertThat(log.fork()).isEqualTo(1);
    assertThat(Key.of(log.head().treeHash())).isEqualTo(before);
    log.truncate(3);
    assertThat(log.length()).isEqualTo(3);
    assertThat(log.has(3)).isFalse();
    assertThat(log.contiguousLength()).isEqualTo(3);
    log.append(values("D"));
    assertThat(open().get(3)).isEqualTo("D".getBytes(UTF_8));
    assertThat(open().fork()).isEqualTo(2);
    assertThat(open().length()).isEqualTo(4);
    assertThatThrownBy(() -> log.truncate(5)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> log.truncate(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void listenersAreToldAfterEachCommitAndMustNotChangeTheLog() throws IOException {
    Log log = open();
    List<String> told = new ArrayList<>();
    LogListener listener =
        new LogListener() {
          @Override
          public void lengthened(Log log, long previousLength) {
            told.add("lengthened " + previousLength + " to " + log.length());
          }

          @Override
          public void stored(Log log, long start, long length) {
            told.add("stored " + start + " + " + length);
          }

          @Override
          public void truncated(Log log, long length, long previousLength) {
            told.add("cut " + previousLength + " to " + length);
            assertThatThrownBy(() -> log.append(values("x")))
                .isInstanceOf(IllegalStateException.class);
          }
        };
    log.addListener(listener);
    log.append(values("a", "b"));
    log.truncate(1);
    log.removeListener(listener);
    log.append(values("c"));
    assertThat(told).containsExactly("lengthened 0 to 2", "stored 0 + 2", "cut 2 to 1");
  }

  @Test
  void aListenerThatFailsDoesNotMakeTheAppendFail() throws IOException {
    Log log = open();
    log.addListener(
        new LogListener() {
          @Override
          public void lengthened(Log log, long previousLength) {
            throw new IllegalStateException("on purpose, by a test");
          }
        });
    assertThat(log.append(values("a"))).isEqualTo(1);
    assertThat(log.append(values("b"))).isEqualTo(2);
  }

  @Test
  void ownBlocksAreDurableAndThoseOfPeersNeedNotBe() throws IOException {
    FailingStorage own = new FailingStorage(storage.openLog(MANIFEST.key()));
    Log log = Log.open(own, MANIFEST, Optional.of(SIGNER));
    log.append(values("a", "b"));
    log.truncate(1);
    assertThat(own.durable).containsExactly(true, true);

    FailingStorage copy = new FailingStorage(new MemoryStorage().openLog(MANIFEST.key()));
    Log reader = Log.open(copy, MANIFEST.key());
    reader.apply(ExchangeTest.upgrade(log, 0, 1));
    reader.apply(ExchangeTest.ask(log, reader.wanted(0), null, null));
    assertThat(copy.durable).containsExactly(false, false);

    Log other =
        Log.open(new MemoryStorage().openLog(MANIFEST.key()), MANIFEST, Optional.of(SIGNER));
    other.append(values("A"));
    other.truncate(1);
    assertThat(reader.apply(ExchangeTest.upgrade(other, 0, 1)))
        .isInstanceOf(Applied.Conflict.class);
    assertThat(copy.durable).as("the evidence").endsWith(true);
  }

  @Test
  void readersSeeOnlyWholeAppendsWhileAnotherThreadWrites() throws Exception {
    Log log = open();
    Thread writer =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < 300; i++) {
                  log.append(values("x" + i, "y" + i, "z" + i));
                }
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    writer.start();
    long seen = 0;
    while (seen < 900 && (writer.isAlive() || log.length() > seen)) {
      Head head = log.head();
      assertThat(head.length() % 3).isZero();
      assertThat(head.length()).isGreaterThanOrEqualTo(seen);
      seen = head.length();
      if (seen > 0) {
        assertThat(log.get(seen - 1)).asString(UTF_8).startsWith("z");
      }
    }
    writer.join();
    assertThat(log.length()).isEqualTo(900);
    assertThat(log.contiguousLength()).isEqualTo(900);
  }

  @ParameterizedTest
  @ValueSource(classes = {IOException.class, IllegalStateException.class, Error.class})
  void afterAFailedCommitNothingIsSeenAndNothingCanBeChanged(Class<? extends Throwable> failure)
      throws Exception {
    FailingStorage failing = new FailingStorage(storage.openLog(MANIFEST.key()));
    Log log = Log.open(failing, MANIFEST, Optional.of(SIGNER));
    log.append(values("a"));
    failing.failure = failure.getConstructor(String.class).newInstance("the disk is full");
    assertThatThrownBy(() -> log.append(values("b"))).isInstanceOf(failure);
    failing.failure = null;
    assertThat(log.length()).isEqualTo(1);
    assertThat(log.has(1)).isFalse();
    assertThatThrownBy(() -> log.append(values("b")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("must be reopened: the disk is full");
    assertThat(open().append(values("b"))).isEqualTo(2);
  }

  private static final class FailingStorage extends ForwardingLogStorage {
    private final List<Boolean> durable = new ArrayList<>();
    private @Nullable Throwable failure;

    FailingStorage(LogStorage storage) {
      super(storage);
    }

    @Override
    public void commit(Commit commit) throws IOException {
      if (failure instanceof IOException full) {
        throw full;
      }
      if (failure instanceof Error error) {
        throw error;
      }
      if (failure instanceof RuntimeException closed) {
        throw closed;
      }
      super.commit(commit);
      durable.add(commit.durable());
    }
  }
}
