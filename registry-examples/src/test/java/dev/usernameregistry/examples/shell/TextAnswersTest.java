package dev.usernameregistry.examples.shell;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.usernameregistry.OwnName;
import dev.usernameregistry.OwnerChange;
import dev.usernameregistry.RegistryInfo;
import dev.usernameregistry.SyncReport;
import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.examples.terminal.Ink;
import dev.usernameregistry.net.SwarmStatus.Reachability;
import dev.usernameregistry.net.TcpNetwork.Dial;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What people read where it says more than programs are told. */
final class TextAnswersTest {
  private final List<String> told = new ArrayList<>();
  private final TextAnswers answers = new TextAnswers(told::add, new Ink(false, false));

  private Shell shell(UsernameRegistry registry) {
    return new Shell(registry, () -> Standing.of(registry, List.of(), Optional.empty()), answers);
  }

  @Test
  void whatLooksLikeNoKeyIsAnsweredWithHowKeysLook() {
    String none = "-- no name known here has the public key ";
    String hint =
        "--   keys written by this library have 64 hexadecimal digits; lookup NAME says who has a"
            + " name, and the key";
    List<String> unlikely = List.of("ab12cd34", "xy".repeat(Key.BYTES), "ab".repeat(33));
    for (String key : unlikely) {
      told.clear();
      answers.publicKeyNotFound(key, sync(Optional.empty()));
      assertThat(told).containsExactly(none + key, hint);
    }
    for (String key : List.of("ab".repeat(Key.BYTES), "AB".repeat(Key.BYTES))) {
      told.clear();
      answers.publicKeyNotFound(key, sync(Optional.empty()));
      assertThat(told).containsExactly(none + key);
    }
  }

  @Test
  void whoGivesAProfileToANameOfOnesOwnIsToldThatItHasIt() {
    try (UsernameRegistry registry = UsernameRegistry.builder().open()) {
      registry.register("ada");
      Shell shell = shell(registry);
      shell.carryOut("register ada");
      shell.carryOut("register ada {\"city\":\"London\"}");
    }

    assertThat(told)
        .containsExactly(
            "ok ada was yours already",
            "ok ada was yours already, and has the profile that you gave");
  }

  @Test
  void aNameTooShortAndAKeyTooShortAreCountedInGoodEnglish() {
    try (UsernameRegistry registry = UsernameRegistry.builder().open()) {
      Shell shell = shell(registry);
      shell.carryOut("register a");
      shell.carryOut("follow 1");
    }

    assertThat(told)
        .containsExactly(
            "!! 'a' is refused: 1 character is too few; a name is 3 to 20 letters a-z or A-Z, digits"
                + " or underscores",
            "!! a key is 64 hexadecimal digits, as the first line of its owner's shell shows it,"
                + " and the command registries; got '1'");
  }

  @Test
  void whoIsAloneIsToldThatOthersMayKnowMore() {
    try (UsernameRegistry registry = UsernameRegistry.builder().open()) {
      Shell shell = shell(registry);
      shell.carryOut("register ada");
      shell.carryOut("lookup grace");
    }

    assertThat(told)
        .containsExactly(
            "ok ada is yours",
            "--   as far as is known here: no peer is connected; an older claim may be elsewhere, and"
                + " mine says so once its peer has come",
            "-- nobody known here has grace; no peer is connected who could know");
  }

  @Test
  void aNameThatNobodyCanHaveIsNotSaidToBeFree() {
    try (UsernameRegistry registry = UsernameRegistry.builder().open()) {
      shell(registry).carryOut("lookup a!b");
    }

    assertThat(told)
        .containsExactly(
            "-- nobody can have a!b: '!' is not allowed; a name is 3 to 20 letters a-z or A-Z,"
                + " digits or underscores");
  }

  @Test
  void followingIsAnsweredOnceAndTheRegistryIsNoNewsThen() {
    String other = "ab".repeat(Key.BYTES);
    List<RegistryInfo> known;
    try (UsernameRegistry registry = UsernameRegistry.builder().open()) {
      shell(registry).carryOut("follow " + other);
      shell(registry).carryOut("follow " + registry.key().hex());
      known = registry.registries();
    }
    RegistryInfo followed = known.get(1);
    answers.registry(followed);
    answers.followed(followed, 2, 0);
    answers.followed(followed, 2, 1);

    assertThat(told)
        .containsExactly(
            "ok registry abababab is followed; no peer is connected who could have it",
            "ok that is your own registry",
            "ok registry abababab is followed; no connected peer has announced it yet",
            "ok registry abababab is followed; 1 connected peer has it");
  }

