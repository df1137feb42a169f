package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.claims.Registration;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever users do and in whatever order it arrives: peers that hold the same say the same. */
class ConvergenceTest {
  private static final List<String> NAMES = List.of("ada", "bob", "carol", "dave", "eve");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void allPeersGiveTheSameAnswers(long seed) {
    Random random = new Random(seed);
    try (Users users = new Users(seed)) {
      for (int n = 0; n < 4; n++) {
        users.user("user" + n);
      }
      users.connectAll();
      for (int n = 0; n < 120; n++) {
        Users.User user = users.all().get(random.nextInt(4));
        act(user, random);
        if (random.nextInt(25) == 0) {
          user.reopen();
          users.all().stream().filter(other -> other != user).forEach(o -> users.connect(user, o));
        }
        for (int steps = random.nextInt(12); steps > 0; steps--) {
          users.network.step();
        }
      }
      users.network.settle();

      List<Registration> expected = users.all().get(0).registry.listAll();
      for (Users.User user : users.all()) {
        assertThat(user.registry.listAll()).isEqualTo(expected);
        assertThat(user.registry.awaitSynced(Duration.ZERO).complete()).isTrue();
        for (String name : NAMES) {
          List<Registration> claims = user.registry.claims(name);
          assertThat(claims).isEqualTo(users.all().get(0).registry.claims(name));
          assertThat(user.registry.lookup(name)).isEqualTo(claims.stream().findFirst());
        }
      }
      assertThat(expected).isNotEmpty();
    }
  }

  private static void act(Users.User user, Random random) {
    user.nowMillis.set(1_000 + random.nextInt(20));
    String name = NAMES.get(random.nextInt(NAMES.size()));
    switch (random.nextInt(6)) {
      case 0, 1, 2 -> user.registry.register(name);
      case 3 -> user.registry.update(name, OneUser.profile("n" + random.nextInt()));
      case 4 -> user.registry.rename(name, NAMES.get(random.nextInt(NAMES.size())));
      default -> user.registry.release(name);
    }
  }
}
