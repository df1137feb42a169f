package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.claims.Registration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Names that two users registered apart, and what becomes of them when they meet. */
class ContestedNamesTest extends TwoUsersScene {
  @Test
  void ofTwoClaimsTheEarlierWinsEverywhereAndTheLoserIsTold() {
    bothRegister("ada", 2_000, 1_500);
    meet();

    Registration bobs = bob.registry.lookup("ada").orElseThrow();
    assertThat(bobs.registeredBy()).isEqualTo("Bob");
    assertThat(alice.registry.lookup("ada")).contains(bobs);
    assertThat(alice.registry.claims("ada")).isEqualTo(bob.registry.claims("ada")).hasSize(2);
    assertThat(alice.registry.claims("ada").get(0)).isEqualTo(bobs);
    assertThat(alice.events).contains("ada from Alice to Bob: it was registered earlier");
    assertThat(bob.events).noneMatch(event -> event.startsWith("ada from"));
    assertThat(alice.registry.register("ada")).isEqualTo(new RegisterResult.Taken(bobs));
  }

  @Test
  void ofTwoClaimsOfOneMomentTheSmallerKeyWins() {
    bothRegister("ada", 1_000, 1_000);
    meet();

    Users.User winner = alice.registry.key().compareTo(bob.registry.key()) < 0 ? alice : bob;
    assertThat(alice.registry.lookup("ada")).isEqualTo(bob.registry.lookup("ada"));
    assertThat(alice.registry.lookup("ada").orElseThrow().registeredBy()).isEqualTo(winner.name);
  }

  @Test
  void whenTheWinnerLetsGoTheNextClaimantOwnsTheName() {
    bothRegister("ada", 2_000, 1_500);
    meet();

    bob.registry.release("ada");
    users.network.settle();

    assertThat(alice.registry.lookup("ada").orElseThrow().registeredBy()).isEqualTo("Alice");
    assertThat(bob.registry.listAll()).isEqualTo(alice.registry.listAll());
    assertThat(alice.events)
        .contains("ada from Bob to Alice: the owner before does not claim it any more");
    assertThat(alice.registry.claims("ada")).hasSize(1);
  }

  @Test
  void aLosingClaimCanBeReleased() {
    bothRegister("ada", 2_000, 1_000);
    meet();

    assertThat(alice.registry.release("ada").orElseThrow().registeredBy()).isEqualTo("Alice");
    assertThat(alice.registry.claims("ada")).hasSize(1);
  }

  @Test
  void oneOwnNamesSayWhichAreLostAndToWhom() {
    alice.registry.register("ada");
    bob.nowMillis.set(2_000);
    bob.registry.registerAll(List.of("bob", "ada"));
    assertThat(bob.registry.ownNames()).noneMatch(OwnName::lost);

    meet();

    Registration ofAlice = alice.registry.lookup("ada").orElseThrow();
    List<OwnName> names = bob.registry.ownNames();
    assertThat(names).extracting(OwnName::username).containsExactly("ada", "bob");
    assertThat(names).extracting(OwnName::lost).containsExactly(true, false);
    assertThat(names.get(0).owner()).isEqualTo(ofAlice);
    assertThat(names.get(0).registration().registeredBy()).isEqualTo("Bob");
    assertThat(names.get(1).registration()).isEqualTo(names.get(1).owner());
    assertThat(alice.registry.ownNames()).containsExactly(new OwnName(ofAlice, ofAlice));
    bob.reopen();
    assertThat(bob.registry.ownNames()).isEqualTo(names);
  }

  @Test
  void aLostNameThatIsReleasedIsNoOwnNameAnyMoreAndOneThatTheOwnerReleasesIsHeldAgain() {
    alice.registry.registerAll(List.of("ada", "eve"));
    bob.nowMillis.set(2_000);
    bob.registry.registerAll(List.of("ada", "eve"));
    meet();

    bob.registry.release("ada");
    alice.registry.release("eve");
    users.network.settle();

    assertThat(bob.registry.ownNames())
        .singleElement()
        .satisfies(
            name -> {
              assertThat(name.username()).isEqualTo("eve");
              assertThat(name.lost()).isFalse();
            });
  }
}
