package dev.usernameregistry.claims;

import com.fasterxml.jackson.core.io.NumberOutput;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * JSON as JavaScript's {@code JSON.stringify} writes it, byte for byte, so that a record is the
 * same bytes whoever writes it (hyperbee value encoding "json").
 *
 * <p>No white space; members in insertion order after those whose names are array indices, which
 * come first and ascending; only what must be escaped is; numbers are doubles in their shortest
 * form.
 */
final class JsonText {
  private static final long EXACT_MAX = 1L << 53;
  private static final long ARRAY_INDEX_MAX = (1L << 32) - 2;

  private final StringBuilder out = new StringBuilder(256);

  private JsonText() {}

  /**
   * Returns the UTF-8 bytes of {@code node}.
   *
   * @throws IllegalArgumentException if it holds something that is not JSON, such as a Java object,
   *     or a member whose name has half of a surrogate pair: no parser that we use reads that
   */
  static byte[] of(JsonNode node) {
    JsonText text = new JsonText();
    text.value(node);
    return text.toBytes();
  }

  private byte[] toBytes() {
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void value(JsonNode node) {
    switch (node.getNodeType()) {
      case OBJECT -> object(node);
      case ARRAY -> array(node);
      case STRING -> string(node.textValue());
      case NUMBER -> out.append(number(node));
      case BOOLEAN -> out.append(node.booleanValue());
      case NULL -> out.append("null");
      default ->
          throw new IllegalArgumentException(
              "JSON has objects, arrays, strings, numbers, booleans and null, not "
                  + node.getNodeType());
    }
  }

  private void object(JsonNode node) {
    Members members = new Members(this);
    members.putIndices(node);
    members.putNames(node);
    members.end();
  }

  private void array(JsonNode node) {
    String separator = "";
    out.append('[');
    for (JsonNode element : node) {
      out.append(separator);
      value(element);
      separator = ",";
    }
    out.append(']');
  }

  private void string(String text) {
    out.append('"');
    if (isPlain(text)) {
      out.append(text);
    } else {
      escaped(text);
    }
    out.append('"');
  }

  /** Returns whether there is nothing to escape, as in most texts. */
  private static boolean isPlain(String text) {
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c < ' ' || c == '"' || c == '\\' || Character.isSurrogate(c)) {
        return false;
      }
    }
    return true;
  }

  private void escaped(String text) {
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (Character.isHighSurrogate(c)
          && at + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(at + 1))) {
        out.append(c).append(text.charAt(++at));
      } else {
        character(c);
      }
    }
  }

  private void character(char c) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\b' -> out.append("\\b");
      case '\f' -> out.append("\\f");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (c < ' ' || Character.isSurrogate(c)) {
          out.append(String.format("\\u%04x", (int) c));
        } else {
          out.append(c);
        }
      }
    }
  }

  private static boolean isArrayIndex(String name) {
    if (name.isEmpty() || name.length() > 10 || (name.charAt(0) == '0' && name.length() > 1)) {
      return false;
    }
    if (name.charAt(0) > '9') {
      return false; // most names are words, and this is all it takes to see it
    }
    return name.chars().allMatch(c -> c >= '0' && c <= '9')
        && Long.parseLong(name) <= ARRAY_INDEX_MAX;
  }

  /** Returns whether {@link #number} writes just this number. */
  static boolean isExact(JsonNode number) {
    if (!Double.isFinite(number.doubleValue())) {
      return false;
    }
    boolean isDouble = number.isDouble() || number.isFloat();
    return isDouble || new BigDecimal(number(number)).compareTo(number.decimalValue()) == 0;
  }

  static String number(JsonNode node) {
    if (node.isIntegralNumber() && node.canConvertToLong()) {
      return number(node.longValue());
    }
    double value = node.doubleValue();
    return Double.isFinite(value) ? number(value) : "null";
  }

  private static String number(long value) {
    return value >= -EXACT_MAX && value <= EXACT_MAX
        ? Long.toString(value)
        : number((double) value);
  }

  /** ECMAScript's Number::toString: {@code digits} shifted by {@code point} places. */
  private static String number(double value) {
    if (value == 0) {
      return "0";
    }
    if (value < 0) {
      return "-" + number(-value);
    }
    BigDecimal shortest = shortest(value);
    String digits = shortest.unscaledValue().toString();
    int point = digits.length() - shortest.scale();
    if (point > 21 || point <= -6) {
      String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
      return digits.charAt(0) + fraction + (point > 0 ? "e+" : "e-") + Math.abs(point - 1);
    }
    if (point >= digits.length()) {
      return digits + "0".repeat(point - digits.length());
    }
    return point > 0
        ? digits.substring(0, point) + "." + digits.substring(point)
        : "0." + "0".repeat(-point) + digits;
  }

  /**
   * Java's shortest form has two digits at least, which for the smallest doubles is one too many.
   */
  private static BigDecimal shortest(double value) {
    BigDecimal java = new BigDecimal(NumberOutput.toString(value, true)).stripTrailingZeros();
    BigDecimal digit = java.round(new MathContext(1));
    return digit.doubleValue() == value ? digit.stripTrailingZeros() : java;
  }

  /** An object, written as its members are put. None is put twice; array indices are put first. */
  static final class Members {
    private final JsonText text;
    private String separator = "{";

    Members() {
      this(new JsonText());
    }

    private Members(JsonText text) {
      this.text = text;
    }

    Members put(String name, String value) {
      begin(name);
      text.string(value);
      return this;
    }

    Members put(String name, long value) {
      begin(name);
      text.out.append(number(value));
      return this;
    }

    /** Puts those members of an object whose names are array indices. */
    void putIndices(JsonNode node) {
      List<Map.Entry<String, JsonNode>> indices = new ArrayList<>();
      for (Map.Entry<String, JsonNode> member : node.properties()) {
        if (isArrayIndex(member.getKey())) {
          indices.add(member);
        }
      }
      indices.sort(Comparator.comparingLong(member -> Long.parseLong(member.getKey())));
      indices.forEach(this::put);
    }

    /** Puts all other members of an object. */
    void putNames(JsonNode node) {
      for (Map.Entry<String, JsonNode> member : node.properties()) {
        if (!isArrayIndex(member.getKey())) {
          put(member);
        }
      }
    }

    /** Returns the UTF-8 bytes of the object; nothing may be put afterwards. */
    byte[] toBytes() {
      end();
      return text.toBytes();
    }

    private void put(Map.Entry<String, JsonNode> member) {
      if (!NameText.isText(member.getKey())) {
        throw new IllegalArgumentException("a field whose name has half a character is never read");
      }
      begin(member.getKey());
      text.value(member.getValue());
    }

    private void begin(String name) {
      text.out.append(separator);
      text.string(name);
      text.out.append(':');
      separator = ",";
    }

    private void end() {
      text.out.append(separator.equals("{") ? "{}" : "}");
    }
  }
}