  @Test
  void oneThatIsForgottenIsNewsWhenItIsFoundAgain() {
    answers.registry(registry(2, 1));
    answers.forgotten(registry(2, 1));
    answers.registry(registry(0, 0));
    answers.forgotten(registry(0, 0));

    assertThat(told)
        .containsExactly(
            "* registry abababab has 1 name",
            "ok registry abababab is forgotten, with 1 name",
            "* registry abababab is known now",
            "ok registry abababab is forgotten");
  }

  @Test
  void aRegistryIsKnownOnceAndNamesAreToldWhenThereAreSome() {
    answers.registry(registry(0, 0));
    answers.registry(registry(0, 0));
    answers.registry(registry(2, 0));
    answers.registry(registry(2, 1));
    answers.registry(registry(2, 1)); // known when the shell began, and told as news too
    answers.registry(registry(3, 1)); // the name has a new profile
    answers.registry(registry(4, 2));

    assertThat(told)
        .containsExactly(
            "* registry abababab is known now",
            "* registry abababab has 1 name",
            "* registry abababab has 2 names");
  }

  @Test
  void namesThatTheAnswerToFollowHasCountedAreNoNews() {
    RegistryInfo followed = registry(3, 2);
    answers.following(followed.key());
    answers.followed(followed, 1, 1);
    answers.registry(registry(4, 2)); // a name has a new profile
    answers.registry(registry(5, 3));

    assertThat(told)
        .containsExactly(
            "ok registry abababab is followed, 2 names; 1 connected peer has it",
            "* registry abababab has 3 names");
  }

  private static RegistryInfo registry(long length, long names) {
    Key key = Key.fromHex("ab".repeat(Key.BYTES));
    return new RegistryInfo(
        key,
        false,
        Instant.EPOCH,
        Instant.EPOCH,
        length,
        names,
        0,
        0,
        RegistryInfo.State.BEHIND,
        Optional.of("there is more of it"));
  }

  @Test
  void whatIsBehindIsToldWithTheRegistryAndThePeerThatHasMore() {
    answers.synced(sync(Optional.of("1 block has not been fetched yet")));

    assertThat(told)
        .containsExactly(
            "-- behind: registry cdcdcdcd at peer h:1: 1 block has not been fetched yet");
  }

  @Test
  void whoIsBehindIsToldThatWaitingMayHelp() {
    answers.nameNotFound(
        "grace", Optional.empty(), sync(Optional.of("1 block has not been fetched yet")));

    assertThat(told)
        .containsExactly("-- nobody known here has grace; this peer is behind: sync waits");
  }

  private static SyncReport sync(Optional<String> reason) {
    Key peer = Key.fromHex("cd".repeat(Key.BYTES));
    return new SyncReport(
        1, List.of(new SyncReport.Entry(peer, "h:1", Optional.of(peer), 2, 1, reason)));
  }

  @Test
  void theKeysThatRegistriesShowsCanBeFollowed() {
    String other = "ab".repeat(Key.BYTES);
    try (UsernameRegistry knows = UsernameRegistry.builder().open();
        UsernameRegistry follows = UsernameRegistry.builder().open()) {
      knows.follow(Key.fromHex(other));
      shell(knows).carryOut("registries");
      List<String> keys = told.stream().map(String::strip).filter(TextAnswersTest::isKey).toList();
      keys.forEach(key -> shell(follows).carryOut("follow " + key));

      assertThat(keys).containsExactly(knows.key().hex(), other);
      assertThat(follows.registries()).extracting(RegistryInfo::key).contains(knows.key());
    }
    assertThat(told).noneMatch(line -> line.startsWith("!!"));
  }

  private static boolean isKey(String line) {
    return line.matches("[0-9a-f]{64}");
  }

  @Test
  void aRegistryOfNobodyWhoIsConnectedIsNotSaidToBeInSync() {
    try (UsernameRegistry registry = UsernameRegistry.builder().open()) {
      registry.follow(Key.fromHex("ab".repeat(Key.BYTES)));
      answers.registries(registry.registries());
    }

    assertThat(told)
        .anySatisfy(line -> assertThat(line).endsWith("0 names, synced, your own"))
        .anySatisfy(
            line -> assertThat(line).contains("0 names, unconfirmed: no connected peer has"));
  }

