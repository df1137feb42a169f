package dev.usernameregistry.examples.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.examples.interop.OurPeers.Dialler;
import dev.usernameregistry.examples.interop.OurPeers.Kept;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class LiveInteropTest {
  private static final int ROUNDS = 20;

  /** 60 KiB of UTF-8. */
  private static final String LARGE = "\u6f22".repeat(20 * 1024);

  /** In the order of their UTF-8 bytes, which is not the order of Java's chars. */
  private static final List<String> UNICODE =
      List.of("a\u0301", "\u00e9", "\u540d\u524d", "\uff41", "\ud83d\ude00");

  @RegisterExtension static final JsPeers JS = new JsPeers();
  @RegisterExtension final OurPeers our = new OurPeers();

  @TempDir Path folder;

  @ParameterizedTest(name = "{0} dial")
  @EnumSource
  void appendsTravelBothWaysWhileConnected(Dialler dialler) throws IOException {
    JsPeer theirs = JS.start(folder.resolve("theirs"));
    UsernameRegistry ours = our.meet(theirs, dialler, Kept.ON_DISK, folder.resolve("ours"));

    for (int round = 0; round < ROUNDS; round++) {
      String fromUs = "java_" + round;
      String fromThem = "js_" + round;
      ours.register(fromUs);
      theirs.ask("put", Map.of("name", fromThem, "value", Map.of("username", fromThem)));

      theirs.awaitLength(ours.key().hex(), 2 + round);
      assertThat(read(theirs, ours, fromUs).path("username").asText()).isEqualTo(fromUs);
      awaitLookup(ours, fromThem, Optional::isPresent);
    }
    assertThat(ours.listAll()).hasSize(2 * ROUNDS);
  }

  @ParameterizedTest(name = "{0} dial")
  @EnumSource
  void updatesAndDeletesTravelBothWays(Dialler dialler) throws IOException {
    JsPeer theirs = JS.start(folder.resolve("theirs"));
    UsernameRegistry ours = our.meet(theirs, dialler, Kept.IN_MEMORY, folder);
    ours.register("ours", profile("text", "first"));
    theirs.ask("put", Map.of("name", "theirs", "value", Map.of("text", "first")));
    awaitLookup(ours, "theirs", found -> text(found).equals("first"));

    ours.update("ours", profile("text", "second"));
    theirs.ask("put", Map.of("name", "theirs", "value", Map.of("text", "second")));

    theirs.awaitLength(ours.key().hex(), 3);
    assertThat(read(theirs, ours, "ours").path("text").asText()).isEqualTo("second");
    awaitLookup(ours, "theirs", found -> text(found).equals("second"));

    ours.release("ours");
    theirs.ask("del", Map.of("name", "theirs"));

    theirs.awaitLength(ours.key().hex(), 4);
    assertThat(read(theirs, ours, "ours").isNull()).isTrue();
    assertThat(theirs.names(ours.key().hex())).isEmpty();
    awaitLookup(ours, "theirs", Optional::isEmpty);
    assertThat(ours.listAll()).isEmpty();
  }

  @Test
  void unicodeNamesAndValuesAreReadAndSortedAlike() throws IOException {
    JsPeer theirs = JS.start(folder.resolve("theirs"));
    UsernameRegistry ours = our.meet(theirs, Dialler.THEY, Kept.ON_DISK, folder.resolve("ours"));

    for (int at = UNICODE.size() - 1; at >= 0; at--) {
      String name = UNICODE.get(at);
      ours.register("j" + name, profile(name, name));
      theirs.ask("put", Map.of("name", "t" + name, "value", Map.of(name, name)));
    }

    theirs.awaitLength(ours.key().hex(), 1 + UNICODE.size());
    JsonNode read = theirs.names(ours.key().hex());
    assertThat(read.fieldNames())
        .toIterable()
        .containsExactlyElementsOf(UNICODE.stream().map(name -> "j" + name).toList());
    List<Registration> listed =
        Await.until(
            "their names", () -> ours.listByPrefix("t"), names -> names.size() == UNICODE.size());
    assertThat(listed)
        .extracting(Registration::username)
        .isEqualTo(UNICODE.stream().map(name -> "t" + name).toList());
    for (String name : UNICODE) {
      assertThat(read.path("j" + name).path(name).asText()).isEqualTo(name);
      assertThat(ours.lookup("t" + name).orElseThrow().profile().path(name).asText())
          .isEqualTo(name);
    }
  }

  @Test
  void valuesOfSixtyKibibytesTravelBothWays() throws IOException {
    JsPeer theirs = JS.start(folder.resolve("theirs"));
    UsernameRegistry ours = our.meet(theirs, Dialler.WE, Kept.ON_DISK, folder.resolve("ours"));

    ours.register("ours", profile("text", LARGE));
    theirs.ask("put", Map.of("name", "theirs", "value", Map.of("text", LARGE)));

    theirs.awaitLength(ours.key().hex(), 2);
    assertThat(read(theirs, ours, "ours").path("text").asText()).isEqualTo(LARGE);
    awaitLookup(ours, "theirs", found -> text(found).equals(LARGE));
  }

  private static JsonNode read(JsPeer theirs, UsernameRegistry ours, String name) {
    Map<String, String> where = Map.of("registry", ours.key().hex(), "name", name);
    return theirs.ask("get", where).path("value");
  }

  private static void awaitLookup(
      UsernameRegistry ours, String name, Predicate<Optional<Registration>> wanted) {
    Await.until("lookup of " + name, () -> ours.lookup(name), wanted);
  }

  private static String text(Optional<Registration> found) {
    return found.map(each -> each.profile().path("text").asText()).orElse("");
  }

  private static ObjectNode profile(String field, String value) {
    return JsonNodeFactory.instance.objectNode().put(field, value);
  }
}
