package dev.usernameregistry.examples.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.RegisterResult;
import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.examples.interop.OurPeers.Dialler;
import dev.usernameregistry.examples.interop.OurPeers.Kept;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The known application's rules between a peer of its kind and one of ours. */
final class KnownApplicationInteropTest {
  @RegisterExtension static final JsPeers JS = new JsPeers();
  @RegisterExtension final OurPeers our = new OurPeers();

  @TempDir Path folder;

  @ParameterizedTest(name = "{0} dial")
  @EnumSource
  void eachRefusesTheOthersNames(Dialler dialler) throws IOException {
    JsPeer theirs = JS.start(folder.resolve("theirs"));
    UsernameRegistry ours = our.meet(theirs, dialler, Kept.ON_DISK, folder.resolve("ours"));
    assertThat(theirs.event("told").path("registry").asText()).isEqualTo(ours.key().hex());
    assertThat(ours.register("java_name")).isInstanceOf(RegisterResult.Registered.class);
    JsonNode accepted = theirs.ask("register", Map.of("name", "js_name"));
    assertThat(accepted.path("registered").asBoolean()).isTrue();
    theirs.awaitLength(ours.key().hex(), 2);
    Await.until("their name", () -> ours.lookup("js_name"), Optional::isPresent);

    JsonNode refused = theirs.ask("register", Map.of("name", "java_name"));
    RegisterResult taken = ours.register("js_name");

    assertThat(refused.path("registered").asBoolean()).isFalse();
    assertThat(refused.path("registry").asText()).isEqualTo(ours.key().hex());
    assertThat(refused.path("value").path("registeredBy").asText()).isEqualTo(OurPeers.NAME);
    assertThat(taken).isInstanceOf(RegisterResult.Taken.class);
    assertThat(taken.registration().registryKey().hex()).isEqualTo(theirs.registry());
    assertThat(taken.registration().registeredBy()).isEqualTo("a JavaScript peer");
  }

  @ParameterizedTest(name = "{0} dial")
  @EnumSource
  void registeringWaitsForTheRegistryOfAPeerThatIsConnected(Dialler dialler) throws IOException {
    JsPeer theirs = JS.start(folder.resolve("theirs"));
    theirs.ask("putMany", Map.of("prefix", "name_", "count", 500));
    UsernameRegistry ours = our.meet(theirs, dialler, Kept.IN_MEMORY, folder);
    Await.until("a peer", ours::peers, peers -> !peers.isEmpty());

    assertThat(ours.register("name_0499")).isInstanceOf(RegisterResult.Taken.class);
  }

  @ParameterizedTest(name = "{0} dial")
  @EnumSource
  void keysPassedByHandDoWithoutTheRawMessage(Dialler dialler) throws IOException {
    JsPeer theirs = JS.start(folder.resolve("theirs"));
    theirs.ask("register", Map.of("name", "js_name"));
    UsernameRegistry ours;
    if (dialler == Dialler.WE) {
      ours = our.dial(theirs.listen(false), Kept.IN_MEMORY, folder);
    } else {
      ours = our.listen(Kept.IN_MEMORY, folder);
      theirs.ask("connect", Map.of("port", OurPeers.port(ours), "rawKey", false));
    }
    ours.register("java_name");

    theirs.ask("open", Map.of("key", ours.key().hex()));
    ours.follow(Key.fromHex(theirs.registry()));

    theirs.awaitLength(ours.key().hex(), 2);
    assertThat(theirs.names(ours.key().hex()).fieldNames())
        .toIterable()
        .containsExactly("java_name");
    Await.until("their name", () -> ours.lookup("js_name"), Optional::isPresent);
  }
}
