package dev.usernameregistry.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.log.Table.Row;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every {@link Table} must do. Part of {@link StorageContract}. */
interface TableContract {
  /** Returns the storage that the running test uses. */
  Storage storage();

  @Test
  default void aTableReturnsWhatWasWrittenLastAndScansInUnsignedOrder() throws IOException {
    Table table = storage().openTable("facts");
    table.write(
        List.of(
            row("b", "1"),
            new Row(new byte[] {(byte) 0xff}, new byte[] {7}),
            row("a", "2"),
            row("ab", ""),
            row("b", "3"),
            row("gone", "4"),
            new Row(bytes("gone"), null)),
        true);

    assertThat(table.get(bytes("b"))).isEqualTo(bytes("3"));
    assertThat(table.get(bytes("ab"))).isEmpty();
    assertThat(table.get(bytes("gone"))).isNull();
    assertThat(keys(table, new byte[0], null)).containsExactly("a", "ab", "b", "\u00ff");
    assertThat(keys(table, bytes("ab"), bytes("b"))).containsExactly("ab");
    assertThat(keys(table, bytes("b"), bytes("a"))).isEmpty();
    assertThat(keys(table, bytes("c"), null)).containsExactly("\u00ff");
  }

  @Test
  default void tablesDoNotSeeEachOtherEvenIfOneNameBeginsTheOther() throws IOException {
    storage().openTable("names").write(List.of(row("a", "1")), false);
    storage().openTable("name").write(List.of(row("sa", "2")), false);
    storage().openTable("name-2").write(List.of(row("a", "3")), false);

    assertThat(keys(storage().openTable("name"), new byte[0], null)).containsExactly("sa");
    assertThat(storage().openTable("names").get(bytes("a"))).isEqualTo(bytes("1"));
    assertThat(storage().openTable("Name").get(bytes("sa"))).isNull();
  }

  @Test
  default void aScanStopsWhenToldAndShowsTheRowsAsTheyWereWhenItBegan() throws IOException {
    Table table = storage().openTable("facts");
    table.write(List.of(row("a", "1"), row("b", "1"), row("c", "1")), false);
    List<String> seen = new ArrayList<>();
    table.scan(
        new byte[0],
        null,
        (key, value) -> {
          seen.add(text(key) + text(value));
          table.write(List.of(row("b", "2"), row("d", "2"), new Row(bytes("c"), null)), true);
          return seen.size() < 3;
        });

    assertThat(seen).containsExactly("a1", "b1", "c1");
    assertThat(keys(table, new byte[0], null)).containsExactly("a", "b", "d");
  }

  @Test
  default void aScanShowsKeysAndValuesOfAnyLengthInArraysOfTheirOwn() throws IOException {
    Random random = new Random(11);
    List<Row> rows = new ArrayList<>();
    for (int length : new int[] {0, 1, 2, 490, 500, 510, 511, 512, 513, 1024, 70_000, 3}) {
      byte[] key = StoredThings.bytes(random, Math.min(length, 2_000));
      rows.add(new Row(key, StoredThings.bytes(random, length)));
    }
    Table table = storage().openTable("lengths");
    table.write(rows, false);

    List<Row> seen = new ArrayList<>();
    table.scan(new byte[0], null, (key, value) -> seen.add(new Row(key, value)));

    rows.sort((one, other) -> Arrays.compareUnsigned(one.key(), other.key()));
    assertThat(seen).usingRecursiveFieldByFieldElementComparator().containsExactlyElementsOf(rows);
  }

  @Test
  default void tableNamesAreChecked() {
    for (String name : List.of("", "a/b", "ä", "a".repeat(65), "a b")) {
      assertThatThrownBy(() -> storage().openTable(name))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1 to 64 ASCII letters, digits or hyphens");
    }
  }

  @Test
  default void tablesAgreeWithASortedMapOverManyRandomWrites() throws IOException {
    Random random = new Random(7);
    TreeMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
    Table table = storage().openTable("random");
    for (int round = 0; round < 300; round++) {
      List<Row> rows = new ArrayList<>();
      for (int i = random.nextInt(5); i >= 0; i--) {
        byte[] key = StoredThings.bytes(random, random.nextInt(3));
        byte @Nullable [] value = random.nextInt(3) == 0 ? null : StoredThings.bytes(random, 5);
        rows.add(new Row(key, value));
        if (value == null) {
          model.remove(key);
        } else {
          model.put(key, value);
        }
      }
      table.write(rows, false);
    }

    TreeMap<byte[], byte[]> found = new TreeMap<>(Arrays::compareUnsigned);
    table.scan(new byte[0], null, (key, value) -> found.put(key, value) == null);
    assertThat(found.keySet())
        .usingElementComparator(Arrays::compareUnsigned)
        .isEqualTo(model.keySet());
    model.forEach((key, value) -> assertThat(found.get(key)).isEqualTo(value));
  }

  private static List<String> keys(Table table, byte[] from, byte @Nullable [] to)
      throws IOException {
    List<String> keys = new ArrayList<>();
    table.scan(from, to, (key, value) -> keys.add(text(key)));
    return keys;
  }

  static Row row(String key, String value) {
    return new Row(bytes(key), bytes(value));
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
