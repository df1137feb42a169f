package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.bee.Bee;
import dev.usernameregistry.claims.ClaimChanges;
import dev.usernameregistry.claims.ClaimIndex;
import dev.usernameregistry.claims.ClaimOrder;
import dev.usernameregistry.claims.NamePolicy;
import dev.usernameregistry.claims.Progress;
import dev.usernameregistry.claims.RegistryReader;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.store.LogStore;
import dev.usernameregistry.testkit.ForwardingTable;
import dev.usernameregistry.testkit.SeededRandom;
import dev.usernameregistry.testkit.WritableLog;
import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KnownRegistryTest {
  private final MemoryStorage storage = new MemoryStorage();

  /** A disk that fails in writing, and from then on in reading too. */
  private final class FailingTable extends ForwardingTable {
    private boolean failing;
    private boolean failed;

    FailingTable() {
      super(storage.openTable("claims"));
    }

    @Override
    public byte @Nullable [] get(byte[] key) throws IOException {
      if (failed) {
        throw new IOException("cannot be read");
      }
      return super.get(key);
    }

    @Override
    public void write(List<Row> rows, boolean durable) throws IOException {
      if (failing) {
        failed = true;
        throw new IOException("no space left on device");
      }
      super.write(rows, durable);
    }
  }

  @Test
  void theFirstErrorOfADiskIsTheOneThatIsTold() throws Exception {
    Log log = WritableLog.open(storage, 0);
    new Bee(log).put(new byte[] {'a'}, new byte[0]);
    FailingTable table = new FailingTable();
    ClaimIndex index =
        ClaimIndex.open(table, NamePolicy.standard(), ClaimOrder.earliest(), change -> {});
    KnownRegistry registry =
        new KnownRegistry(
            log,
            false,
            new RegistryReader(log, index),
            index.progress(log.key()),
            Instant.EPOCH,
            Instant.EPOCH);
    table.failing = true;
    registry.trouble = "told before";

    assertThatThrownBy(registry::advance).hasMessage("no space left on device");
    assertThat(registry.progress.length()).isZero();
    assertThat(registry.trouble).isEqualTo("told before");

    table.failing = false;
    table.failed = false;
    while (registry.advance()) {}
    assertThat(registry.progress.length()).isEqualTo(2);
    assertThat(registry.trouble).isEmpty();
  }

  private KnownRegistry registry(Log log, boolean own) throws IOException {
    ClaimIndex index =
        ClaimIndex.open(
            storage.openTable("claims"),
            NamePolicy.standard(),
            ClaimOrder.earliest(),
            change -> {});
    return new KnownRegistry(
        log, own, new RegistryReader(log, index), at(0, 0, false), Instant.EPOCH, Instant.EPOCH);
  }

  private static Progress at(long fork, long length, boolean sweeping) {
    return new Progress(fork, length, 0, sweeping, 0, 0, 0);
  }

  private Log ofBlocks(int count) throws IOException {
    Log log = WritableLog.open(storage, 0);
    log.append(Collections.nCopies(count, new byte[] {1}));
    return log;
  }

  @Test
  void liveIsWhatWasFollowedToTheEndAndIsAFewBlocksLongerNow() throws Exception {
    KnownRegistry registry = registry(ofBlocks(10), false);
    for (int length = 0; length < 12; length++) {
      registry.progress = at(0, length, false);
      assertThat(registry.isLive()).as("at %s", length).isEqualTo(length >= 2 && length < 10);
      registry.progress = at(1, length, false);
      assertThat(registry.isLive()).as("of another fork").isFalse();
      registry.progress = at(0, length, true);
      assertThat(registry.isLive()).as("to be swept").isFalse();
    }
    KnownRegistry own = registry(registry.log, true);
    own.progress = at(0, 9, false);
    assertThat(own.isLive()).isFalse();
  }

  @Test
  void aNewRegistryIsNotLiveHoweverShortItIs() throws Exception {
    assertThat(registry(ofBlocks(2), false).isLive()).isFalse();
  }

  @Test
  void thereMayBeAStepToTakeUnlessTheIndexIsWhereTheLogIs() throws Exception {
    KnownRegistry registry = registry(ofBlocks(10), false);
    for (int length = 0; length < 12; length++) {
      registry.progress = at(0, length, false);
      assertThat(registry.mayAdvance()).as("at %s", length).isEqualTo(length != 10);
    }
    registry.progress = at(0, 10, true);
    assertThat(registry.mayAdvance()).as("to be swept").isTrue();
    registry.progress = at(1, 10, false);
    assertThat(registry.mayAdvance()).as("of another fork").isTrue();
  }

  @Test
  void ofBlocksThatAreAnnouncedAndNotStoredThereIsNoStepToTake() throws Exception {
    Log writer = ofBlocks(3);
    LogStore store = LogStore.open(new MemoryStorage(), () -> new SeededRandom(1), names -> true);
    Log copy = store.open(writer.key());
    Copies.compare(writer, copy);
    assertThat(copy.length()).isEqualTo(3);

    assertThat(registry(copy, false).mayAdvance()).isFalse();
  }

  @Test
  void aLaterForkHasAllOfAnEarlierOne() throws Exception {
    KnownRegistry registry = registry(ofBlocks(1), false);
    registry.progress = at(1, 5, false);

    assertThat(registry.holds(1, 5)).isTrue();
    assertThat(registry.holds(1, 6)).isFalse();
    assertThat(registry.holds(0, 6)).isTrue();
    assertThat(registry.holds(2, 1)).isFalse();
  }

  @Test
  void ofAForgottenRegistryNoStepIsTaken() throws Exception {
    Log log = WritableLog.open(storage, 0);
    new Bee(log).put(new byte[] {'a'}, new byte[0]);
    KnownRegistry registry = registry(log, false);

    registry.forget();

    assertThat(registry.advance()).isFalse();
    assertThat(registry.progress.length()).isZero();
  }

  @Test
  void anOwnAppendBehindBlocksThatWereNotFollowedIsNotTakenInAndChangesNothing() throws Exception {
    Log log = WritableLog.open(storage, 0);
    new Bee(log).put(new byte[] {'a'}, new byte[0]);
    KnownRegistry registry = registry(log, true);
    Progress before = registry.progress;
    registry.trouble = "told before";

    assertThat(registry.take(new ClaimChanges(), 0, 2, 3)).isFalse();
    assertThat(registry.progress).isSameAs(before);
    assertThat(registry.trouble).isEqualTo("told before");

    while (registry.advance()) {}
    registry.trouble = "told before";
    assertThat(registry.take(new ClaimChanges(), 0, 2, 3)).isTrue();
    assertThat(registry.progress.length()).isEqualTo(3);
    assertThat(registry.trouble).isEmpty();
  }

  @Test
  void itIsSaidWhatIsKnownOfARegistryThatIsBehind() throws Exception {
    KnownRegistry registry = registry(ofBlocks(10), false);
    registry.progress = new Progress(0, 4, 0, false, 1, 2, 3);
    registry.lastSeenAt = Instant.ofEpochSecond(9);

    RegistryInfo info = registry.info();

    assertThat(info.state()).isEqualTo(RegistryInfo.State.BEHIND);
    assertThat(info.reason()).hasValue("4 of 10 blocks are here and answered from");
    assertThat(info.length()).isEqualTo(10);
    assertThat(info.names()).isEqualTo(1);
    assertThat(info.refusedNames()).isEqualTo(2);
    assertThat(info.unusableRecords()).isEqualTo(3);
    assertThat(info.discoveredAt()).isEqualTo(Instant.EPOCH);
    assertThat(info.lastSeenAt()).isEqualTo(Instant.ofEpochSecond(9));
  }
}
