package dev.usernameregistry.claims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.bee.Bee;
import dev.usernameregistry.bee.BeeBatch;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.LogStorage;
import dev.usernameregistry.log.Table;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.testkit.ForwardingLogStorage;
import dev.usernameregistry.testkit.WritableLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The index follows logs: what writers put into them, and what they should not. */
class RegistryReaderTest {
  private final MemoryStorage storage = new MemoryStorage();
  private final Table table = storage.openTable("claims");
  private final List<String> changes = new ArrayList<>();
  private final Log log = WritableLog.open(storage, 1);
  private final Bee bee = new Bee(log);
  private final ClaimIndex index = index(NamePolicy.standard(), ClaimOrder.earliest());

  private ClaimIndex index(NamePolicy policy, ClaimOrder order) {
    try {
      return ClaimIndex.open(
          table,
          policy,
          order,
          change -> {
            String before = change.before().map(Registration::registeredBy).orElse("-");
            String after = change.after().map(Registration::registeredBy).orElse("-");
            changes.add(before + ">" + after);
          });
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] record(String by, long at) {
    return utf8("{\"registeredAt\":" + at + ",\"registeredBy\":\"" + by + "\"}");
  }

  private void follow(Log followed) throws Exception {
    RegistryReader reader = new RegistryReader(followed, index);
    while (reader.advance()) {}
  }

  private List<String> names() throws Exception {
    return index.owners("").stream().map(Registration::username).toList();
  }

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

  @Test
  void anotherOrderIsAppliedToWhatIsThereAlready() throws Exception {
    Log other = WritableLog.open(storage, 2);
    bee.put(utf8("ada"), record("A", 1));
    new Bee(other).put(utf8("ada"), record("B", 2));
    follow(log);
    follow(other);
    assertThat(index.owner("ada").orElseThrow().registeredBy()).isEqualTo("A");

    ClaimIndex latest = index(NamePolicy.standard(), new LatestClaim());
    assertThat(latest.owners("")).isEmpty();
    RegistryReader first = new RegistryReader(log, latest);
    RegistryReader second = new RegistryReader(other, latest);
    while (first.advance() || second.advance()) {}

    assertThat(latest.owner("ada").orElseThrow().registeredBy()).isEqualTo("B");
  }

  @Test
  void halfACharacterInAPublicKeyIsNoQuestionMark() throws Exception {
    bee.put(utf8("asked"), utf8("{\"publicKey\":\"Key?\"}"));
    bee.put(utf8("half"), utf8("{\"publicKey\":\"Key\\ud800\"}"));
    bee.put(utf8("other"), utf8("{\"publicKey\":\"Key\\udc00\"}"));
    follow(log);

    assertThat(namesOf("KEY?")).containsExactly("asked");
    assertThat(namesOf("KEY\ud800")).containsExactly("half");
    assertThat(namesOf("KEY\ud801")).isEmpty();
  }

  private List<String> namesOf(String publicKey) throws Exception {
    return index.ownersByPublicKey(publicKey).stream().map(Registration::username).toList();
  }

  @Test
  void forgettingARegistryLeavesTheOthersAsTheyAre() throws Exception {
    Log other = WritableLog.open(storage, 2);
    bee.put(utf8("ada"), record("A", 1));
    bee.put(utf8("bob"), record("A", 1));
    bee.put(utf8("x"), record("A", 1));
    new Bee(other).put(utf8("ada"), record("B", 2));
    follow(log);
    follow(other);

    index.forget(log.key());

    assertThat(names()).containsExactly("ada");
    assertThat(index.claims("ada")).hasSize(1);
    assertThat(index.progress(log.key())).isEqualTo(Progress.NONE);
    assertThat(index.ownersByPublicKey(log.key().hex())).isEmpty();
    follow(log);
    assertThat(index.claims("ada")).hasSize(2);
    assertThat(index.owner("ada").orElseThrow().registeredBy()).isEqualTo("A");
  }

  /** Compares the index with what a plain sort over all claims says, after every step. */
  @Test
  void theIndexIsWhatASortOverAllClaimsSays() throws Exception {
    Random random = new Random(3);
    List<Log> logs = List.of(log, WritableLog.open(storage, 2), WritableLog.open(storage, 3));
    List<Bee> bees = logs.stream().map(Bee::new).toList();
    Map<String, Map<Key, Registration>> model = new TreeMap<>();
    for (int n = 0; n < 600; n++) {
      int who = random.nextInt(3);
      Key key = logs.get(who).key();
      String name = "name_" + random.nextInt(8);
      if (random.nextInt(3) == 0) {
        bees.get(who).delete(utf8(name));
        model.computeIfAbsent(name, none -> new TreeMap<>()).remove(key);
      } else {
        byte[] record =
            random.nextInt(6) == 0
                ? utf8("{\"v\":" + n + "}")
                : record("u" + who, random.nextInt(9));
        bees.get(who).put(utf8(name), record);
        model
            .computeIfAbsent(name, none -> new TreeMap<>())
            .put(key, RegistrationRecord.decode(key, name, record).orElseThrow());
      }
      if (random.nextInt(4) == 0) {
        for (Log each : logs) {
          follow(each);
        }
        compare(model);
      }
    }
  }

  private void compare(Map<String, Map<Key, Registration>> model) throws Exception {
    List<Registration> owners = new ArrayList<>();
    for (String name : model.keySet()) {
      List<Registration> claims = new ArrayList<>(model.get(name).values());
      claims.sort(ClaimOrder.earliest());
      assertThat(index.claims(name)).isEqualTo(claims);
      claims.stream().findFirst().ifPresent(owners::add);
    }
    assertThat(index.owners("")).isEqualTo(owners);
    for (Registration owner : owners) {
      assertThat(index.ownersByPublicKey(owner.publicKey())).contains(owner);
    }
  }

  /** An order of an application's own. */
  private static final class LatestClaim implements ClaimOrder {
    @Override
    public int compare(Registration left, Registration right) {
      return ClaimOrder.earliest().compare(right, left);
    }

    @Override
    public String id() {
      return "latest";
    }

    @Override
    public String reason(Registration winner, Registration loser) {
      return "it was registered later";
    }
  }
}
