package dev.usernameregistry.examples.bench.registry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Random;

/**
 * The text of so many bytes that each record of a process has beside the registry's own fields.
 * Letters without an order, which hardly shrink; another part of them for each of 1,000 records.
 */
final class Texts {
  private static final String FIELD = "text";
  private static final int STARTS = 1_000;

  private final int bytes;
  private final String letters;

  private Texts(int bytes, String letters) {
    this.bytes = bytes;
    this.letters = letters;
  }

  /** Returns those of a process that was started with these arguments: the bytes of a text. */
  static Texts of(String... arguments) {
    int bytes = arguments.length == 0 ? 0 : Integer.parseInt(arguments[0]);
    StringBuilder letters = new StringBuilder();
    new Random(1).ints(bytes + STARTS, 'a', 'z' + 1).forEach(letters::appendCodePoint);
    return new Texts(bytes, letters.toString());
  }

  boolean none() {
    return bytes == 0;
  }

  /** Returns the fields of the record with a number; none if a text has no bytes. */
  ObjectNode fields(long number) {
    ObjectNode fields = JsonNodeFactory.instance.objectNode();
    if (bytes > 0) {
      int from = (int) (number % STARTS);
      fields.put(FIELD, letters.substring(from, from + bytes));
    }
    return fields;
  }
}
