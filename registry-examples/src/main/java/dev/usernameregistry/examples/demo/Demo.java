package dev.usernameregistry.examples.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.RegisterResult;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.examples.terminal.Entrance;
import dev.usernameregistry.net.Swarm;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** The play: users meet on one machine, each with a registry of their own. */
final class Demo {
  private static final String NOBODY = "nobody_here";

  private final Stage stage;
  private final Function<String, Path> folders;
  private final Supplier<Swarm> swarms;
  private final Entrance entrance;
  private final Map<Role, DemoUser> users = new LinkedHashMap<>();

  /** Guarded by this. */
  private boolean parted;

  /**
   * Plays on {@code stage}.
   *
   * @param folders gives each user, by name, a folder of their own
   * @param swarms gives each user a swarm, all of them on one topic
   * @param entrance where these swarms enter the DHT
   */
  Demo(Stage stage, Function<String, Path> folders, Supplier<Swarm> swarms, Entrance entrance) {
    this.stage = stage;
    this.folders = folders;
    this.swarms = swarms;
    this.entrance = entrance;
  }

  /**
   * Plays all scenes, or the first alone if nobody meets in it; returns whether everything came out
   * as it must.
   */
  boolean play(List<Role> cast) {
    long startNanos = System.nanoTime();
    try {
      if (!meet(cast)) {
        return false;
      }
      registerOwnNames();
      lookUpTheNext();
      refuseDuplicates();
      if (cast.size() > 2) {
        listEverything();
        lookUpNobody();
        lookUpEveryone();
      }
    } finally {
      part();
    }
    return stage.end((System.nanoTime() - startNanos) / 1_000_000);
  }

  private boolean meet(List<Role> cast) {
    stage.scene(
        "they meet", "Nobody is told an address: whoever joins the topic finds the others there.");
    for (Role role : cast) {
      DemoUser user = enter(role);
      stage.tell(
          role.name() + " joins the topic, with registry " + user.registry().key().shortHex());
    }
    stage.tell("They look for each other in the DHT at " + entrance.shown() + " ...");
    boolean met = true;
    for (DemoUser user : users.values()) {
      if (!user.awaitDht()) {
        stage.expect(user.name() + " enters the DHT", false, "nobody answers");
        stage.breakOff(entrance.silence() + "; " + entrance.doctor());
        return false;
      }
      met &= expectOthers(user, cast.size() - 1);
    }
    if (!met) {
      stage.breakOff("they are in one DHT, but do not find each other; " + entrance.doctor());
    }
    return met;
  }

  private boolean expectOthers(DemoUser user, int others) {
    return stage.expect(
        user.name() + " has found the others",
        user.awaitPeers(others),
        user.registry().peers().size() + " of " + others + " are connected");
  }

  private void registerOwnNames() {
    stage.scene(
        "each registers a name",
        "A registration is signed, and on the disk before the call returns.");
    users.forEach(
        (role, user) -> {
          ObjectNode profile = JsonNodeFactory.instance.objectNode().put("city", role.city());
          RegisterResult result = user.registry().register(role.username(), profile);
          stage.expect(
              role.name() + " registers " + role.username(),
              result instanceof RegisterResult.Registered,
              seen(result));
        });
  }

  private void lookUpTheNext() {
    stage.scene(
        "each looks another up",
        "Names travel by themselves; a listener tells when one has arrived.");
    List<Role> cast = List.copyOf(users.keySet());
    for (int at = 0; at < cast.size(); at++) {
      Role asking = cast.get(at);
      Role asked = cast.get((at + 1) % cast.size());
      user(asking).awaitName(asked.username());
      expectFound(asking, asked);
    }
  }

  private void expectFound(Role asking, Role asked) {
    Optional<Registration> found = user(asking).registry().lookup(asked.username());
    String city = found.map(each -> each.profile().path("city").asText()).orElse("");
    stage.expect(
        asking.name()
            + " looks up "
            + asked.username()
            + " and finds "
            + asked.name()
            + " in "
            + asked.city(),
        found.isPresent()
            && found.get().registeredBy().equals(asked.name())
            && found.get().registryKey().equals(user(asked).registry().key())
            && city.equals(asked.city()),
        seen(found));
  }

