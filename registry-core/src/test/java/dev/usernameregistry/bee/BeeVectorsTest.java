package dev.usernameregistry.bee;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.testkit.Vectors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Blocks and answers are those of the reference, except for its stale answers. */
class BeeVectorsTest {
  private static final Vectors VECTORS = Vectors.load("hyperbee");

  static Stream<Arguments> cases() {
    return VECTORS.arguments("cases");
  }

  static Stream<Arguments> withRanges() {
    return casesWith("ranges");
  }

  static Stream<Arguments> withHistory() {
    return casesWith("history");
  }

  static Stream<Arguments> withDiffs() {
    return casesWith("diffs");
  }

  /** Returns the cases that have {@code field}; JUnit fails a test that gets none. */
  private static Stream<Arguments> casesWith(String field) {
    return cases().filter(arguments -> ((JsonNode) arguments.get()[1]).has(field));
  }

  static Stream<Arguments> subs() {
    return VECTORS.arguments("subs");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void sameOperationsMakeSameBlocks(String name, JsonNode vector) throws IOException {
    MemoryBlocks blocks = new MemoryBlocks();
    Bee bee = new Bee(blocks, options(vector.path("options")));
    Codec codec = Codec.of(vector);
    for (JsonNode operation : vector.get("ops")) {
      bee.append(batch(operation, codec));
    }

    assertThat(hex(blocks.all())).isEqualTo(texts(vector.get("blocks")));
    assertThat(bee.version()).isEqualTo(vector.get("version").asLong());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void readsWhatTheReferenceWrote(String name, JsonNode vector) throws IOException {
    Bee bee = new Bee(stored(vector));
    Codec codec = Codec.of(vector);

    assertThat(bee.version()).isEqualTo(vector.get("version").asLong());
    assertThat(shown(bee.range(KeyRange.all()).toList()))
        .isEqualTo(expected(vector.get("list"), codec));
    for (JsonNode get : vector.get("gets")) {
      assertThat(bee.get(codec.key(get.get(0))).map(BeeVectorsTest::show))
          .as("get %s", get.get(0))
          .isEqualTo(Optional.ofNullable(codec.entry(get.get(1))));
    }
    for (JsonNode stale : vector.path("staleGets")) {
      assertThat(bee.get(codec.key(stale.get(0)))).isEmpty();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("withRanges")
  void rangesShowTheReferencesKeys(String name, JsonNode vector) throws IOException {
    Bee bee = new Bee(stored(vector));
    Codec codec = Codec.of(vector);
    for (JsonNode range : vector.path("ranges")) {
      List<String> keys = new ArrayList<>();
      for (Entry entry : bee.range(range(range.get("options"), codec)).toList()) {
        keys.add(HexFormat.of().formatHex(entry.key()));
      }
      List<String> want = new ArrayList<>();
      range.get("keys").forEach(key -> want.add(HexFormat.of().formatHex(codec.key(key))));
      assertThat(keys).as("%s", range.get("options")).isEqualTo(want);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("withHistory")
  void historyIsTheReferences(String name, JsonNode vector) throws IOException {
    Bee bee = new Bee(stored(vector));
    Codec codec = Codec.of(vector);
    if (vector.has("history")) {
      List<String> changes = new ArrayList<>();
      for (Change change : bee.history(1).toList()) {
        changes.add((change.kind() == Change.Kind.PUT ? "put " : "del ") + show(change.entry()));
      }
      List<String> want = new ArrayList<>();
      for (JsonNode change : vector.get("history")) {
        want.add(
            change.get(0).asText()
                + " "
                + codec.show(change.get(1).asLong(), change.get(2), change.get(3)));
      }
      assertThat(changes).isEqualTo(want);
    }
    for (JsonNode history : vector.path("historyOptions")) {
      List<Long> want = new ArrayList<>();
      history.get("seqs").forEach(seq -> want.add(seq.asLong()));
      assertThat(history(bee.snapshot(), history.get("options")))
          .as("%s", history.get("options"))
          .isEqualTo(want);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("withDiffs")
  void oldVersionsAndTheirDifferencesAreTheReferences(String name, JsonNode vector)
      throws IOException {
    Bee bee = new Bee(stored(vector));
    Codec codec = Codec.of(vector);
    for (JsonNode checkout : vector.path("checkouts")) {
      BeeSnapshot snapshot = bee.checkout(checkout.get("version").asLong());
      assertThat(shown(snapshot.range(KeyRange.all()).toList()))
          .isEqualTo(expected(checkout.get("list"), codec));
    }
    for (JsonNode diff : vector.path("diffs")) {
      BeeSnapshot left = bee.checkout(diff.get("left").asLong());
      BeeSnapshot right = bee.checkout(diff.get("right").asLong());
      List<List<@Nullable String>> differences = new ArrayList<>();
      for (Difference difference : left.diff(right, KeyRange.all()).toList()) {
        differences.add(Arrays.asList(show(difference.left()), show(difference.right())));
      }
      List<List<@Nullable String>> want = new ArrayList<>();
      for (JsonNode change : diff.get("changes")) {
        want.add(Arrays.asList(codec.entry(change.get(0)), codec.entry(change.get(1))));
      }
      assertThat(differences).as("%s to %s", diff.get("left"), diff.get("right")).isEqualTo(want);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("subs")
  void subDatabasesKeepAndShowTheReferencesKeys(String name, JsonNode vector) throws IOException {
    MemoryBlocks blocks = new MemoryBlocks();
    Bee bee = new Bee(blocks);
    for (JsonNode op : vector.get("ops")) {
      byte[] key = op.get("key").asText().getBytes(UTF_8);
      bee.put(prefix(op.get("path")).add(key), op.get("value").asText().getBytes(UTF_8));
    }

    assertThat(hex(blocks.all())).isEqualTo(texts(vector.get("blocks")));
    List<byte[]> rawKeys = new ArrayList<>();
    for (Entry entry : bee.range(KeyRange.all()).toList()) {
      rawKeys.add(entry.key());
    }
    assertThat(hex(rawKeys)).isEqualTo(texts(vector.get("rawKeys")));
    boolean encoder = vector.get("kind").asText().equals("sub-encoder");
    for (JsonNode list : vector.get("lists")) {
      KeyPrefix prefix = prefix(list.get("path"));
      KeyRange range =
          encoder ? KeyRange.prefix(prefix.add(new byte[0])) : prefix.range(KeyRange.all());
      List<String> keys = new ArrayList<>();
      for (Entry entry : bee.range(range).toList()) {
        keys.add(new String(prefix.strip(entry.key()), UTF_8));
      }
      assertThat(keys).as("%s", list.get("path")).isEqualTo(texts(list.get("keys")));
    }
  }

  private static KeyPrefix prefix(JsonNode path) {
    KeyPrefix prefix = KeyPrefix.root();
    for (JsonNode name : path) {
      prefix = prefix.sub(name.asText().getBytes(UTF_8));
    }
    return prefix;
  }

  private static BeeBatch batch(JsonNode operation, Codec codec) {
    BeeBatch batch = new BeeBatch();
    String kind = operation.get(0).asText();
    if (kind.equals("batch")) {
      operation.get(1).forEach(inner -> add(batch, inner, codec));
    } else {
      add(batch, operation, codec);
    }
    return batch;
  }

  private static void add(BeeBatch batch, JsonNode operation, Codec codec) {
    byte[] key = codec.key(operation.get(1));
    switch (operation.get(0).asText()) {
      case "put" -> batch.put(key, codec.value(operation.get(2)));
      case "del" -> batch.delete(key);
      default -> throw new AssertionError("unknown operation " + operation);
    }
  }

  private static BeeOptions options(JsonNode options) {
    BeeOptions result =
        BeeOptions.DEFAULT.withAlwaysDuplicate(options.path("alwaysDuplicate").asBoolean(true));
    JsonNode metadata = options.path("metadata");
    return metadata.isMissingNode()
        ? result
        : result.withHeader(
            new BeeHeader(
                new BeeHeader.Metadata(
                    Vectors.bytesOrNull(metadata.get("contentFeed")),
                    Vectors.bytesOrNull(metadata.get("userData")))));
  }

  private static KeyRange range(JsonNode options, Codec codec) {
    KeyRange range = KeyRange.all();
    range = options.has("gte") ? range.gte(codec.key(options.get("gte"))) : range;
    range = options.has("gt") ? range.gt(codec.key(options.get("gt"))) : range;
    range = options.has("lte") ? range.lte(codec.key(options.get("lte"))) : range;
    range = options.has("lt") ? range.lt(codec.key(options.get("lt"))) : range;
    range = options.path("reverse").asBoolean() ? range.reversed() : range;
    long limit = options.path("limit").asLong(-1);
    return limit < 0 ? range : range.limit(limit);
  }

  private static List<Long> history(BeeSnapshot snapshot, JsonNode options) throws IOException {
    long version = snapshot.version();
    long from = Math.max(bound(options, "gte", 1, version), bound(options, "gt", 0, version) + 1);
    long to = bound(options, "lt", version, version);
    to = options.has("lte") ? bound(options, "lte", 0, version) + 1 : to;
    Cursor<Change> cursor = snapshot.history(from, to, options.path("reverse").asBoolean());
    List<Long> seqs = new ArrayList<>();
    long limit = options.path("limit").asLong(Long.MAX_VALUE);
    for (Change c = cursor.next(); c != null && seqs.size() < limit; c = cursor.next()) {
      seqs.add(c.entry().seq());
    }
    return seqs;
  }

  private static long bound(JsonNode options, String name, long absent, long version) {
    long bound = options.path(name).asLong(absent);
    return bound < 0 ? bound + version : bound;
  }

  private static MemoryBlocks stored(JsonNode vector) {
    return MemoryBlocks.of(Vectors.bytesList(vector.get("blocks")));
  }

  private static List<String> hex(List<byte[]> values) {
    return values.stream().map(HexFormat.of()::formatHex).toList();
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static List<String> expected(JsonNode list, Codec codec) {
    List<String> entries = new ArrayList<>();
    list.forEach(e -> entries.add(codec.show(e.get(0).asLong(), e.get(1), e.get(2))));
    return entries;
  }

  private static List<@Nullable String> shown(List<Entry> entries) {
    List<@Nullable String> shown = new ArrayList<>();
    entries.forEach(entry -> shown.add(show(entry)));
    return shown;
  }

  private static @Nullable String show(@Nullable Entry entry) {
    return entry == null ? null : show(entry.seq(), entry.key(), entry.value().orElse(null));
  }

  private static String show(long seq, byte[] key, byte @Nullable [] value) {
    HexFormat hex = HexFormat.of();
    return seq + " " + hex.formatHex(key) + " " + (value == null ? null : hex.formatHex(value));
  }

  /** How a vector writes keys and values. */
  private record Codec(String keyEncoding, String valueEncoding) {

    static Codec of(JsonNode vector) {
      return new Codec(vector.get("keyEncoding").asText(), vector.get("valueEncoding").asText());
    }

    byte[] key(JsonNode key) {
      return encode(keyEncoding, key);
    }

    byte @Nullable [] value(JsonNode value) {
      return value.isNull() ? null : encode(valueEncoding, value);
    }

    @Nullable String entry(JsonNode entry) {
      return entry.isNull() ? null : show(entry.get(0).asLong(), entry.get(1), entry.get(2));
    }

    String show(long seq, JsonNode key, JsonNode value) {
      return BeeVectorsTest.show(seq, key(key), value(value));
    }

    private static byte[] encode(String encoding, JsonNode value) {
      return switch (encoding) {
        case "utf-8" -> Vectors.text(value).getBytes(UTF_8);
        case "json" -> JsJson.stringify(value).getBytes(UTF_8);
        case "binary" -> Vectors.bytes(value);
        default -> throw new AssertionError("unknown encoding " + encoding);
      };
    }
  }
}