  @Test
  void whoFollowsAWrongKeySeesItInTheStatus() {
    answers.status(standing(1, 0));
    answers.status(standing(0, 1)); // which says that nobody is connected
    assertThat(told).noneMatch(line -> line.contains("unconfirmed"));

    answers.status(standing(1, 1));

    assertThat(told)
        .contains(
            "-- 1 registry is unconfirmed: no connected peer has announced it; registries shows"
                + " which");
  }

  private static Standing standing(int peers, int unconfirmed) {
    return new Standing(
        claim(1, "Ada").registryKey(),
        Optional.empty(),
        new SyncReport(peers, List.of()),
        2,
        unconfirmed,
        peers,
        List.of(),
        List.of(),
        Optional.empty());
  }

  @Test
  void whoLosesANameIsToldSoAndWhoOwnsIt() {
    Registration mine = claim(1, "Bob");
    Registration theirs = claim(2, "Alice");
    answers.ready(mine.registryKey(), List.of(), List.of(), Optional.empty());
    told.clear();

    answers.ownerChanged(new OwnerChange(mine, theirs, false, "it was registered earlier"));
    answers.outcome(Answers.Outcome.UPDATED, mine, Optional.of(theirs));
    answers.outcome(Answers.Outcome.UPDATED, mine, Optional.of(mine));
    answers.ownerChanged(new OwnerChange(theirs, mine, true, "the other was released"));

    assertThat(told)
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .startsWith("!! you have lost ada to Alice (registry ")
                    .endsWith("): it was registered earlier; claims ada shows both"),
            line ->
                assertThat(line)
                    .startsWith("-- your record of ada is changed, but the name belongs to Alice"),
            line -> assertThat(line).isEqualTo("ok ada has a new profile"),
            line -> assertThat(line).startsWith("ok ada is yours now: the other"));
  }

  @Test
  void whoReleasesANameThatSomebodyElseClaimsTooHasNotLostIt() {
    Registration mine = claim(1, "Bob");
    Registration theirs = claim(2, "Alice");
    answers.ready(mine.registryKey(), List.of(), List.of(), Optional.empty());
    told.clear();

    answers.outcome(Answers.Outcome.RELEASED, mine, Optional.of(theirs));
    answers.ownerChanged(
        new OwnerChange(mine, theirs, true, "the owner before does not claim it any more"));

    assertThat(told)
        .singleElement()
        .asString()
        .startsWith("ok your record of ada is removed; the name belongs to Alice (registry ");
  }

  @Test
  void whichOfOnesNamesAreLostIsSeenAtAnyTime() {
    Registration mine = claim(1, "Bob");

    answers.mine(List.of(new OwnName(mine, claim(2, "Alice")), new OwnName(mine, mine)));

    assertThat(told)
        .satisfiesExactly(
            line -> assertThat(line).startsWith("-- ada ").contains("  lost to Alice (registry "),
            line -> assertThat(line).startsWith("ok ada ").endsWith("  yours"),
            line -> assertThat(line).contains("2 names, 1 of them lost"));
  }

  private static Registration claim(int registry, String by) {
    Key key = Key.fromHex("0" + registry + "ab".repeat(31));
    return new Registration(
        "ada", key.hex(), Optional.empty(), by, key, JsonNodeFactory.instance.objectNode());
  }

  @Test
  void whatIsTriedAndWhyItFailsIsTold() {
    List<Dial> dials =
        List.of(
            new Dial("h:1", true, Optional.empty()),
            new Dial("h:2", false, Optional.of("Connection refused")),
            new Dial("h:3", false, Optional.empty()));
    try (UsernameRegistry registry = UsernameRegistry.builder().open()) {
      answers.status(Standing.of(registry, dials, Optional.empty()));
    }

    assertThat(told)
        .contains(
            "ok connected with h:1",
            "-- no connection with h:2: Connection refused; it will be tried again",
            "* h:3 is being dialled",
            "  you dial others, and they do not dial you; --listen lets them");
  }

  @Test
  void withoutThePeersNothingIsSaidToBeInSync() {
    try (UsernameRegistry registry = UsernameRegistry.builder().open()) {
      SwarmStanding silent = Swarms.swarm(true, 0, Reachability.OPEN, true);
      answers.status(Standing.of(registry, List.of(), Optional.of(silent)));
    }

    assertThat(told).first().asString().startsWith("-- no peer is connected");
    assertThat(told).noneMatch(line -> line.startsWith("ok all that"));
  }
}
