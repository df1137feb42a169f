package dev.usernameregistry.claims;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.bee.Bee;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.testkit.WritableLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whether a name that goes to the next claim was given up, in all ways in which it can go. */
class GivenUpTest {
  private static final byte[] ADA = utf8("ada");

  private final MemoryStorage storage = new MemoryStorage();
  private final Log log = WritableLog.open(storage, 1);
  private final Bee bee = new Bee(log);
  private final Log rivalLog = WritableLog.open(storage, 2);
  private final Bee rivalBee = new Bee(rivalLog);
  private final List<NameChange> changes = new ArrayList<>();
  private final ClaimIndex index = index();

  private ClaimIndex index() {
    try {
      return ClaimIndex.open(
          storage.openTable("claims"), NamePolicy.standard(), ClaimOrder.earliest(), changes::add);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** "A" owns the name since 10, and "B" claims it since 20. */
  @BeforeEach
  void bothClaimTheName() throws Exception {
    bee.put(utf8("else"), record("A", 1));
    bee.put(ADA, record("A", 10));
    rivalBee.put(ADA, record("B", 20));
    follow(log);
    follow(rivalLog);
    changes.clear();
  }

  @Test
  void aReleasedNameIsGivenUp() throws Exception {
    bee.delete(ADA);
    follow(log);

    assertWentToB(true);
  }

  @Test
  void aNameWhoseRecordIsNoneAnyMoreIsGivenUp() throws Exception {
    bee.put(ADA, utf8("7"));
    follow(log);

    assertWentToB(true);
  }

  @Test
  void aNameThatIsCutOffIsGivenUp() throws Exception {
    log.truncate(2);
    follow(log);

    assertWentToB(true);
  }

  @Test
  void aNameOfAForgottenRegistryIsGivenUp() throws Exception {
    index.forget(log.key());

    assertThat(changes).hasSize(2);
    changes.removeIf(change -> change.after().isEmpty()); // the other name is free
    assertWentToB(true);
  }

  @Test
  void aNameWhoseOwnerClaimsItLaterNowIsLost() throws Exception {
    bee.put(ADA, record("A", 30));
    follow(log);

    assertWentToB(false);
  }

  @Test
  void aNameThatAnEarlierClaimTakesIsLost() throws Exception {
    rivalBee.put(ADA, record("B", 5));
    follow(rivalLog);

    assertWentToB(false);
  }

  private void assertWentToB(boolean givenUp) {
    assertThat(changes).hasSize(1);
    NameChange change = changes.get(0);
    assertThat(change.before().orElseThrow().registeredBy()).isEqualTo("A");
    assertThat(change.after().orElseThrow().registeredBy()).isEqualTo("B");
    assertThat(change.givenUp()).isEqualTo(givenUp);
  }

  private void follow(Log followed) throws Exception {
    RegistryReader reader = new RegistryReader(followed, index);
    while (reader.advance()) {}
  }

  private static byte[] record(String by, long at) {
    return utf8("{\"registeredAt\":" + at + ",\"registeredBy\":\"" + by + "\"}");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
