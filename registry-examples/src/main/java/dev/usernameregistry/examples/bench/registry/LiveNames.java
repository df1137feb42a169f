package dev.usernameregistry.examples.bench.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.RegistryListener;
import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.examples.bench.frame.Commands;
import dev.usernameregistry.net.TcpNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;

/**
 * Two connected peers in this process. One registers a name after the other, each once the one
 * before was seen by the other peer's listener.
 */
final class LiveNames implements RegistryListener {
  private static final String HOST = "127.0.0.1";
  private static final long PATIENCE_SECONDS = 30;

  private final SynchronousQueue<Seen> seen = new SynchronousQueue<>();

  private final Registering registering;

  private LiveNames(Registering registering) {
    this.registering = registering;
  }

  static ObjectNode run(JsonNode command, Registering registering)
      throws IOException, InterruptedException {
    Path folder = RegistryPeer.folder(command);
    try (UsernameRegistry writer =
            Stores.options(folder.resolve("writer"))
                .network(TcpNetwork.builder().listen(HOST, 0).build())
                .open();
        UsernameRegistry reader =
            Stores.options(folder.resolve("reader"))
                .network(TcpNetwork.builder().connect(HOST, port(writer)).build())
                .open()) {
      LiveNames names = new LiveNames(registering);
      reader.subscribe(names);
      ObjectNode answer = Commands.answer();
      ArrayNode samples = answer.putArray("samples");
      names.sample(writer, 0); // the peers have met when this one has been seen
      for (long number = 1; number <= command.path("count").asLong(); number++) {
        samples.add(names.sample(writer, number));
      }
      return answer;
    }
  }

  private static int port(UsernameRegistry writer) {
    String address = writer.listening().get(0);
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  /** Returns the milliseconds from before a name is registered to when it is seen. */
  private double sample(UsernameRegistry writer, long number)
      throws IOException, InterruptedException {
    String name = Names.name(number);
    long startNanos = System.nanoTime();
    registering.one(writer, number);
    Seen first = seen.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (first == null || !first.name().equals(name)) {
      throw new IOException("waited for " + name + ", and saw " + first);
    }
    return (first.nanos() - startNanos) / 1e6;
  }

  @Override
  public void nameRegistered(Registration registration) {
    long nanos = System.nanoTime();
    try {
      seen.offer(new Seen(registration.username(), nanos), PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** When a name was seen. */
  private record Seen(String name, long nanos) {}
}
