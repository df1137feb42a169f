package dev.usernameregistry.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.RegisterResult;
import dev.usernameregistry.RegistryBuilder;
import dev.usernameregistry.UsernameRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Somebody comes who meets one of the others only, over real connections. */
@Timeout(120)
class NewcomerTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final List<UsernameRegistry> open = new ArrayList<>();
  private final UsernameRegistry hub = open("Hub", TcpNetwork.builder(), true);

  private UsernameRegistry open(String name, TcpNetwork.Builder network, boolean introductions) {
    RegistryBuilder options =
        UsernameRegistry.builder()
            .registeredBy(name)
            .syncTimeout(LONG)
            .introductions(introductions)
            .network(network.listen("127.0.0.1", 0).build());
    open.add(0, options.open());
    return open.get(0);
  }

  private UsernameRegistry join(String name, boolean introductions) {
    String address = hub.listening().get(0);
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    return open(name, TcpNetwork.builder().connect("127.0.0.1", port), introductions);
  }

  @AfterEach
  void close() {
    open.forEach(UsernameRegistry::close);
  }

  /** Registers names, and returns when the hub has them and the user is gone. */
  private void visit(String name, List<String> names) {
    UsernameRegistry visitor = join(name, true);
    visitor.registerAll(names);
    assertThat(hub.awaitPeers(1, LONG)).isTrue();
    Waiting.until(() -> hub.listAll().size() >= names.size(), () -> "names " + hub.listAll());
    open.remove(visitor);
    visitor.close();
    Waiting.until(() -> hub.peers().isEmpty(), () -> "peers " + hub.peers());
  }

  @Test
  void nameOfSomebodyWhoIsAwayIsTakenFromTheFirstMomentOn() {
    visit("Alice", List.of("ada"));

    RegisterResult result = join("Carol", true).register("ada");

    assertThat(result).isInstanceOf(RegisterResult.Taken.class);
  }

  @Test
  void whoOptsOutHearsOfOwnersOnly() {
    visit("Alice", List.of("ada"));

    UsernameRegistry carol = join("Carol", false);

    assertThat(carol.register("ada")).isInstanceOf(RegisterResult.Registered.class);
    assertThat(carol.registries()).hasSize(2);
  }

  @Test
  void allListTheSameAlthoughTheyMeetTheHubOnly() {
    List<UsernameRegistry> users = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      users.add(join("User " + i, true));
      assertThat(users.get(i).register("name" + i)).isInstanceOf(RegisterResult.Registered.class);
    }
    Waiting.until(() -> hub.listAll().size() == 8, () -> "names " + hub.listAll());
    Collections.reverse(users);
    for (UsernameRegistry user : users) {
      Waiting.until(() -> user.listAll().size() == 8, () -> "names " + user.listAll());
      assertThat(user.listAll()).isEqualTo(hub.listAll());
      assertThat(user.register("name3").registration().registeredBy()).contains("User 3");
    }
  }
}
