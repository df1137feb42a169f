package dev.usernameregistry.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.testkit.Vectors;
import java.util.HexFormat;
import java.util.function.Supplier;

/** The type names of encoding.json, and the same values in its JSON spelling. */
final class EncodingTypes {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int BYTES_MAX = 1 << 20;

  private EncodingTypes() {}

  static void write(String type, JsonNode value, WireWriter out) {
    switch (type) {
      case "uint" -> out.uint(number(value));
      case "int" -> out.uint(WireWriter.zigZag(number(value)));
      case "uint64" -> out.uint64(number(value));
      case "int64" -> out.uint64(WireWriter.zigZag(number(value)));
      case "uint8", "uint16", "uint24", "uint32", "uint40", "uint48", "uint56" ->
          out.fixedUint(number(value), bits(type, "uint") / 8);
      case "int8", "int16", "int24", "int32", "int40", "int48", "int56" ->
          out.fixedUint(WireWriter.zigZag(number(value)), bits(type, "int") / 8);
      case "float64" -> out.float64(value.asDouble());
      case "float32" -> out.float32((float) value.asDouble());
      case "bool" -> out.bool(value.asBoolean());
      case "none" -> {}
      case "raw", "fixed32", "fixed64" -> out.raw(Vectors.bytes(value));
      case "buffer" -> out.bytes(Vectors.bytes(value));
      case "optionalBuffer" -> out.bytes(value.isNull() ? new byte[0] : Vectors.bytes(value));
      case "string" -> out.string(value.asText());
      case "json" -> out.string(value.toString());
      case "ipv4Address" -> writeAddress(value, out);
      case "uint32array" -> out.uint32Array(words(value));
      case "frame<string>" -> out.bytes(new WireWriter().string(value.asText()).toByteArray());
      default -> writeArray(type, value, out);
    }
  }

  static JsonNode read(String type, WireReader in) {
    return switch (type) {
      case "uint" -> number(in.uint());
      case "int" -> number(WireReader.zigZag(in.uint()));
      case "uint64" -> number(in.uint64());
      case "int64" -> number(WireReader.zigZag(in.uint64()));
      case "uint8", "uint16", "uint24", "uint32", "uint40", "uint48", "uint56" ->
          number(in.fixedUint(bits(type, "uint") / 8));
      case "int8", "int16", "int24", "int32", "int40", "int48", "int56" ->
          number(WireReader.zigZag(in.fixedUint(bits(type, "int") / 8)));
      case "float64" -> real(in.float64());
      case "float32" -> real(in.float32());
      case "bool" -> JSON.booleanNode(in.bool());
      case "none" -> JSON.nullNode();
      case "raw" -> hex(in.raw());
      case "fixed32" -> hex(in.fixed(32));
      case "fixed64" -> hex(in.fixed(64));
      case "buffer" -> hex(in.bytes(BYTES_MAX));
      case "optionalBuffer" -> optional(in.bytes(BYTES_MAX));
      case "string" -> JSON.textNode(in.string(BYTES_MAX));
      case "json" -> parsed(in.string(BYTES_MAX));
      case "ipv4Address" -> readAddress(in);
      case "uint32array" -> array(in.uint32Array(BYTES_MAX));
      case "frame<string>" -> JSON.textNode(in.frame(BYTES_MAX).string(BYTES_MAX));
      default -> readArray(type, in);
    };
  }

  private static void writeArray(String type, JsonNode value, WireWriter out) {
    out.uint(value.size());
    value.forEach(element -> write(element(type), element, out));
  }

  /** Integers are texts in encoding.json, but not within an array. */
  private static JsonNode readArray(String type, WireReader in) {
    String element = element(type);
    int count = in.count(element.equals("fixed32") ? 32 : 1, Integer.MAX_VALUE);
    return element.equals("uint")
        ? list(count, () -> integer(in.uint()))
        : list(count, () -> read(element, in));
  }

  private static JsonNode list(int count, Supplier<JsonNode> element) {
    ArrayNode array = JSON.arrayNode();
    for (int i = 0; i < count; i++) {
      array.add(element.get());
    }
    return array;
  }

  private static String element(String type) {
    if (!type.startsWith("array<")) {
      throw new AssertionError("no type " + type);
    }
    return type.substring("array<".length(), type.length() - 1);
  }

  private static int bits(String type, String prefix) {
    return Integer.parseInt(type.substring(prefix.length()));
  }

  private static long number(JsonNode value) {
    return Long.parseLong(value.asText());
  }

  private static JsonNode number(long value) {
    return JSON.textNode(Long.toString(value));
  }

  /** JSON has one kind of number; Jackson has several that do not equal each other. */
  private static JsonNode real(double value) {
    return value == (long) value ? integer((long) value) : JSON.numberNode(value);
  }

  private static JsonNode integer(long value) {
    return value == (int) value ? JSON.numberNode((int) value) : JSON.numberNode(value);
  }

  private static JsonNode hex(byte[] bytes) {
    return JSON.textNode(HexFormat.of().formatHex(bytes));
  }

  private static JsonNode optional(byte[] bytes) {
    return bytes.length == 0 ? JSON.nullNode() : hex(bytes);
  }

  private static int[] words(JsonNode array) {
    int[] words = new int[array.size()];
    for (int i = 0; i < words.length; i++) {
      words[i] = (int) array.get(i).asLong();
    }
    return words;
  }

  private static JsonNode array(int[] words) {
    ArrayNode array = JSON.arrayNode();
    for (int word : words) {
      array.add(integer(word & 0xffffffffL));
    }
    return array;
  }

  private static void writeAddress(JsonNode value, WireWriter out) {
    for (String part : value.get("host").asText().split("\\.", -1)) {
      out.fixedUint(Integer.parseInt(part), 1);
    }
    out.fixedUint(value.get("port").asInt(), 2);
  }

  private static JsonNode readAddress(WireReader in) {
    String host = in.uint8() + "." + in.uint8() + "." + in.uint8() + "." + in.uint8();
    ObjectNode address = JSON.objectNode();
    return address.put("host", host).put("port", (int) in.fixedUint(2));
  }

  private static JsonNode parsed(String json) {
    try {
      return new ObjectMapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError(json, e);
    }
  }
}