  private void refuseDuplicates() {
    stage.scene(
        "each wants a name that is taken",
        "A name is somebody's or free, never both; one's own is simply still there.");
    List<Role> cast = List.copyOf(users.keySet());
    for (int at = 0; at < cast.size(); at++) {
      Role wanting = cast.get(at);
      Role owner = cast.get((at + 1) % cast.size());
      RegisterResult result = user(wanting).registry().register(owner.username());
      stage.expect(
          wanting.name() + " is refused " + owner.username() + ": it belongs to " + owner.name(),
          result instanceof RegisterResult.Taken taken
              && taken.registration().registeredBy().equals(owner.name()),
          seen(result));
    }
    Role first = cast.get(0);
    RegisterResult again = user(first).registry().register(first.username());
    stage.expect(
        first.name() + " asks for " + first.username() + " again and is told it is theirs already",
        again instanceof RegisterResult.AlreadyYours,
        seen(again));
  }

  private void listEverything() {
    stage.scene("each lists all names", "Everybody sees the same list, in the same order.");
    List<String> expected = users.keySet().stream().map(Role::username).sorted().toList();
    users.forEach(
        (role, user) -> {
          expected.forEach(user::awaitName);
          List<String> seen =
              user.registry().listAll().stream().map(Registration::username).toList();
          stage.expect(
              role.name() + " sees " + String.join(", ", expected),
              seen.equals(expected),
              seen(seen));
        });
  }

  private void lookUpNobody() {
    stage.scene("each looks up a name that nobody has", "That is an answer, not an error.");
    users.forEach(
        (role, user) -> {
          Optional<Registration> found = user.registry().lookup(NOBODY);
          stage.expect(role.name() + " finds no " + NOBODY, found.isEmpty(), seen(found));
        });
  }

  private void lookUpEveryone() {
    stage.scene(
        "everybody looks everybody up", "Whoever asks, the answer is the same, and by key too.");
    for (Role asking : users.keySet()) {
      users.keySet().forEach(asked -> expectFound(asking, asked));
    }
    for (Role asking : users.keySet()) {
      for (Role asked : users.keySet()) {
        String publicKey = user(asked).registry().key().hex();
        List<String> names =
            user(asking).registry().lookupByPublicKey(publicKey).stream()
                .map(Registration::username)
                .toList();
        stage.expect(
            asking.name() + " knows whose key " + publicKey.substring(0, 8) + " is",
            names.equals(List.of(asked.username())),
            seen(names));
      }
    }
  }

  private static String seen(List<String> names) {
    return names.isEmpty() ? "no name" : String.join(", ", names);
  }

  private static String seen(Optional<Registration> found) {
    return found.map(Demo::seen).orElse("nobody has it");
  }

  private static String seen(Registration registration) {
    String city = registration.profile().path("city").asText("no city");
    return registration.username() + " is " + registration.registeredBy() + " in " + city;
  }

  private static String seen(RegisterResult result) {
    String became =
        result instanceof RegisterResult.Registered
            ? "registered"
            : result instanceof RegisterResult.Taken ? "taken" : "theirs already";
    return "it is " + became + "; " + seen(result.registration());
  }

  private synchronized DemoUser enter(Role role) {
    if (parted) {
      throw new IllegalStateException("the play is over");
    }
    DemoUser user = DemoUser.open(role.name(), folders.apply(role.name()), swarms.get());
    users.put(role, user);
    return user;
  }

  /** Has everybody leave; also from another thread, in the middle of the play. */
  synchronized void part() {
    parted = true;
    users.values().parallelStream().forEach(DemoUser::close); // each has its goodbyes to say
  }

  private DemoUser user(Role role) {
    DemoUser user = users.get(role);
    if (user == null) {
      throw new AssertionError(role + " is not on stage");
    }
    return user;
  }
}
