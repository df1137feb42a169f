package dev.usernameregistry.examples.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.RegistryInfo;
import dev.usernameregistry.RegistryInfo.State;
import dev.usernameregistry.RegistryListener;
import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.examples.interop.OurPeers.Kept;
import dev.usernameregistry.log.Evidence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A writer's store was copied and both copies went on: what becomes of our peers and JavaScript
 * ones. A JavaScript peer that has one history and is shown the other tells its application of the
 * conflict and closes the log, until it is opened again; its other logs and its connections go on.
 *
 * <p>With its header, what both copies have in common is a whole subtree of eight blocks, and they
 * agree on nothing else.
 */
final class TwoHistoriesInteropTest {
  private static final long AGREED = 8;
  private static final List<String> SHARED = names("shared_", 7);
  private static final List<String> ONE = names("one_", 2);

  @RegisterExtension static final JsPeers JS = new JsPeers();
  @RegisterExtension final OurPeers our = new OurPeers();

  @TempDir Path folder;

  /** How much of the writer's log a reader has before it meets a peer that has frozen it. */
  enum Had {
    NOTHING,
    SOME,
    AGREED,
    ONE_HISTORY
  }

  @ParameterizedTest(name = "{0} names in the second copy, 2 in the first")
  @ValueSource(ints = {1, 2, 3})
  void ofAJavaScriptWriterWithTwoHistoriesWeKeepWhatBothAgreeOn(int names) throws IOException {
    JsPeer before = JS.start(folder.resolve("one"));
    before.ask("putMany", Map.of("prefix", "shared_", "count", SHARED.size()));
    before.kill();
    copy(folder.resolve("one"), folder.resolve("two"));
    JsPeer one = JS.start(folder.resolve("one"));
    JsPeer two = JS.start(folder.resolve("two"));
    one.ask("putMany", Map.of("prefix", "one_", "count", ONE.size()));
    two.ask("putMany", Map.of("prefix", "two_", "count", names));
    UsernameRegistry ours = our.listen(Kept.IN_MEMORY, folder);
    List<Evidence> told = new CopyOnWriteArrayList<>();
    ours.subscribe(
        new RegistryListener() {
          @Override
          public void registryConflict(RegistryInfo registry, Evidence evidence) {
            told.add(evidence);
          }
        });
    connect(one, ours);
    Await.until("a disputed name", () -> ours.lookup(ONE.get(1)), Optional::isPresent);

    connect(two, ours);

    Await.until("the conflict", () -> told, seen -> !seen.isEmpty());
    Await.until("only what is beyond dispute", () -> listed(ours), SHARED::equals);
    assertThat(state(ours, one.registry())).isEqualTo(State.FROZEN);
    assertThat(told).singleElement().extracting(Evidence::agreedLength).isEqualTo(AGREED);
    for (JsPeer each : List.of(one, two)) {
      JsonNode conflict = each.awaitConflict(one.registry());
      assertThat(conflict.path("length").asLong()).isEqualTo(AGREED + Math.min(names, 2));
    }
    ours.register("later");
    for (JsPeer each : List.of(one, two)) {
      each.awaitLength(ours.key().hex(), 2);
      assertThat(each.names(ours.key().hex()).has("later")).isTrue();
      assertThat(each.connections()).isEqualTo(1);
    }
    assertThat(ours.peers()).hasSize(2);
  }

  @ParameterizedTest(name = "one that has {0} of it")
  @EnumSource
  void besideAFrozenPeerAJavaScriptReaderGetsNothingThatIsDisputed(Had had) throws IOException {
    JsPeer reader = JS.start(folder.resolve("reader"));
    String key = writeTwoHistories(reader, had);
    UsernameRegistry frozen = frozen();
    List<@Nullable String> before = had == Had.NOTHING ? List.of() : reader.blocks(key);

    connect(reader, frozen);
    reader.ask("open", Map.of("key", key));
    if (had != Had.AGREED) { // who is shorter than the trees that are shown does not look at them
      assertThat(reader.awaitConflict(key).path("length").asLong()).isEqualTo(10);
    }
    frozen.register("later");
    reader.awaitLength(frozen.key().hex(), 2);

    if (had == Had.AGREED) {
      assertThat(reader.names(key).fieldNames()).toIterable().containsExactlyElementsOf(SHARED);
    }
    List<@Nullable String> after = reader.blocks(key);
    assertThat(after.subList(0, before.size())).isEqualTo(before);
    for (int block = before.size(); block < after.size(); block++) {
      assertThat(after.get(block) != null).as("block %s", block).isEqualTo(block < AGREED);
    }
    assertThat(reader.names(frozen.key().hex()).has("later")).isTrue();
    reader.ask("put", Map.of("name", "theirs", "value", Map.of("username", "theirs")));
    Await.until("the reader's name", () -> frozen.lookup("theirs"), Optional::isPresent);
    assertThat(reader.connections()).isEqualTo(1);
    assertThat(frozen.peers()).hasSize(1);
  }

