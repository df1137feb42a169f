package dev.usernameregistry.bee;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.log.BlockNotStoredException;
import dev.usernameregistry.log.LogMovedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What a bee promises beside its answers: conditions, batches, snapshots, sparse and cut logs. */
class BeeTest {
  private final MemoryBlocks blocks = new MemoryBlocks();
  private final Bee bee = new Bee(blocks);

  @Test
  void aNewBeeIsEmptyAndHasWrittenNothing() throws IOException {
    assertThat(bee.version()).isEqualTo(1);
    assertThat(bee.header()).isEmpty();
    assertThat(bee.get(bytes("a"))).isEmpty();
    assertThat(bee.range(KeyRange.all()).toList()).isEmpty();
    assertThat(bee.history(1).toList()).isEmpty();
    assertThat(bee.append(new BeeBatch())).isZero();
    assertThat(blocks.length()).isZero();
  }

  @Test
  void headerAndBatchAreOneAppendEach() throws IOException {
    bee.append(new BeeBatch().put(bytes("a"), null).put(bytes("b"), null).delete(bytes("a")));

    assertThat(blocks.appends()).isEqualTo(2);
    assertThat(blocks.length()).isEqualTo(4);
    assertThat(bee.header()).contains(BeeHeader.PLAIN);
  }

  @Test
  void aRejectedPutOrDeleteChangesNothing() throws IOException {
    List<Entry> asked = new ArrayList<>();
    assertThat(bee.put(bytes("ada"), bytes("1"), asked::add)).isTrue();
    assertThat(asked).as("asked though the key was not there").isEmpty();

    assertThat(bee.put(bytes("ada"), bytes("2"), previous -> false)).isFalse();
    assertThat(bee.delete(bytes("ada"), previous -> false)).isFalse();
    assertThat(text("ada")).isEqualTo("1");
    assertThat(blocks.length()).isEqualTo(2);

    assertThat(bee.put(bytes("ada"), bytes("3"), previous -> asked.add(previous))).isTrue();
    assertThat(asked).hasSize(1);
    assertThat(asked.get(0).seq()).isEqualTo(1);
    assertThat(bee.delete(bytes("ada"), previous -> previous.seq() == 2)).isTrue();
    assertThat(bee.get(bytes("ada"))).isEmpty();
  }

  @Test
  void whatIsThereAlreadyIsAppendedAgainUnlessTheOptionsLeaveItOut() throws IOException {
    Bee sparing = new Bee(blocks, BeeOptions.DEFAULT.withAlwaysDuplicate(false));
    assertThat(sparing.put(bytes("a"), bytes("1"))).isTrue();
    assertThat(sparing.put(bytes("a"), bytes("1"))).isFalse();
    assertThat(bee.put(bytes("a"), bytes("1"))).isTrue();
    Entry before = bee.get(bytes("a")).orElseThrow();

    assertThat(sparing.put(bytes("a"), null)).as("a value is not nothing").isTrue();
    assertThat(sparing.put(bytes("a"), null)).isFalse();
    assertThat(bee.get(bytes("a")).orElseThrow().value()).isEmpty();
    assertThat(bee.get(bytes("a"))).get().isNotEqualTo(before);
    assertThat(sparing.put(bytes("a"), bytes(""))).as("an empty value is one too").isTrue();
  }

  @Test
  void aConditionInABatchSeesTheBatchsEarlierOperations() throws IOException {
    int appended =
        bee.append(
            new BeeBatch()
                .put(bytes("a"), bytes("first"))
                .put(bytes("a"), bytes("second"), previous -> hasText(previous, "first"))
                .put(bytes("a"), bytes("third"), previous -> hasText(previous, "first")));

    assertThat(appended).isEqualTo(2);
    assertThat(text("a")).isEqualTo("second");
  }

  @Test
  void aConditionMustNotWriteToItsBee() throws IOException {
    bee.put(bytes("a"), null);

    assertThatThrownBy(() -> bee.put(bytes("a"), null, previous -> put("b")))
        .isInstanceOf(IllegalStateException.class);
    assertThat(bee.put(bytes("c"), null)).isTrue();
    assertThat(bee.version()).isEqualTo(3);
  }

  @Test
  void aFailedAppendLeavesTheBeeAsItWas() throws IOException {
    bee.put(bytes("a"), bytes("1"));
    blocks.fail(true);
    assertThatThrownBy(() -> bee.put(bytes("a"), bytes("2"))).hasMessage("disk full");

    assertThat(text("a")).isEqualTo("1");
    blocks.fail(false);
    bee.put(bytes("b"), bytes("3"));
    assertThat(text("a")).isEqualTo("1");
    assertThat(text("b")).isEqualTo("3");
  }

