package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the user is told whose name has another owner now: it was lost, or given up. */
final class OwnerChangeTest extends TwoUsersScene {
  private final List<OwnerChange> bobs = new ArrayList<>();

  @BeforeEach
  void bothRegisterTheNameApartAndBobLater() {
    bothRegister("ada", 1_000, 2_000);
    bob.registry.subscribe(
        new RegistryListener() {
          @Override
          public void ownerChanged(OwnerChange change) {
            bobs.add(change);
          }
        });
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
}
