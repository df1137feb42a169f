package dev.usernameregistry.claims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.bee.Bee;
import dev.usernameregistry.bee.BeeBatch;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.LogStorage;
import dev.usernameregistry.testkit.ForwardingLogStorage;
import dev.usernameregistry.testkit.WritableLog;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The index follows logs: what writers put into them, and what they should not. */
class RegistryReaderTest extends ClaimsScene {
  @Test
  void namesThatBreakThePolicyAndUnusableRecordsAreCountedAndNotListed() throws Exception {
    bee.put(utf8("good"), record("A", 1));
    bee.put(utf8("x"), record("A", 1));
    bee.put(utf8("a b c"), record("A", 1));
    bee.put(utf8("text"), utf8("\"a string\""));
    bee.put(utf8("null"), null);
    bee.put(new byte[] {(byte) 0xff, 1, 2}, record("A", 1));
    bee.put(new byte[5_000], record("A", 1));
    bee.put(new byte[0], record("A", 1));

    follow(log);

    assertThat(names()).containsExactly("good");
    Progress progress = index.progress(log.key());
    assertThat(progress.names()).isEqualTo(1);
    assertThat(progress.refusedNames()).isEqualTo(3);
    assertThat(progress.unusableRecords()).isEqualTo(4);
  }

  @Test
  void countsFollowWhatBecomesOfTheKeys() throws Exception {
    bee.put(utf8("ada"), utf8("7"));
    bee.put(utf8("x"), record("A", 1));
    bee.put(new byte[5_000], record("A", 1));
    follow(log);
    bee.put(utf8("ada"), record("A", 1));
    bee.delete(utf8("x"));
    bee.delete(new byte[5_000]);
    follow(log);

    Progress progress = index.progress(log.key());
    assertThat(List.of(progress.names(), progress.refusedNames(), progress.unusableRecords()))
        .containsExactly(1L, 0L, 0L);
    bee.put(utf8("ada"), utf8("[]"));
    follow(log);
    assertThat(names()).isEmpty();
    assertThat(index.progress(log.key()).unusableRecords()).isEqualTo(1);
    assertThat(changes).containsExactly("->A", "A>-");
  }

  @Test
  void theSameRecordPutAgainIsNoNews() throws Exception {
    bee.put(utf8("ada"), record("A", 1));
    follow(log);
    bee.put(utf8("ada"), record("A", 1));
    follow(log);

    assertThat(changes).containsExactly("->A");
    assertThat(index.progress(log.key()).names()).isEqualTo(1);
  }

  @Test
  void aNameOfAnApplicationsPolicyMayHave1024Bytes() throws Exception {
    ClaimIndex anyLength =
        index(NamePolicy.matching(Pattern.compile("x+"), "any number of x"), ClaimOrder.earliest());
    String longest = "x".repeat(RegistrationRecord.NAME_BYTES_MAX);
    bee.put(utf8(longest), record("A", 1));
    bee.put(utf8(longest + "x"), record("A", 1));
    RegistryReader reader = new RegistryReader(log, anyLength);
    while (reader.advance()) {}
    assertThat(anyLength.owners("")).extracting(Registration::username).containsExactly(longest);
    assertThat(reader.progress().unusableRecords()).isEqualTo(1);

    log.truncate(1);
    while (reader.advance()) {}
    assertThat(anyLength.owners("")).isEmpty();
  }

  @Test
  void aBatchOfAnyLengthIsFollowedInSteps() throws Exception {
    BeeBatch batch = new BeeBatch();
    for (int n = 0; n < 1_500; n++) {
      batch.put(utf8("name_" + n), record("A", n));
    }
    bee.append(batch);
    RegistryReader reader = new RegistryReader(log, index);

    assertThat(reader.advance()).isTrue();
    assertThat(index.progress(log.key()).length()).isEqualTo(512);
    while (reader.advance()) {}

    assertThat(names()).hasSize(1_500);
    assertThat(index.progress(log.key()).names()).isEqualTo(1_500);
  }

  @Test
  void aLogThatIsNoBeeIsAFaultAndNothingIsListed() throws Exception {
    log.append(List.of(utf8("hello"), utf8("world")));

    assertThatThrownBy(() -> follow(log)).isInstanceOf(UnreadableRegistryException.class);
    assertThat(index.progress(log.key()).length()).isZero();
  }