  @Test
  void anotherBeesWritesAreSeenByTheNextReadAndWrite() throws IOException {
    Bee other = new Bee(blocks);
    for (int i = 0; i < 60; i++) {
      bee.put(bytes("a" + i), bytes("x"));
      other.put(bytes("b" + i), bytes("y"));
    }

    assertThat(bee.range(KeyRange.prefix(bytes("b"))).toList()).hasSize(60);
    assertThat(other.range(KeyRange.prefix(bytes("a"))).toList()).hasSize(60);
  }

  /** As when a disk thread stores what a peer has brought of a log that is written here. */
  @Test
  void whatComesBetweenReadingAndAppendingIsBuiltOn() throws IOException {
    for (String key : List.of("a", "b", "c")) {
      put(key);
    }
    Bee other = new Bee(blocks);
    blocks.beforeAppend(
        () -> {
          for (int i = 0; i < 20; i++) {
            put(other, "later" + i);
          }
        });

    put("d");

    assertThat(blocks.length()).isEqualTo(25);
    assertThat(new Bee(blocks).range(KeyRange.all()).toList()).hasSize(24);
  }

  @Test
  void anAppendGivesUpWhenTheLogIsChangedEachTime() throws IOException {
    put("a");
    Bee other = new Bee(blocks);
    changeBeforeEachAppend(other, 100);

    assertThatThrownBy(() -> bee.put(bytes("b"), null)).isInstanceOf(LogMovedException.class);
    assertThat(bee.get(bytes("b"))).isEmpty();
    assertThat(other.get(bytes("later1"))).as("was tried more than once").isPresent();
  }

  private void changeBeforeEachAppend(Bee other, int times) {
    blocks.beforeAppend(
        () -> {
          if (times > 0) {
            put(other, "later" + (100 - times));
            changeBeforeEachAppend(other, times - 1);
          }
        });
  }

