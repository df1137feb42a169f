package dev.usernameregistry.examples.shell;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.usernameregistry.PeerState;
import dev.usernameregistry.RegistryInfo;
import dev.usernameregistry.RegistryListener;
import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.examples.shell.Answers.SwarmStage;
import dev.usernameregistry.examples.terminal.Ink;
import dev.usernameregistry.net.TcpNetwork;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every answer of the shell about registries, peers and the swarm, field by field. */
final class ShellNetworkTest extends ShellScene {
  private static final Pattern HEX_KEY = Pattern.compile("[0-9a-f]{64}");

  @Test
  void registriesAnswersTheOwnOneFirst() throws IOException {
    tell("register ada_l");

    JsonNode own = answerTo("registries").path("registries").get(0);

    assertThat(own.path("registryKey").asText()).isEqualTo(registryKey);
    assertThat(own.path("own").asBoolean()).isTrue();
    assertThat(own.path("length").asLong()).isEqualTo(2);
    assertThat(own.path("names").asLong()).isEqualTo(1);
    assertThat(own.path("synced").asBoolean()).isTrue();
    assertThat(own.path("reason")).isEqualTo(TextNode.valueOf("")); // not null, nor left out
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
    JsonNode status = answerTo("status");
    assertThat(status.path("registries").asInt()).isEqualTo(2);
    assertThat(status.path("unconfirmed").asInt()).isOne();
  }

  @Test
  void forgettingAnswersTheRegistryAsItWas() throws IOException {
    String other = "ab".repeat(32);
    answerTo("follow " + other);

    JsonNode answer = answerTo("forget " + other);

    assertThat(fields(answer)).containsExactly("event", "registryKey", "length", "names", "own");
    assertThat(answer.path("event").asText()).isEqualTo("forgotten");
    assertThat(answer.path("registryKey").asText()).isEqualTo(other);
    assertThat(answerTo("registries").path("registries")).hasSize(1);
    assertThat(answerTo("forget " + other).path("message").asText())
        .isEqualTo("no registry abababab is known");
  }

  @Test
  void aRegistryIsForgottenByTheFirstDigitsOfItsKey() throws IOException {
    answerTo("follow " + "ab".repeat(32));
    answerTo("follow abac" + "ab".repeat(30));

    assertThat(answerTo("forget aba").path("message").asText()).contains("the first 4 or more");
    assertThat(answerTo("forget ffff").path("message").asText())
        .isEqualTo("no registry ffff is known");
    assertThat(answerTo("forget abab").path("event").asText()).isEqualTo("forgotten");
    answerTo("follow abac" + "cd".repeat(30));
    assertThat(answerTo("forget abac").path("message").asText())
        .isEqualTo("2 registries begin with abac; give more digits");
    assertThat(answerTo("forget ABACCD").path("event").asText()).isEqualTo("forgotten");
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

  @Test
  void aPeerThatIsConnectedInTwoWaysCountsOnce() throws Exception {
    CountDownLatch connections = new CountDownLatch(2);
    RegistryListener listener =
        new RegistryListener() {
          @Override
          public void peerConnected(PeerState peer) {
            connections.countDown();
          }
        };
    try (UsernameRegistry grace =
        UsernameRegistry.builder()
            .network(TcpNetwork.builder().listen("127.0.0.1", 0).listen("127.0.0.1", 0).build())
            .open()) {
      TcpNetwork.Builder both = TcpNetwork.builder();
      grace.listening().forEach(address -> both.connect("127.0.0.1", port(address)));
      try (UsernameRegistry ada =
          UsernameRegistry.builder().network(both.build()).listener(listener).open()) {
        assertThat(connections.await(60, TimeUnit.SECONDS)).isTrue();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Supplier<Standing> standing = () -> Standing.of(ada, List.of(), Optional.empty());
        Shell shell = new Shell(ada, standing, new JsonAnswers(out));
        List<String> text = new ArrayList<>();
        List.of("peers", "status", "follow " + registryKey).forEach(shell::carryOut);
        new Shell(ada, standing, new TextAnswers(text::add, Ink.plain(StandardCharsets.UTF_8)))
            .carryOut("peers");

        List<JsonNode> said = parsed(out);
        assertThat(said.get(0).path("peers")).hasSize(2);
        assertThat(said.get(1).path("peers").asInt()).isOne();
        assertThat(said.get(2).path("peers").asInt()).isOne();
        assertThat(text).hasSize(3).last().isEqualTo("1 peer on 2 connections");
      }
    }
  }

  private static TcpNetwork connecting(UsernameRegistry peer) {
    return TcpNetwork.builder().connect("127.0.0.1", port(peer.listening().get(0))).build();
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  @Test
  void withoutPeersNothingIsBehind() throws IOException {
    assertThat(answerTo("peers")).isEqualTo(JSON.readTree("{\"event\":\"peers\",\"peers\":[]}"));
    assertThat(answerTo("sync 1"))
        .isEqualTo(
            JSON.readTree("{\"event\":\"synced\",\"complete\":true,\"peers\":0,\"behind\":[]}"));
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
                    + "\",\"frozen\":false,\"synced\":true,\"behind\":[],\"registries\":1,\"unconfirmed\":0,"
                    + "\"peers\":0,\"listening\":null,\"connect\":[],\"swarm\":null}"));
  }

  @Test
  void swarmsAreToldFieldByField() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new JsonAnswers(out).swarm(SwarmStage.JOINED, Swarms.JOINED);

    assertThat(parsed(out).get(0)).isEqualTo(JSON.readTree(Swarms.JOINED_EVENT));
  }
}
