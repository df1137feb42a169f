package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.usernameregistry.Draft.Proposal;
import dev.usernameregistry.bee.Bee;
import dev.usernameregistry.claims.ClaimIndex;
import dev.usernameregistry.claims.ClaimOrder;
import dev.usernameregistry.claims.NamePolicy;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.claims.RegistrationRecord;
import dev.usernameregistry.claims.RegistryReader;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.Table;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.testkit.WritableLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is decided on proposals, and what the index takes in of it without reading it back. */
class DraftTest {
  private static final ClaimOrder ORDER = ClaimOrder.earliest();

  private final MemoryStorage storage = new MemoryStorage();
  private final Log log = WritableLog.open(storage, 1);
  private final Bee bee = new Bee(log);
  private final Log foreignLog = WritableLog.open(storage, 2);
  private final Bee foreignBee = new Bee(foreignLog);

  private final List<String> told = new ArrayList<>();
  private final Table table = storage.openTable("taken");
  private final ClaimIndex index = index(table, told);
  private final RegistryReader reader = new RegistryReader(log, index, bee);

  private static ClaimIndex index(Table table, List<String> told) {
    try {
      return ClaimIndex.open(
          table,
          NamePolicy.standard(),
          ORDER,
          change -> told.add(change.before() + " > " + change.after() + " " + change.reason()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Registration claim(Log of, String name, long at) {
    return new Registration(
        name,
        of.key().hex(),
        Optional.of(Instant.ofEpochMilli(at)),
        "",
        of.key(),
        JsonNodeFactory.instance.objectNode());
  }

  private Draft draft() {
    return new Draft(log.key(), bee.snapshot(), index, ORDER);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void foreignPut(String name, long at) throws IOException {
    foreignBee.put(utf8(name), RegistrationRecord.encode(claim(foreignLog, name, at)));
  }

  private static void follow(Log followed, ClaimIndex by) throws Exception {
    RegistryReader reader = new RegistryReader(followed, by);
    while (reader.advance()) {}
  }

  private boolean append(Draft draft) throws IOException {
    long start = log.length();
    bee.append(draft.batch());
    return reader.take(draft.changes(), log.fork(), start, log.length());
  }

  private static List<String> rows(Table table) throws IOException {
    List<String> rows = new ArrayList<>();
    HexFormat hex = HexFormat.of();
    table.scan(
        new byte[0],
        null,
        (key, value) -> rows.add(hex.formatHex(key) + " = " + hex.formatHex(value)));
    return rows;
  }

  @Test
  void aClaimThatCameAfterANameWasFoundFreeIsSeen() throws Exception {
    Proposal proposal = Proposal.of(claim(log, "alice", 5), index);
    foreignPut("alice", 3);
    follow(foreignLog, index);

    Optional<Registration> owner = draft().owner(proposal);

    assertThat(owner).map(Registration::registryKey).contains(foreignLog.key());
  }

  @Test
  void aClaimThatComesBetweenDecisionAndIndexIsNotOverwritten() throws Exception {
    Draft draft = draft();
    Proposal proposal = Proposal.of(claim(log, "alice", 5), index);
    assertThat(draft.owner(proposal)).isEmpty();
    draft.put(proposal);
    foreignPut("alice", 3);
    follow(foreignLog, index);

    assertThat(append(draft)).isTrue();

    assertThat(index.claims("alice"))
        .extracting(Registration::registryKey)
        .containsExactly(foreignLog.key(), log.key());
  }

  @Test
  void anAppendIsNotTakenInBeforeAllThatWasBeforeIt() throws Exception {
    bee.put(utf8("early"), RegistrationRecord.encode(claim(log, "early", 1)));
    Draft draft = draft();
    Proposal proposal = Proposal.of(claim(log, "alice", 5), index);
    assertThat(draft.owner(proposal)).isEmpty();
    draft.put(proposal);

    assertThat(append(draft)).isFalse();
    follow(log, index);

    assertThat(index.owners(""))
        .extracting(Registration::username)
        .containsExactly("alice", "early");
  }

  @Test
  void anAppendAfterATruncationIsNotTakenIn() throws Exception {
    Draft first = draft();
    Proposal proposal = Proposal.of(claim(log, "alice", 5), index);
    first.owner(proposal);
    first.put(proposal);
    append(first);
    log.truncate(1);

    Draft second = draft();
    put(second, claim(log, "bobby", 6));
    assertThat(append(second)).isFalse();
    follow(log, index);

    assertThat(index.owners("")).extracting(Registration::username).containsExactly("bobby");
  }

  private static void put(Draft draft, Registration claim) {
    draft.put(claim, RegistrationRecord.encode(claim));
  }

  private void own(String name) throws IOException {
    Draft draft = draft();
    Proposal proposal = Proposal.of(claim(log, name, 5), index);
    assertThat(draft.owner(proposal)).isEmpty();
    draft.put(proposal);
    assertThat(append(draft)).isTrue();
  }

  private void assertAsIfRead() throws Exception {
    Table read = storage.openTable("read");
    follow(log, index(read, new ArrayList<>()));
    assertThat(rows(table)).isEqualTo(rows(read));
  }

  @Test
  void aNameThatIsReleasedInTheSameDraftIsFree() throws Exception {
    own("alice");
    Draft draft = draft();
    draft.remove("alice");
    Proposal again = Proposal.of(claim(log, "alice", 6), index);

    assertThat(draft.owner(again)).isEmpty();

    draft.put(again);
    assertThat(append(draft)).isTrue();
    assertAsIfRead();
  }

  @Test
  void aNameThatIsReleasedIsNotTakenForTheFreeOneThatWasAskedForBefore() throws Exception {
    own("bobby");
    Draft draft = draft();
    assertThat(draft.owner(Proposal.of(claim(log, "alice", 6), index))).isEmpty();
    draft.remove("bobby");
    Proposal again = Proposal.of(claim(log, "bobby", 6), index);
    assertThat(draft.owner(again)).isEmpty();
    draft.put(again);

    assertThat(append(draft)).isTrue();
    assertAsIfRead();
  }

  @Test
  void aNameWithAnOwnRecordThatCannotBeReadIsFreeAndYetNotNew() throws Exception {
    bee.put(utf8("alice"), utf8("no record"));
    while (reader.advance()) {}
    own("alice");

    assertAsIfRead();
    assertThat(index.progress(log.key()).unusableRecords()).isZero();
  }

  /** Any changes of two writers leave the same rows and news, taken in or read from the logs. */
  @Test
  void whatIsTakenInIsWhatReadingItWouldGive() throws Exception {
    List<String> toldByReading = new ArrayList<>();
    Table read = storage.openTable("read");
    ClaimIndex byReading = index(read, toldByReading);
    Random random = new Random(7);
    for (int turn = 0; turn < 1_000; turn++) {
      Draft draft = draft();
      for (int n = random.nextInt(4); n >= 0; n--) {
        changeOne(draft, random, turn, byReading);
      }
      if (random.nextInt(8) == 0) {
        changeForeign(random, turn, byReading);
      }
      if (draft.batch().operationCount() > 0) {
        assertThat(append(draft)).isTrue();
      }
      follow(log, byReading);

      assertThat(rows(table)).as("turn %d", turn).isEqualTo(rows(read));
      assertThat(told).as("turn %d", turn).isEqualTo(toldByReading);
      told.clear();
      toldByReading.clear();
    }
    assertThat(index.progress(log.key())).isEqualTo(byReading.progress(log.key()));
  }

  private void changeOne(Draft draft, Random random, int turn, ClaimIndex other) throws Exception {
    String name = name(random);
    Optional<Registration> own = draft.own(name);
    switch (random.nextInt(4)) {
      case 0 -> own.ifPresent(there -> draft.remove(name));
      case 1 -> own.ifPresent(there -> put(draft, claim(log, name, random.nextInt(1_000))));
      default -> {
        Proposal proposal = Proposal.of(claim(log, name, random.nextInt(1_000)), index);
        if (random.nextInt(8) == 0) {
          changeForeign(random, turn, other);
        }
        if (draft.owner(proposal).isEmpty()) {
          draft.put(proposal);
        }
      }
    }
  }

  private void changeForeign(Random random, int turn, ClaimIndex other) throws Exception {
    String name = name(random);
    if (random.nextInt(3) == 0) {
      foreignBee.delete(utf8(name));
    } else if (random.nextInt(5) == 0) {
      foreignBee.put(utf8(name), utf8("no record " + turn));
    } else {
      foreignPut(name, random.nextInt(1_000));
    }
    follow(foreignLog, index);
    follow(foreignLog, other);
  }

  private static String name(Random random) {
    return "name_" + random.nextInt(6);
  }
}