  @Test
  void whatWasDecidedOnOneVersionIsAppendedToNoOther() throws IOException {
    put("a");
    BeeSnapshot before = bee.snapshot();
    put("b");
    assertThatThrownBy(() -> bee.append(new BeeBatch().put(bytes("b"), null), before))
        .isInstanceOf(LogMovedException.class);
    assertThat(blocks.length()).isEqualTo(3);

    BeeSnapshot cut = bee.snapshot();
    blocks.cut(2);
    put("c");
    assertThat(cut.version()).isEqualTo(blocks.length());
    assertThatThrownBy(() -> bee.append(new BeeBatch().put(bytes("d"), null), cut))
        .isInstanceOf(LogMovedException.class);
    assertThatThrownBy(() -> new Bee(new MemoryBlocks()).append(new BeeBatch(), bee.snapshot()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(bee.append(new BeeBatch().put(bytes("d"), null), bee.snapshot())).isEqualTo(1);
  }

  @Test
  void whatACutLogHeldIsForgotten() throws IOException {
    bee.put(bytes("a"), bytes("1"));
    bee.put(bytes("b"), bytes("2"));
    BeeSnapshot before = bee.snapshot();
    blocks.cut(2);
    assertThat(text("a")).isEqualTo("1");
    assertThat(bee.get(bytes("b"))).isEmpty();

    bee.put(bytes("b"), bytes("3"));
    assertThat(text("b")).isEqualTo("3");
    assertThatThrownBy(() -> bee.snapshot().diff(before, KeyRange.all()))
        .isInstanceOf(IllegalArgumentException.class);
    Bee forgetful = new Bee(blocks, BeeOptions.DEFAULT.withCacheBytesMax(0));
    BeeSnapshot old = forgetful.snapshot();
    blocks.cut(1);
    assertThatThrownBy(() -> old.get(bytes("a"))).isInstanceOf(IOException.class);
  }

  @Test
  void aLogThatWasCutAndIsAsLongAgainIsNotReadAsItWas() throws IOException {
    bee.put(bytes("a"), bytes("1"));
    bee.put(bytes("b"), bytes("2"));
    BeeSnapshot old = new Bee(blocks, BeeOptions.DEFAULT.withCacheBytesMax(0)).snapshot();
    blocks.cut(1);
    bee.put(bytes("a"), bytes("3"));
    bee.put(bytes("b"), bytes("4"));

    assertThatThrownBy(() -> old.get(bytes("a"))).isInstanceOf(LogMovedException.class);
    assertThatThrownBy(() -> old.range(KeyRange.all()).next())
        .isInstanceOf(LogMovedException.class);
    assertThat(text("a")).isEqualTo("3");
  }

  @Test
  void aMissingBlockPassesThroughAndCanBeFetched() throws IOException {
    for (int i = 0; i < 30; i++) {
      bee.put(bytes("k" + i), bytes("v" + i));
    }
    MemoryBlocks sparse = MemoryBlocks.of(blocks.all());
    for (long block = 0; block < sparse.length(); block++) {
      sparse.lack(block);
    }

    Bee reader = new Bee(sparse);
    int fetched = 0;
    while (true) {
      try {
        assertThat(reader.get(bytes("k7")).orElseThrow().value()).contains(bytes("v7"));
        break;
      } catch (BlockNotStoredException e) {
        assertThat(fetched++).isLessThan(15);
        sparse.storeLastMissed();
      }
    }
    assertThat(fetched).isGreaterThan(2);
  }

  @Test
  void aSnapshotDoesNotChangeWithLaterWrites() throws IOException {
    bee.put(bytes("a"), bytes("1"));
    BeeSnapshot snapshot = bee.snapshot();
    Cursor<Entry> cursor = bee.range(KeyRange.all());
    bee.put(bytes("a"), bytes("2"));
    bee.put(bytes("b"), bytes("2"));

    assertThat(snapshot.get(bytes("a")).orElseThrow().value()).contains(bytes("1"));
    assertThat(cursor.toList()).hasSize(1);
    assertThat(snapshot.version()).isEqualTo(2);
    assertThat(bee.snapshot().history(snapshot.version()).toList()).hasSize(2);
  }

  @Test
  void aHistoryBeginsBehindTheHeaderAndEndsWithTheVersion() throws IOException {
    bee.put(bytes("a"), bytes("1"));
    bee.put(bytes("b"), bytes("2"));
    BeeSnapshot snapshot = bee.snapshot();
    bee.put(bytes("c"), bytes("3"));

    assertThat(keys(snapshot.history(0))).containsExactly("a", "b");
    assertThat(keys(snapshot.history(0, 100, false))).containsExactly("a", "b");
    assertThat(keys(snapshot.history(Long.MIN_VALUE, Long.MAX_VALUE, true)))
        .containsExactly("b", "a");
    assertThat(keys(snapshot.history(2, 3, true))).containsExactly("b");
    assertThat(keys(snapshot.history(2, 2, false))).isEmpty();
  }

  private static List<String> keys(Cursor<Change> history) throws IOException {
    return history.toList().stream()
        .map(change -> new String(change.entry().key(), UTF_8))
        .toList();
  }

  @Test
  void versionsThatAreNotThereCannotBeCheckedOut() throws IOException {
    bee.put(bytes("a"), null);

    assertThat(bee.checkout(0).version()).isEqualTo(1);
    assertThatThrownBy(() -> bee.checkout(3)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> bee.checkout(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatACallerDoesToAnEntrysArraysIsItsOwnAffair() throws IOException {
    bee.put(bytes("a"), bytes("1"));
    Entry entry = bee.get(bytes("a")).orElseThrow();
    entry.key()[0] = 'z';
    entry.value().orElseThrow()[0] = 'z';

    assertThat(text("a")).isEqualTo("1");
    assertThat(entry.key()).isEqualTo(bytes("a"));
  }

  @Test
  void readersAndWritersMayRunSideBySide() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int writer = 0; writer < 3; writer++) {
        String prefix = "w" + writer + "-";
        running.add(threads.submit(() -> writeAndReadBack(prefix)));
        running.add(threads.submit(this::readInOrder));
      }
      for (Future<?> future : running) {
        future.get();
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(bee.range(KeyRange.all()).toList()).hasSize(600);
    assertThat(blocks.length()).isEqualTo(601);
  }

  private Void writeAndReadBack(String prefix) throws IOException {
    for (int i = 0; i < 200; i++) {
      bee.put(bytes(prefix + i), bytes("v" + i));
      assertThat(text(prefix + i)).isEqualTo("v" + i);
    }
    return null;
  }

  private Void readInOrder() throws IOException {
    long version = 0;
    while (version < 500) {
      BeeSnapshot snapshot = bee.snapshot();
      assertThat(snapshot.version()).isGreaterThanOrEqualTo(version);
      version = snapshot.version();
      assertThat(snapshot.range(KeyRange.all()).toList()).hasSize((int) version - 1);
    }
    return null;
  }

  private boolean put(String key) {
    return put(bee, key);
  }

  private static boolean put(Bee bee, String key) {
    try {
      return bee.put(bytes(key), null);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private String text(String key) throws IOException {
    return new String(bee.get(bytes(key)).orElseThrow().value().orElseThrow(), UTF_8);
  }

  private static boolean hasText(Entry entry, String text) {
    return entry.hasValue(bytes(text));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
