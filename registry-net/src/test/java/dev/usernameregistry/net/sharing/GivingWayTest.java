package dev.usernameregistry.net.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.net.TestPeer;
import dev.usernameregistry.net.noise.SecretStreamOptions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who is accepted where there is no room for more connections. */
class GivingWayTest {
  private static final int MAX = 8;
  private static final SharingOptions OPTIONS =
      new SharingOptions(64, MAX, Long.MAX_VALUE, SecretStreamOptions.DEFAULT);

  private final Sharing sharing =
      new Sharing(
          new TestPeer(1),
          OPTIONS,
          new SecureRandom(),
          InstantSource.system(),
          new World(1),
          new ArrayList<>()::add);

  private int port = 1;

  private @Nullable Connection tryToAccept(String host) {
    return sharing.accept(host + ":" + port++, () -> {}, 0);
  }

  private Connection accept(String host) {
    return Objects.requireNonNull(tryToAccept(host), host);
  }

  private List<Connection> accept(String host, int count) {
    List<Connection> accepted = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      accepted.add(accept(host));
    }
    return accepted;
  }

  private static long open(List<Connection> connections) {
    return connections.stream().filter(one -> !one.ended()).count();
  }

  @Test
  void oneHostKeepsNobodyElseOut() {
    List<Connection> crowd = accept("10.0.0.1", MAX);

    Connection other = accept("10.0.0.2");

    assertThat(other.ended()).isFalse();
    assertThat(open(crowd)).isEqualTo(MAX - 1L);
    assertThat(crowd.get(MAX - 1).ended()).as("the newest").isTrue();
    assertThat(tryToAccept("10.0.0.1")).as("one more of the many").isNull();
  }

  @Test
  void hostsThatHaveAsManyDoNotPushEachOtherOut() {
    List<Connection> one = accept("10.0.0.1", MAX / 2);
    List<Connection> other = accept("[fe80::1]", MAX / 2);
    assertThat(tryToAccept("10.0.0.1")).isNull();
    assertThat(tryToAccept("[fe80::1]")).isNull();

    accept("[fe80::2]");

    assertThat(open(one) + open(other)).isEqualTo(MAX - 1L);
    assertThat(tryToAccept("10.0.0.1")).as("4 and 3 of the others are not less").isNull();
  }

  @Test
  void whatWeDialledStays() {
    List<Connection> dialled = new ArrayList<>();
    for (int i = 0; i < MAX; i++) {
      String address = "10.0.0.1:" + port++;
      dialled.add(
          Objects.requireNonNull(sharing.dialled(address, () -> {}, (how, wasConnected) -> {}, 0)));
    }

    assertThat(tryToAccept("10.0.0.2")).isNull();
    assertThat(open(dialled)).isEqualTo(MAX);
  }
}
