package dev.usernameregistry.examples.terminal;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.Swarm;
import dev.usernameregistry.net.Topic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options that say where peers meet: on which topic, and in which DHT. Mixed into commands. */
public final class TopicOptions {
  private static final String HEX = "[0-9a-fA-F]{64}";

  @Option(
      names = "--topic",
      paramLabel = "HEX|TEXT",
      converter = TopicConverter.class,
      description =
          "meet others on this topic: 64 hexadecimal digits, or a text that is hashed; may be"
              + " repeated")
  private List<Topic> topics = new ArrayList<>();

  @Option(
      names = "--package-json",
      paramLabel = "FILE",
      converter = PathConverter.class,
      description =
          "meet others on the topic in this file: pear.env.globalUsernameRegistryKey, or else"
              + " pear.env.globalCommunityFeedKey")
  private @Nullable Path packageJson;

  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      converter = Address.NodeConverter.class,
      description =
          "a node through which the DHT is entered, in place of the public ones; may be repeated")
  private List<Address> bootstrap = new ArrayList<>();

  @Option(
      names = "--dht-port",
      paramLabel = "PORT",
      converter = Address.PortConverter.class,
      description = "the UDP port to try first (49737); 0 is any free one")
  private @Nullable Integer dhtPort;

  @Option(
      names = "--relay-through",
      paramLabel = "KEY",
      converter = KeyConverter.class,
      description =
          "a relay server for peers that no gateway can be opened to: its public key, 64 hexadecimal"
              + " digits")
  private @Nullable Key relay;

  /** Returns whether a topic was asked for. */
  public boolean haveTopic() {
    return !topics.isEmpty() || packageJson != null;
  }

  /** Returns whether a DHT was described, or a relay. */
  public boolean haveDht() {
    return !bootstrap.isEmpty() || dhtPort != null || relay != null;
  }

  /** Returns the nodes that were named, none if the public ones are meant. */
  public List<Address> bootstrap() {
    return List.copyOf(bootstrap);
  }

  /**
   * Returns the topics that were asked for; none if none was.
   *
   * @throws IllegalArgumentException if the file has no topic
   */
  public List<Topic> topics() {
    Set<Topic> all = new LinkedHashSet<>(topics);
    if (packageJson != null) {
      all.add(PackageJson.topicIn(packageJson));
    }
    return List.copyOf(all);
  }

  /**
   * Returns a swarm on {@code topics} in the DHT that was described.
   *
   * @param topics at least one
   */
  public Swarm swarm(List<Topic> topics) {
    Swarm swarm = Swarm.onTopic(topics.get(0));
    topics.stream().skip(1).forEach(topic -> swarm.join(topic, Swarm.Role.BOTH));
    bootstrap.forEach(node -> swarm.bootstrap(node.host(), node.port()));
    if (dhtPort != null) {
      swarm.port(dhtPort);
    }
    if (relay != null) {
      swarm.relayThrough(relay);
    }
    return swarm;
  }

  /** Reads a public key. */
  static final class KeyConverter implements ITypeConverter<Key> {
    @Override
    public Key convert(String text) {
      if (!text.matches(HEX)) {
        throw new TypeConversionException("a key is 64 hexadecimal digits, got '" + text + "'");
      }
      return Key.fromHex(text);
    }
  }

  /** Reads a topic; warns of a text that seems to be a topic's digits, some of them wrong. */
  static final class TopicConverter implements ITypeConverter<Topic> {
    /** So many digits are no word and no date. */
    private static final int DIGITS_NOTICED = 32;

    private final Consumer<String> warnings;

    TopicConverter() {
      this(System.err::println);
    }

    TopicConverter(Consumer<String> warnings) {
      this.warnings = warnings;
    }

    @Override
    public Topic convert(String text) {
      if (!text.isBlank() && !text.equals(text.strip())) {
        throw new TypeConversionException(
            "a blank at the beginning or end would make it another topic: leave it out of '"
                + text
                + "'");
      }
      if (isNearlyHex(text)) {
        warnings.accept("registry: --topic: " + doubt(text));
      }
      try {
        return text.matches(HEX) ? Topic.fromHex(text) : Topic.of(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }

    private static String doubt(String text) {
      String wrong =
          text.length() == 2 * Key.BYTES
              ? "not all of these are"
              : "these are " + text.length() + " characters";
      return "the digits of a topic are 64 hexadecimal ones, and "
          + wrong
          + "; they are hashed as any other text, and meet only who gives the same: '"
          + text
          + "'";
    }

    /** Returns whether digits were lost, added or mistyped, as it seems. */
    static boolean isNearlyHex(String text) {
      int digits = text.replaceAll("[^0-9a-fA-F]", "").length();
      boolean nearly = text.length() >= 60 && text.length() <= 70 && text.length() - digits <= 4;
      boolean partly = digits == text.length() && digits >= DIGITS_NOTICED;
      return (nearly || partly) && !text.matches(HEX);
    }
  }
}
