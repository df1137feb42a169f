package dev.usernameregistry.examples.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.examples.interop.OurPeers.Dialler;
import dev.usernameregistry.examples.interop.OurPeers.Kept;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ThousandNamesInteropTest {
  private static final int COUNT = 1000;

  @RegisterExtension static final JsPeers JS = new JsPeers();
  @RegisterExtension final OurPeers our = new OurPeers();

  @TempDir Path folder;

  @ParameterizedTest(name = "{0} dial, ours is {1}")
  @MethodSource("meetings")
  void jsReadsAThousandNamesWrittenInJava(Dialler dialler, Kept kept) throws IOException {
    JsPeer theirs = JS.start(folder.resolve("theirs"));
    UsernameRegistry ours = our.meet(theirs, dialler, kept, folder.resolve("ours"));

    for (String name : names()) {
      ours.register(name, JsonNodeFactory.instance.objectNode().put("motto", "I am " + name));
    }

    String registry = ours.key().hex();
    theirs.awaitLength(registry, 1 + COUNT);
    JsonNode read = theirs.names(registry);
    assertThat(read.fieldNames()).toIterable().containsExactlyElementsOf(names());
    for (Registration written : ours.listAll()) {
      JsonNode value = read.path(written.username());
      assertThat(value.path("username").asText()).isEqualTo(written.username());
      assertThat(value.path("publicKey").asText()).isEqualTo(registry);
      assertThat(value.path("registeredBy").asText()).isEqualTo(OurPeers.NAME);
      assertThat(value.path("registeredAt").asLong())
          .isEqualTo(written.registeredAt().orElseThrow().toEpochMilli());
      assertThat(value.path("motto").asText()).isEqualTo("I am " + written.username());
    }
  }

  @ParameterizedTest(name = "{0} dial, ours is {1}")
  @MethodSource("meetings")
  void javaReadsAThousandNamesWrittenInJs(Dialler dialler, Kept kept) throws IOException {
    JsPeer theirs = JS.start(folder.resolve("theirs"));
    theirs.ask("putMany", Map.of("prefix", "name_", "count", COUNT));

    UsernameRegistry ours = our.meet(theirs, dialler, kept, folder.resolve("ours"));

    List<Registration> read =
        Await.until("all names", ours::listAll, listed -> listed.size() == COUNT);
    assertThat(read).extracting(Registration::username).isEqualTo(names());
    JsonNode written = theirs.names(theirs.registry());
    for (Registration registration : read) {
      JsonNode value = written.path(registration.username());
      assertThat(registration.registryKey().hex()).isEqualTo(theirs.registry());
      assertThat(registration.publicKey()).isEqualTo(value.path("publicKey").asText());
      assertThat(registration.registeredBy()).isEqualTo(value.path("registeredBy").asText());
      assertThat(registration.registeredAt().orElseThrow().toEpochMilli())
          .isEqualTo(value.path("registeredAt").asLong());
    }
  }

  static Stream<Arguments> meetings() {
    return Stream.of(Dialler.values())
        .flatMap(dialler -> Stream.of(Kept.values()).map(kept -> Arguments.of(dialler, kept)));
  }

  private static List<String> names() {
    return IntStream.range(0, COUNT).mapToObj(i -> String.format("name_%04d", i)).toList();
  }
}
