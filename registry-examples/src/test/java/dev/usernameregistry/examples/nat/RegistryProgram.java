package dev.usernameregistry.examples.nat;

import dev.usernameregistry.RegistryListener;
import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.examples.terminal.JsonLines;
import dev.usernameregistry.net.Swarm;
import dev.usernameregistry.net.Topic;
import java.io.IOException;
import java.time.Duration;

/**
 * A program that the test runs on a private host: a registry with one name, on a topic, which may
 * propose a relay. Tells its key, every name that is registered, and when the first round on the
 * topic is done; ends when its input does.
 *
 * <pre>
 * BOOTSTRAP-HOST PORT TOPIC ROLE NAME [RELAY]
 * </pre>
 */
final class RegistryProgram {
  private static final Duration FIRST_ROUND = Duration.ofSeconds(60);

  private RegistryProgram() {}

  /** Does what the arguments say. */
  public static void main(String[] arguments) throws IOException {
    Topic topic = Topic.fromHex(arguments[2]);
    Swarm swarm =
        Swarm.onTopic(topic)
            .join(topic, Swarm.Role.valueOf(arguments[3]))
            .bootstrap(arguments[0], Integer.parseInt(arguments[1]));
    if (arguments.length > 5) {
      swarm.relayThrough(Key.fromHex(arguments[5]));
    }
    JsonLines out = new JsonLines(System.out);
    try (UsernameRegistry registry = UsernameRegistry.builder().network(swarm).open()) {
      registry.subscribe(
          new RegistryListener() {
            @Override
            public void nameRegistered(Registration registration) {
              out.say(JsonLines.event("name").put("username", registration.username()));
            }
          });
      registry.register(arguments[4]);
      out.say(JsonLines.event("ready").put("registryKey", registry.key().hex()));
      out.say(JsonLines.event("flushed").put("complete", swarm.flush(FIRST_ROUND)));
      while (System.in.read() >= 0) {
        // nobody types; the end of the input is waited for
      }
    }
  }
}
