package dev.usernameregistry.examples.shell;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.usernameregistry.RegistryInfo;
import dev.usernameregistry.RegistryListener;
import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.claims.NamePolicy;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.examples.shell.Answers.SwarmStage;
import dev.usernameregistry.net.TcpNetwork;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every answer of the shell to a program that has it alone, field by field. */
final class ShellTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_123L);
  private static final Pattern HEX_KEY = Pattern.compile("[0-9a-f]{64}");

  private final UsernameRegistry registry =
      UsernameRegistry.builder().registeredBy("Ada").clock(() -> NOW).open();
  private final String registryKey = registry.key().hex();

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  void registeringAnswersTheRegistration() throws IOException {
    JsonNode answer = answerTo("register ada_l {\"city\":\"Zürich\",\"n\":1}");

    assertThat(fields(answer)).containsExactly("event", "registration", "peers", "behind");
    assertThat(answer.path("peers").asInt()).isZero();
    assertThat(answer.path("event").asText()).isEqualTo("registered");
    assertThat(answer.path("behind")).isEmpty();
    assertThat(answer.path("registration"))
        .isEqualTo(registration("ada_l", "{\"city\":\"Zürich\",\"n\":1}"));
  }

  @Test
  void oneOwnNameAgainAnswersAlreadyYours() throws IOException {
    tell("register ada_l {\"a\":1}");

    JsonNode answer = answerTo("register ada_l");

    assertThat(answer.path("event").asText()).isEqualTo("alreadyYours");
    assertThat(answer.path("registration")).isEqualTo(registration("ada_l", "{\"a\":1}"));
  }

  @Test
  void updatingAnswersTheNewProfile() throws IOException {
    tell("register ada_l {\"a\":1}");

    JsonNode answer = answerTo("update ada_l {\"b\":2}");

    assertThat(answer.path("event").asText()).isEqualTo("updated");
    assertThat(answer.path("registration")).isEqualTo(registration("ada_l", "{\"b\":2}"));
    assertThat(answer.path("owner")).isEqualTo(answer.path("registration"));
  }

  @Test
  void renamingMovesTheProfile() throws IOException {
    tell("register ada_l {\"a\":1}");

    JsonNode answer = answerTo("rename ada_l countess");

    assertThat(answer.path("event").asText()).isEqualTo("renamed");
    assertThat(answer.path("registration")).isEqualTo(registration("countess", "{\"a\":1}"));
    assertThat(answerTo("lookup ada_l").path("event").asText()).isEqualTo("notFound");
  }

  @Test
  void renamingToANameOfOnesOwnAnswersAlreadyYours() throws IOException {
    tell("register ada_l", "register countess");

    assertThat(answerTo("rename ada_l countess").path("event").asText()).isEqualTo("alreadyYours");
  }

  @Test
  void releasingAnswersWhatWasReleased() throws IOException {
    tell("register ada_l");

    JsonNode answer = answerTo("release ada_l");

    assertThat(answer.path("event").asText()).isEqualTo("released");
    assertThat(answer.path("registration")).isEqualTo(registration("ada_l", "{}"));
    assertThat(registry.listAll()).isEmpty();
  }

  @Test
  void lookingUpAnswersTheRegistrationOrTheName() throws IOException {
    tell("register ada_l");

    JsonNode found = answerTo("lookup ada_l");
    JsonNode missing = answerTo("lookup nobody");

    assertThat(found.path("event").asText()).isEqualTo("found");
    assertThat(found.path("registration")).isEqualTo(registration("ada_l", "{}"));
    assertThat(fields(missing)).containsExactly("event", "username", "peers", "behind");
    assertThat(missing.path("username").asText()).isEqualTo("nobody");
  }

  @Test
  void whoisAnswersAllNamesOfAKeyOrTheKey() throws IOException {
    tell("register zoe", "register ada_l");

    JsonNode found = answerTo("whois " + registryKey);
    JsonNode missing = answerTo("whois abc");

    assertThat(found.path("event").asText()).isEqualTo("found");
    assertThat(found.path("registration")).isEqualTo(registration("ada_l", "{}"));
    assertThat(found.path("registrations")).hasSize(2);
    assertThat(fields(missing)).containsExactly("event", "publicKey", "peers", "behind");
    assertThat(missing.path("event").asText()).isEqualTo("notFound");
  }

  @Test
  void listAnswersSortedRegistrations() throws IOException {
    tell("register zoe", "register ada_l", "register ada_k");

    assertThat(answerTo("list").path("registrations").findValuesAsText("username"))
        .containsExactly("ada_k", "ada_l", "zoe");
    assertThat(answerTo("list ada").path("registrations").findValuesAsText("username"))
        .containsExactly("ada_k", "ada_l");
    assertThat(answerTo("list x").path("registrations")).isEmpty();
  }

  @Test
  void mineAnswersEachOwnNameWithItsOwner() throws IOException {
    tell("register zoe", "register ada_l");

    JsonNode names = answerTo("mine").path("names");

    assertThat(names).hasSize(2);
    assertThat(fields(names.get(0))).containsExactly("registration", "owner", "lost");
    assertThat(names.get(0).path("registration")).isEqualTo(registration("ada_l", "{}"));
    assertThat(names.get(0).path("owner")).isEqualTo(registration("ada_l", "{}"));
    assertThat(names.get(0).path("lost").asBoolean()).isFalse();
  }

  @Test
  void claimsAnswersTheNameAndItsHolders() throws IOException {
    tell("register ada_l");

    JsonNode answer = answerTo("claims ada_l");

    assertThat(fields(answer)).containsExactly("event", "username", "registrations");
    assertThat(answer.path("registrations").get(0)).isEqualTo(registration("ada_l", "{}"));
  }

  @Test
  void registriesAnswersTheOwnOneFirst() throws IOException {
    tell("register ada_l");

    JsonNode own = answerTo("registries").path("registries").get(0);

    assertThat(own.path("registryKey").asText()).isEqualTo(registryKey);
    assertThat(own.path("own").asBoolean()).isTrue();
    assertThat(own.path("length").asLong()).isEqualTo(2);
    assertThat(own.path("names").asLong()).isEqualTo(1);
    assertThat(own.path("synced").asBoolean()).isTrue();
    assertThat(own.path("discoveredAt").isIntegralNumber()).isTrue();
  }

  @Test
  void followingAnswersTheRegistryAndWhoHasIt() throws IOException {
    String other = "ab".repeat(32);

    JsonNode answer = answerTo("follow " + other);

    assertThat(fields(answer))
        .containsExactly("event", "registryKey", "length", "names", "own", "peers", "holders");
    assertThat(answer.path("event").asText()).isEqualTo("followed");
    assertThat(answer.path("registryKey").asText()).isEqualTo(other);
    JsonNode followed = answerTo("registries").path("registries").get(1);
    assertThat(followed.path("state").asText()).isEqualTo("unconfirmed");
    assertThat(followed.path("synced").asBoolean()).isFalse();
  }

  /** Whoever knows the key knows that it is empty; nobody else is needed to have it. */
  @Test
  void whoseOwnRegistryItIsHasItAlsoWhenItIsEmpty() throws Exception {
    CompletableFuture<Key> told = new CompletableFuture<>();
    RegistryListener listener =
        new RegistryListener() {
          @Override
          public void registryFound(RegistryInfo found) {
            told.complete(found.key());
          }
        };
    try (UsernameRegistry grace =
            UsernameRegistry.builder()
                .network(TcpNetwork.builder().listen("127.0.0.1", 0).build())
                .open();
        UsernameRegistry ada =
            UsernameRegistry.builder().network(connecting(grace)).listener(listener).open()) {
      assertThat(told.get(60, TimeUnit.SECONDS)).isEqualTo(grace.key());
      assertThat(ada.awaitPeers(1, Duration.ofSeconds(60))).isTrue();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      Shell shell = new Shell(ada, this::standing, new JsonAnswers(out));

      shell.carryOut("follow " + grace.key().hex());

      JsonNode answer = JSON.readTree(out.toString(StandardCharsets.UTF_8));
      assertThat(answer.path("peers").asInt()).isOne();
      assertThat(answer.path("holders").asInt()).isOne();
    }
  }

  private static TcpNetwork connecting(UsernameRegistry peer) {
    String address = peer.listening().get(0);
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    return TcpNetwork.builder().connect("127.0.0.1", port).build();
  }

  @Test
  void withoutPeersNothingIsBehind() throws IOException {
    assertThat(answerTo("peers")).isEqualTo(JSON.readTree("{\"event\":\"peers\",\"peers\":[]}"));
    assertThat(answerTo("sync 1"))
        .isEqualTo(
            JSON.readTree("{\"event\":\"synced\",\"complete\":true,\"peers\":0,\"behind\":[]}"));
  }

  @Test
  void helpAnswersEveryCommand() throws IOException {
    assertThat(answerTo("help").path("commands")).hasSize(Verb.values().length);
    assertThat(answerTo("help lookup").path("commands"))
        .isEqualTo(
            JSON.readTree("[{\"usage\":\"lookup NAME\",\"summary\":\"say who has a name\"}]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "register a!            | '!' is not allowed",
        "register ab            | 3 to 20 letters",
        "register ada {\"username\":\"x\"} | 'username'",
        "update nobody {}       | 'nobody' is not yours: nobody has it",
        "release nobody         | 'nobody' is not yours: nobody has it",
        "rename nobody somebody | 'nobody' is not yours: nobody has it",
        "follow 12              | a key is 64 hexadecimal digits",
        "sync -1                | sync takes from 0 to 3600 whole seconds",
        "sync 3601              | sync takes from 0 to 3600 whole seconds",
        "dance                  | there is no command 'dance'; help lists them",
        "regsiter ada           | there is no command 'regsiter'; did you mean register? help",
        "LOKUP ada              | 'LOKUP'; did you mean lookup? help lists them",
        "help dance             | there is no command 'dance'; help lists them",
        "help lookup me         | 'me' is too much; the command is: help [COMMAND]",
        "statuses               | did you mean status?"
      })
  void whatCannotBeDoneIsAnsweredAndTheShellGoesOn(String line, String message) throws IOException {
    JsonNode answer = answerTo(line);

    assertThat(fields(answer)).containsExactly("event", "message");
    assertThat(answer.path("event").asText()).isEqualTo("error");
    assertThat(answer.path("message").asText()).contains(message);
    assertThat(answerTo("list").path("event").asText()).isEqualTo("list");
  }

  @Test
  void blankLinesAreNotAnswered() throws IOException {
    assertThat(tell("", "   ", "\t")).isEmpty();
  }

  @Test
  void quitLeavesAndNothingElseDoes() {
    Shell shell = new Shell(registry, this::standing, new JsonAnswers(new ByteArrayOutputStream()));

    assertThat(shell.carryOut("quit")).isFalse();
    assertThat(shell.carryOut("EXIT")).isFalse();
    assertThat(shell.carryOut("quit now")).isTrue();
    assertThat(shell.carryOut("list")).isTrue();
  }

  @Test
  void aClosedShellCarriesNothingOut() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Shell shell = new Shell(registry, this::standing, new JsonAnswers(out));
    shell.close(Duration.ZERO);

    assertThat(shell.carryOut("list")).isFalse();
    assertThat(out.size()).isZero();
  }

  @Test
  void everyAnswerIsOneLineWhateverTheNameHolds() throws IOException {
    try (UsernameRegistry liberal =
        UsernameRegistry.builder()
            .registeredBy("line\nbreak \u2028")
            .namePolicy(NamePolicy.matching(Pattern.compile("\\S+"), "anything without blanks"))
            .open()) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      Shell shell = new Shell(liberal, this::standing, new JsonAnswers(out));
      shell.carryOut("register 名前😀 {\"x\":\"a\\nb\"}");

      String said = out.toString(StandardCharsets.UTF_8);
      assertThat(said.lines()).hasSize(1);
      assertThat(JSON.readTree(said).path("registration").path("username").asText())
          .isEqualTo("名前😀");
    }
  }

  @Test
  void readyTellsTheRegistryKey() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    JsonAnswers answers = new JsonAnswers(out);
    answers.ready(registry.key(), List.of("127.0.0.1:4001"), List.of(), Optional.empty());
    answers.closed();

    List<JsonNode> said = parsed(out);
    assertThat(said.get(0).path("registryKey").asText()).matches(HEX_KEY);
    assertThat(said.get(0).path("listening").asText()).isEqualTo("127.0.0.1:4001");
    assertThat(fields(said.get(1))).containsExactly("event");
  }

  @Test
  void readyTellsTheSwarmOfATopic() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new JsonAnswers(out)
        .ready(
            registry.key(), List.of(), List.of(Swarms.TOPIC), Optional.of(Swarms.JOINED.status()));

    JsonNode ready = parsed(out).get(0);
    assertThat(fields(ready))
        .containsExactly("event", "registryKey", "listening", "publicKey", "dht", "topics");
    assertThat(ready.path("publicKey").asText())
        .isEqualTo(Swarms.JOINED.status().publicKey().hex());
    assertThat(ready.path("dht"))
        .isEqualTo(JSON.readTree("{\"host\":\"192.0.2.1\",\"port\":4001}"));
    assertThat(ready.path("topics").get(0).asText()).isEqualTo(Swarms.TOPIC.hex());
  }

  @Test
  void statusWithoutANetworkHasNoSwarm() throws IOException {
    assertThat(answerTo("status"))
        .isEqualTo(
            JSON.readTree(
                "{\"event\":\"status\",\"registryKey\":\""
                    + registryKey
                    + "\",\"synced\":true,\"behind\":[],\"registries\":1,\"peers\":0,"
                    + "\"listening\":null,\"connect\":[],\"swarm\":null}"));
  }

  @Test
  void swarmsAreToldFieldByField() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new JsonAnswers(out).swarm(SwarmStage.JOINED, Swarms.JOINED);

    assertThat(parsed(out).get(0)).isEqualTo(JSON.readTree(Swarms.JOINED_EVENT));
  }

  private Standing standing() {
    return Standing.of(registry, List.of(), Optional.empty());
  }

  private JsonNode answerTo(String line) throws IOException {
    List<JsonNode> answers = tell(line);
    assertThat(answers).as(line).hasSize(1);
    return answers.get(0);
  }

  private List<JsonNode> tell(String... lines) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Shell shell = new Shell(registry, this::standing, new JsonAnswers(out));
    for (String line : lines) {
      assertThat(shell.carryOut(line)).as(line).isTrue();
    }
    return parsed(out);
  }

  private static List<JsonNode> parsed(ByteArrayOutputStream out) throws IOException {
    List<JsonNode> said = new ArrayList<>();
    for (String line : out.toString(StandardCharsets.UTF_8).lines().toList()) {
      said.add(JSON.readTree(line));
    }
    return said;
  }

  private JsonNode registration(String username, String profile) throws IOException {
    return JSON.readTree(
        String.format(
            "{\"username\":\"%s\",\"publicKey\":\"%s\",\"registeredAt\":%d,"
                + "\"registeredBy\":\"Ada\",\"registryKey\":\"%s\",\"profile\":%s}",
            username, registryKey, NOW.toEpochMilli(), registryKey, profile));
  }

  private static List<String> fields(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