  @ParameterizedTest(name = "{0} names in the second copy, 2 in the first")
  @ValueSource(ints = {1, 2, 3})
  void aJavaScriptReaderOfBothCopiesOfOursEndsNothingButThatLog(int names) throws IOException {
    JsPeer reader = JS.start(folder.resolve("reader"));
    write("one", SHARED);
    copy(folder.resolve("one"), folder.resolve("two"));
    write("one", ONE);
    write("two", names("two_", names));
    UsernameRegistry one = our.listen(Kept.ON_DISK, folder.resolve("one"));
    UsernameRegistry two = our.listen(Kept.ON_DISK, folder.resolve("two"));
    String key = one.key().hex();
    connect(reader, one);
    awaitBlocks(reader, key, 10);

    connect(reader, two);

    JsonNode conflict = reader.awaitConflict(key);
    assertThat(conflict.path("length").asLong()).isEqualTo(AGREED + Math.min(names, 2));
    Await.until("frozen", () -> state(two, key), State.FROZEN::equals);
    // the reader closes the log, and may not have told what else is beyond dispute
    Await.until("what both have", () -> listed(two), listed -> listed.containsAll(SHARED));
    reader.ask("put", Map.of("name", "later", "value", Map.of("username", "later")));
    for (UsernameRegistry each : List.of(one, two)) {
      Await.until("another log's name", () -> each.lookup("later"), Optional::isPresent);
      assertThat(each.peers()).hasSize(1);
    }
    assertThat(reader.connections()).isEqualTo(2);
  }

  /** Writes both copies while {@code reader} reads what it is to have; returns the log's key. */
  private String writeTwoHistories(JsPeer reader, Had had) throws IOException {
    UsernameRegistry writer = our.listen(Kept.ON_DISK, folder.resolve("one"));
    SHARED.subList(0, 4).forEach(writer::register);
    if (had == Had.SOME) {
      readAll(reader, writer, 5);
    }
    SHARED.subList(4, 7).forEach(writer::register);
    if (had == Had.AGREED) {
      readAll(reader, writer, 8);
    }
    writer.close();
    copy(folder.resolve("one"), folder.resolve("two"));
    write("two", names("two_", 2));
    UsernameRegistry one = our.listen(Kept.ON_DISK, folder.resolve("one"));
    ONE.forEach(one::register);
    if (had == Had.ONE_HISTORY) {
      readAll(reader, one, 10);
    }
    one.close();
    return one.key().hex();
  }

  /** Opens a registry that has met both copies. */
  private UsernameRegistry frozen() {
    UsernameRegistry ours = our.listen(Kept.IN_MEMORY, folder);
    UsernameRegistry one = our.dial(OurPeers.port(ours), Kept.ON_DISK, folder.resolve("one"));
    Await.until("a disputed name", () -> ours.lookup(ONE.get(1)), Optional::isPresent);
    UsernameRegistry two = our.dial(OurPeers.port(ours), Kept.ON_DISK, folder.resolve("two"));
    String key = one.key().hex();
    Await.until("frozen", () -> state(ours, key), State.FROZEN::equals);
    Await.until("only what is beyond dispute", () -> listed(ours), SHARED::equals);
    one.close();
    two.close();
    Await.until("no peer", ours::peers, List::isEmpty);
    return ours;
  }

  /** Registers names in a registry that nobody is connected with. */
  private void write(String copy, List<String> names) {
    try (UsernameRegistry alone = our.listen(Kept.ON_DISK, folder.resolve(copy))) {
      names.forEach(alone::register);
    }
  }

  private static void connect(JsPeer theirs, UsernameRegistry ours) {
    theirs.ask("connect", Map.of("port", OurPeers.port(ours), "rawKey", true));
  }

  private static void readAll(JsPeer reader, UsernameRegistry writer, int length) {
    connect(reader, writer);
    awaitBlocks(reader, writer.key().hex(), length);
    reader.ask("disconnect", Map.of());
  }

  private static void awaitBlocks(JsPeer reader, String registry, int length) {
    reader.awaitLength(registry, length);
    Await.until(
        "all blocks",
        () -> reader.blocks(registry),
        blocks -> blocks.size() == length && blocks.stream().allMatch(Objects::nonNull));
  }

  private static List<String> listed(UsernameRegistry ours) {
    return ours.listAll().stream().map(Registration::username).toList();
  }

  private static State state(UsernameRegistry ours, String registry) {
    return ours.registries().stream()
        .filter(one -> one.key().hex().equals(registry))
        .map(RegistryInfo::state)
        .findAny()
        .orElseThrow();
  }

  private static List<String> names(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + "000" + i).toList();
  }

  /** Copies a store, but for the file by which a Corestore knows that it was copied. */
  private static void copy(Path from, Path to) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(from)) {
      files = all.filter(file -> !file.endsWith("CORESTORE")).toList();
    }
    for (Path file : files) {
      Files.copy(file, to.resolve(from.relativize(file)));
    }
  }
}
