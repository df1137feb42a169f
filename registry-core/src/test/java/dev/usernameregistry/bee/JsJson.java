package dev.usernameregistry.bee;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Writes JSON as JavaScript's JSON.stringify does, character for character. */
final class JsJson {
  private JsJson() {}

  static String stringify(JsonNode value) {
    if (value.isObject()) {
      StringJoiner members = new StringJoiner(",", "{", "}");
      value
          .properties()
          .forEach(m -> members.add(quote(m.getKey()) + ":" + stringify(m.getValue())));
      return members.toString();
    }
    if (value.isArray()) {
      StringJoiner elements = new StringJoiner(",", "[", "]");
      value.forEach(element -> elements.add(stringify(element)));
      return elements.toString();
    }
    if (value.isTextual()) {
      return quote(value.asText());
    }
    return value.isFloatingPointNumber() || value.isBigInteger()
        ? number(value.doubleValue())
        : value.asText();
  }

  private static String quote(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      String escape = escape(c);
      out.append(escape == null ? c : escape);
    }
    return out.append('"').toString();
  }

  private static @Nullable String escape(char c) {
    return switch (c) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\b' -> "\\b";
      case '\f' -> "\\f";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> c < ' ' ? String.format("\\u%04x", (int) c) : null;
    };
  }

  private static String number(double value) {
    if (value == 0) {
      return "0";
    }
    BigDecimal shortest = shortest(Math.abs(value)).stripTrailingZeros();
    String digits = shortest.unscaledValue().toString();
    int point = digits.length() - shortest.scale();
    return (value < 0 ? "-" : "") + place(digits, point);
  }

  private static String place(String digits, int point) {
    int length = digits.length();
    if (point > 21 || point <= -6) {
      String rest = length == 1 ? "" : "." + digits.substring(1);
      return digits.charAt(0) + rest + (point > 0 ? "e+" : "e-") + Math.abs(point - 1);
    }
    if (point <= 0) {
      return "0." + "0".repeat(-point) + digits;
    }
    return length <= point
        ? digits + "0".repeat(point - length)
        : digits.substring(0, point) + "." + digits.substring(point);
  }

  private static BigDecimal shortest(double value) {
    for (int precision = 1; precision < 17; precision++) {
      BigDecimal rounded =
          new BigDecimal(value).round(new MathContext(precision, RoundingMode.HALF_EVEN));
      if (rounded.doubleValue() == value) {
        return rounded;
      }
    }
    return new BigDecimal(value).round(new MathContext(17, RoundingMode.HALF_EVEN));
  }
}
