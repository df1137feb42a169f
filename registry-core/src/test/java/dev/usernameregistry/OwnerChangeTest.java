package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the user is told whose name has another owner now: it was lost, or given up. */
final class OwnerChangeTest {
  private final Users users = new Users(7);
  private final Users.User alice = users.user("Alice");
  private final Users.User bob = users.user("Bob");
  private final List<OwnerChange> bobs = new ArrayList<>();

  @BeforeEach
  void bothRegisterTheNameApartAndBobLater() {
    alice.nowMillis.set(1_000);
    bob.nowMillis.set(2_000);
    alice.registry.register("ada");
    bob.registry.register("ada");
    bob.registry.subscribe(
        new RegistryListener() {
          @Override
          public void ownerChanged(OwnerChange change) {
            bobs.add(change);
          }
        });
  }

  @AfterEach
  void close() {
    users.close();
  }

  @Test
  void aNameThatAnEarlierClaimTakesIsLost() {
    meet();

    assertThat(bobs).singleElement().satisfies(change -> assertLoss(change, true));
  }

  @Test
  void aNameThatIsReleasedIsGivenUpAlsoIfSomebodyElseClaimsIt() {
    alice.nowMillis.set(3_000);
    alice.registry.release("ada");
    alice.registry.register("ada");
    meet();

    bob.registry.release("ada");

    assertThat(bobs).singleElement().satisfies(change -> assertLoss(change, false));
  }

  @Test
  void aNameThatIsRenamedIsGivenUpAlsoIfSomebodyElseClaimsIt() {
    alice.nowMillis.set(3_000);
    alice.registry.release("ada");
    alice.registry.register("ada");
    meet();

    bob.registry.rename("ada", "grace");

    assertThat(bobs).singleElement().satisfies(change -> assertLoss(change, false));
  }

  private void assertLoss(OwnerChange change, boolean loss) {
    assertThat(change.owner().registeredBy()).isEqualTo("Alice");
    assertThat(change.givenUp()).isEqualTo(!loss);
    assertThat(change.isLossOf(bob.registry.key())).isEqualTo(loss);
    assertThat(change.isLossOf(alice.registry.key())).isFalse();
  }

  private void meet() {
    users.connect(alice, bob);
    users.network.settle();
  }
}
