package dev.usernameregistry.claims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.bee.Bee;
import dev.usernameregistry.bee.BeeBatch;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.Table;
import dev.usernameregistry.testkit.ForwardingTable;
import dev.usernameregistry.testkit.WritableLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What the index says of names and keys that one or many registries claim. */
class ClaimIndexTest extends ClaimsScene {
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
  void anotherOrderAlsoEmptiesAnIndexOfMoreRowsThanAreRemovedAtATime() throws Exception {
    fillWithManyNames();

    index(NamePolicy.standard(), new LatestClaim());

    assertThat(rows()).containsExactly(ClaimRows.FORMAT);
  }

  private void fillWithManyNames() throws Exception {
    BeeBatch batch = new BeeBatch();
    for (int name = 0; name < 2_000; name++) {
      batch.put(utf8("name_" + name), record("A", 1));
    }
    bee.append(batch);
    follow(log);
    assertThat(index.owners("")).hasSize(2_000);
  }

  private List<byte[]> rows() throws IOException {
    List<byte[]> rows = new ArrayList<>();
    table.scan(new byte[0], null, (key, value) -> rows.add(key));
    return rows;
  }

  /** Of 4,002 rows the third write would remove the second thousand. */
  @Test
  void anIndexThatWasHalfEmptiedIsNotAnsweredFrom() throws Exception {
    fillWithManyNames();
    Table failing =
        new ForwardingTable(table) {
          private int writes;

          @Override
          public void write(List<Row> rows, boolean durable) throws IOException {
            if (++writes == 3) {
              throw new IOException("disk full");
            }
            super.write(rows, durable);
          }
        };
    NamePolicy policy = NamePolicy.standard();
    assertThatThrownBy(() -> ClaimIndex.open(failing, policy, new LatestClaim(), change -> {}))
        .isInstanceOf(IOException.class);

    ClaimIndex again = index(policy, ClaimOrder.earliest()); // as it was built before
    assertThat(again.progress(log.key())).as("it is followed anew").isEqualTo(Progress.NONE);
  }

  @Test
  void nothingIsLeftOfRegistriesThatWereForgotten() throws Exception {
    Log other = WritableLog.open(storage, 2);
    bee.put(utf8("ada"), utf8("{\"publicKey\":\"aa\",\"registeredAt\":1}"));
    bee.put(utf8("bob"), utf8("{\"publicKey\":\"bb\"}"));
    bee.put(utf8("x"), record("A", 1));
    bee.put(utf8("text"), utf8("7"));
    new Bee(other).put(utf8("ada"), utf8("{\"publicKey\":\"cc\",\"registeredAt\":2}"));
    follow(log);
    follow(other);
    bee.put(utf8("bob"), utf8("{\"publicKey\":\"dd\"}"));
    follow(log);

    index.forget(log.key());
    index.forget(other.key());

    assertThat(rows()).containsExactly(ClaimRows.FORMAT);
  }

  @Test
  void aNameWhosePublicKeyIsItsRegistrysTakesTwoRows() throws Exception {
    bee.put(utf8("own"), record("A", 1));
    bee.put(utf8("another"), utf8("{\"publicKey\":\"ff\"}"));
    follow(log);

    Map<Character, Integer> rows = new TreeMap<>();
    table.scan(new byte[0], null, (key, value) -> rows.merge((char) key[0], 1, Integer::sum) > 0);
    assertThat(rows).isEqualTo(Map.of('n', 2, 'r', 2, 'k', 1, 's', 1, 'v', 1));
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
            switch (random.nextInt(6)) {
              case 0 -> utf8("{\"v\":" + n + "}");
              case 1, 2 -> utf8("{\"publicKey\":\"" + publicKey(logs, random) + "\"}");
              default -> record("u" + who, random.nextInt(9));
            };
        bees.get(who).put(utf8(name), record);
        model
            .computeIfAbsent(name, none -> new TreeMap<>())
            .put(key, RegistrationRecord.decode(key, name, record).orElseThrow());
      }
      if (random.nextInt(4) == 0) {
        for (Log each : logs) {
          follow(each);
        }
        compare(model, logs);
      }
    }
  }

  /** Returns the key of one of the registries, whoever writes it, in small or capital letters. */
  private static String publicKey(List<Log> logs, Random random) {
    String hex = logs.get(random.nextInt(logs.size())).key().hex();
    return random.nextInt(3) == 0 ? hex.toUpperCase(Locale.ROOT) : hex;
  }

  private void compare(Map<String, Map<Key, Registration>> model, List<Log> logs) throws Exception {
    List<Registration> owners = new ArrayList<>();
    for (String name : model.keySet()) {
      List<Registration> claims = new ArrayList<>(model.get(name).values());
      claims.sort(ClaimOrder.earliest());
      assertThat(index.claims(name)).isEqualTo(claims);
      claims.stream().findFirst().ifPresent(owners::add);
    }
    assertThat(index.owners("")).isEqualTo(owners);
    for (Log each : logs) {
      String publicKey = each.key().hex();
      assertThat(index.ownersByPublicKey(publicKey))
          .isEqualTo(
              owners.stream()
                  .filter(owner -> owner.publicKey().equalsIgnoreCase(publicKey))
                  .toList())
          .isEqualTo(index.ownersByPublicKey(publicKey.toUpperCase(Locale.ROOT)));
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
