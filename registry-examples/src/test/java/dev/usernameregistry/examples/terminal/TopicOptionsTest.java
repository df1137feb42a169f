package dev.usernameregistry.examples.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.net.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

final class TopicOptionsTest {
  private static final String HEX = "44f16e43".repeat(8);
  private static final String OTHER_HEX = "ab".repeat(32);

  @TempDir Path folder;

  @Test
  void digitsAreTheTopicItselfAndOtherTextIsHashed() {
    TopicOptions.TopicConverter converter = new TopicOptions.TopicConverter();

    assertThat(converter.convert(HEX)).isEqualTo(Topic.fromHex(HEX));
    assertThat(converter.convert(HEX.toUpperCase(java.util.Locale.ROOT)))
        .isEqualTo(Topic.fromHex(HEX));
    assertThat(converter.convert("example usernames")).isEqualTo(Topic.of("example usernames"));
    assertThat(converter.convert(HEX.substring(1))).isEqualTo(Topic.of(HEX.substring(1)));
    assertThatThrownBy(() -> converter.convert(" ")).hasMessageContaining("blank");
  }

  /** Nobody sees it, and the others would not be met. */
  @Test
  void aBlankAtTheEndsOfATopicIsRefused() {
    TopicOptions.TopicConverter converter = new TopicOptions.TopicConverter();

    for (String text : List.of(" example", "example ", "example\n", "\u2003example", HEX + " ")) {
      assertThatThrownBy(() -> converter.convert(text))
          .hasMessageContaining("a blank at the beginning or end")
          .hasMessageContaining(text);
    }
  }

  @Test
  void digitsThatAreWrongAreNoticed() {
    assertThat(TopicOptions.TopicConverter.isNearlyHex(HEX.substring(1))).isTrue();
    assertThat(TopicOptions.TopicConverter.isNearlyHex(HEX + ".")).isTrue();
    assertThat(TopicOptions.TopicConverter.isNearlyHex("O" + HEX.substring(1))).isTrue();
    assertThat(TopicOptions.TopicConverter.isNearlyHex(HEX)).isFalse();
    assertThat(TopicOptions.TopicConverter.isNearlyHex(HEX.substring(32))).isTrue();
    assertThat(TopicOptions.TopicConverter.isNearlyHex(HEX + HEX)).isTrue();
    assertThat(TopicOptions.TopicConverter.isNearlyHex(HEX.substring(33))).isFalse();
    assertThat(TopicOptions.TopicConverter.isNearlyHex("g" + HEX.substring(24))).isFalse();
    assertThat(TopicOptions.TopicConverter.isNearlyHex("20261127")).isFalse();
    assertThat(TopicOptions.TopicConverter.isNearlyHex("a topic ".repeat(8))).isFalse();
  }

  @Test
  void whoGivesATopicWithWrongDigitsIsWarnedThatItIsAnother() {
    List<String> warnings = new ArrayList<>();
    TopicOptions.TopicConverter converter = new TopicOptions.TopicConverter(warnings::add);

    converter.convert(HEX);
    converter.convert("example usernames");
    assertThat(warnings).isEmpty();
    converter.convert(HEX.substring(24));
    converter.convert("O" + HEX.substring(1));

    assertThat(warnings)
        .satisfiesExactly(
            warning ->
                assertThat(warning)
                    .contains("these are 40 characters", "hashed", HEX.substring(24)),
            warning -> assertThat(warning).contains("not all of these are"));
  }

  @Test
  void topicsAndTheDhtAreAskedForSeparately() {
    assertThat(parsed().topics()).isEmpty();
    assertThat(parsed().haveTopic()).isFalse();
    assertThat(parsed("--topic", "t", "--topic", "u").topics())
        .containsExactly(Topic.of("t"), Topic.of("u"));
    assertThat(parsed("--bootstrap", "127.0.0.1:1").haveDht()).isTrue();
    assertThat(parsed("--dht-port", "0").haveDht()).isTrue();
    assertThat(parsed("--relay-through", HEX).haveDht()).isTrue();
  }

  @Test
  void aFileThatIsMissingIsRefused() {
    assertThatThrownBy(() -> parsed("--package-json", "missing.json").topics())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there is no file missing.json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--bootstrap 127.0.0.1:0       | port 0",
        "--bootstrap [::1]:4001        | IPv4 only",
        "--bootstrap http://here:1     | is a URL",
        "--bootstrap here              | HOST:PORT",
        "--dht-port 65536              | a port is from 0 to 65535, got '65536'",
        "--relay-through 12ab          | a key is 64 hexadecimal digits, got '12ab'"
      })
  void whatCannotBeParsedIsRefusedByTheParser(String arguments, String message) {
    assertThatThrownBy(() -> parsed(arguments.strip().split(" ")))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining(message);
  }

  @Test
  void packageJsonGivesTheFirstOfTheTwoKeysThatIsThere() throws IOException {
    assertThat(topicIn(env("\"globalUsernameRegistryKey\":\"" + HEX + "\""))).isEqualTo(HEX);
    assertThat(topicIn(env("\"globalCommunityFeedKey\":\"" + HEX + "\""))).isEqualTo(HEX);
    assertThat(
            topicIn(
                env(
                    "\"globalCommunityFeedKey\":\""
                        + OTHER_HEX
                        + "\",\"globalUsernameRegistryKey\":\""
                        + HEX
                        + "\"")))
        .isEqualTo(HEX);
    assertThat(
            topicIn(
                env(
                    "\"globalUsernameRegistryKey\":\"\",\"globalCommunityFeedKey\":\""
                        + OTHER_HEX
                        + "\"")))
        .isEqualTo(OTHER_HEX);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{}                                                        | pear.env.globalUsernameRegistryKey",
        "{\"pear\":{\"env\":{\"globalUsernameRegistryKey\":null}}}         | use --topic",
        "{\"globalUsernameRegistryKey\":\"ab\"}                        | names no topic",
        "{\"pear\":{\"env\":{\"globalUsernameRegistryKey\":\"ab\"}}}       | 64 hexadecimal digits",
        "{                                                         | is not JSON: its end is missing"
      })
  void whatIsMissingInPackageJsonIsSaid(String json, String message) throws IOException {
    Path file = Files.writeString(folder.resolve("package.json"), json.strip());

    assertThatThrownBy(() -> PackageJson.topicIn(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(file.toString());
  }

  private String topicIn(String json) throws IOException {
    return PackageJson.topicIn(Files.writeString(folder.resolve("package.json"), json)).hex();
  }

  private static String env(String fields) {
    return "{\"name\":\"app\",\"pear\":{\"env\":{" + fields + "}}}";
  }

  private static TopicOptions parsed(String... arguments) {
    Holder holder = new Holder();
    new CommandLine(holder).parseArgs(arguments);
    return holder.options;
  }

  @Command
  static final class Holder {
    @Mixin TopicOptions options = new TopicOptions();
  }
}