  @Test
  void whatComesBeforeABrokenBlockIsListed() throws Exception {
    bee.put(utf8("ada"), record("A", 1));
    log.append(List.of(utf8("broken")));

    assertThatThrownBy(() -> follow(log)).isInstanceOf(UnreadableRegistryException.class);
    assertThatThrownBy(() -> follow(log)).isInstanceOf(UnreadableRegistryException.class);
    assertThat(names()).containsExactly("ada");
  }

  @Test
  void aTruncatedLogIsReadAnewAndWhatIsGoneIsRemoved() throws Exception {
    bee.put(utf8("ada"), record("A", 1));
    bee.put(utf8("bob"), record("A", 1));
    bee.put(utf8("ada"), record("A2", 1));
    follow(log);
    log.truncate(2);
    follow(log);
    assertThat(names()).containsExactly("ada");
    assertThat(index.owner("ada").orElseThrow().registeredBy()).isEqualTo("A");
    assertThat(index.progress(log.key()).names()).isEqualTo(1);

    new Bee(log).put(utf8("carol"), record("A", 1));
    follow(log);
    assertThat(names()).containsExactly("ada", "carol");
    assertThat(changes).containsExactly("->A", "->A2", "A2>A", "A>-", "->A");
  }

  @Test
  void aLogThatIsCutWhileWhatIsGoneIsBeingRemovedIsGoneThroughFromTheStart() throws Exception {
    BeeBatch batch = new BeeBatch();
    for (int n = 0; n < 3_000; n++) {
      batch.put(utf8("name_" + n), record("A", n));
    }
    bee.append(batch);
    follow(log);
    RegistryReader reader = new RegistryReader(log, index);
    log.truncate(2);
    int kept = names().size();
    while (names().size() == kept) {
      assertThat(reader.advance()).isTrue();
    }
    assertThat(names()).contains("name_0").hasSizeGreaterThan(1);

    log.truncate(1);
    new Bee(log).put(utf8("other"), record("A", 1));
    while (reader.advance()) {}

    assertThat(names()).containsExactly("other");
    assertThat(index.progress(log.key()).names()).isEqualTo(1);
  }

  @Test
  void anAppendWhileWhatIsGoneIsBeingRemovedIsNotTakenIn() throws Exception {
    bee.put(utf8("first"), record("A", 1));
    BeeBatch batch = new BeeBatch();
    for (int n = 0; n < 3_000; n++) {
      batch.put(utf8("name_" + n), record("A", n));
    }
    bee.append(batch);
    follow(log);
    RegistryReader reader = new RegistryReader(log, index);
    log.truncate(2);
    while (reader.progress().length() < 2 || reader.progress().fork() < log.fork()) {
      assertThat(reader.advance()).isTrue();
    }
    assertThat(reader.progress().sweeping()).isTrue();
    new Bee(log).put(utf8("other"), record("A", 1));

    assertThat(reader.take(new ClaimChanges(), log.fork(), 2, 3)).isFalse();
    while (reader.advance()) {}
    assertThat(names()).containsExactly("first", "other");
  }

  @Test
  void aDiskThatCannotBeReadIsToldAndNothingIsTakenIn() throws Exception {
    bee.put(utf8("ada"), record("A", 1));
    LogStorage broken =
        new ForwardingLogStorage(storage.openLog(log.key())) {
          @Override
          public byte[] readBlock(long block) throws IOException {
            throw new IOException("cannot be read");
          }
        };
    RegistryReader reader = new RegistryReader(Log.open(broken, log.key()), index);

    assertThatThrownBy(reader::advance)
        .isInstanceOf(IOException.class)
        .hasMessage("cannot be read");
    assertThat(reader.progress().length()).isZero();
  }

  @Test
  void anIndexThatIsAheadOfItsLogIsReadAnew() throws Exception {
    bee.put(utf8("ada"), record("A", 1));
    bee.put(utf8("bob"), record("A", 1));
    follow(log);
    storage.deleteLog(log.key());
    Log shorter = WritableLog.open(storage, 1);
    new Bee(shorter).put(utf8("ada"), record("A", 1));

    follow(shorter);

    assertThat(names()).containsExactly("ada");
  }

  @Test
  void anInterruptedFollowingGoesOnWhereItWas() throws Exception {
    for (int n = 0; n < 600; n++) {
      bee.put(utf8("name_" + n), record("A", n));
    }
    new RegistryReader(log, index).advance();

    ClaimIndex reopened = index(NamePolicy.standard(), ClaimOrder.earliest());
    assertThat(reopened.progress(log.key()).length()).isEqualTo(512);
    RegistryReader reader = new RegistryReader(log, reopened);
    while (reader.advance()) {}

    assertThat(reopened.owners("")).hasSize(600);
  }
}
