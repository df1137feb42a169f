package dev.usernameregistry.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.usernameregistry.RegisterResult;
import dev.usernameregistry.RegistryInfo;
import dev.usernameregistry.SyncReport;
import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.memory.MemoryStorage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Others write more than this peer has room for. The sync timeout is longer than the test's own:
 * whoever waits for what will not be fetched fails.
 */
@Timeout(120)
class RoomTest {
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final int RECORD_BYTES = 40_000;
  private static final int LARGE = 800;

  /** Each takes its bytes twice: in its log, and in the index of names. */
  private static final long RECORDS_MAX = 50;

  private final List<UsernameRegistry> open = new ArrayList<>();

  @AfterEach
  void closeAll() {
    open.forEach(UsernameRegistry::close);
  }

  /** Opens a registry into which others may write so much, and that dials these others. */
  private UsernameRegistry open(long bytesMax, UsernameRegistry... dialled) {
    TcpNetwork.Builder network = TcpNetwork.builder().listen("127.0.0.1", 0);
    for (UsernameRegistry one : dialled) {
      String address = one.listening().get(0);
      network.connect(
          "127.0.0.1", Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
    }
    UsernameRegistry opened =
        UsernameRegistry.builder()
            .storage(() -> new MemoryStorage(bytesMax))
            .network(network.build())
            .syncTimeout(LONG)
            .open();
    open.add(opened);
    return opened;
  }

  private UsernameRegistry open(UsernameRegistry... dialled) {
    return open(Long.MAX_VALUE, dialled);
  }

  private static void fill(UsernameRegistry registry, String prefix, int names) {
    String text = "x".repeat(RECORD_BYTES);
    for (int i = 0; i < names; i++) {
      registry.register(prefix + i, JsonNodeFactory.instance.objectNode().put("text", text));
    }
  }

  private static RegistryInfo info(UsernameRegistry in, Key key) {
    return in.registries().stream().filter(one -> one.key().equals(key)).findFirst().orElseThrow();
  }

  @Test
  void aLargeRegistryIsNotFetchedAndASmallOneIs() {
    UsernameRegistry large = open();
    fill(large, "large", LARGE); // more than is asked for before it is known how large it is
    UsernameRegistry small = open();
    small.register("ada");
    UsernameRegistry reader = open(LARGE / 2 * RECORD_BYTES, large, small);

    assertThat(reader.register("ada")).isInstanceOf(RegisterResult.Taken.class);
    SyncReport report = reader.awaitSynced(LONG);
    assertThat(report.complete()).isFalse();
    assertThat(report.behind())
        .isNotEmpty()
        .allSatisfy(
            entry -> {
              assertThat(entry.registryKey()).contains(large.key());
              assertThat(entry.reason()).get().asString().contains("room");
            });
    assertThat(info(reader, large.key()))
        .satisfies(
            one -> {
              assertThat(one.state()).isEqualTo(RegistryInfo.State.BEHIND);
              assertThat(one.names()).isLessThan(LARGE);
              assertThat(one.reason()).get().asString().contains("of 801 blocks", "room");
            });
  }

  /** Registers until {@code reader} has no room for it; returns how many names it has taken. */
  private static long fillUp(UsernameRegistry writer, UsernameRegistry reader) {
    for (int i = 0; i < RECORDS_MAX; i++) {
      String name = "more" + i;
      fill(writer, name, 1);
      Waiting.until(
          () -> reader.lookup(name + 0).isPresent() || isWithheld(reader, writer.key()),
          () -> "in " + reader.registries());
      if (reader.lookup(name + 0).isEmpty()) {
        return i;
      }
    }
    throw new AssertionError("all taken; in " + reader.registries());
  }

  private static boolean isWithheld(UsernameRegistry in, Key key) {
    return info(in, key).reason().orElse("").contains("room");
  }

  @Test
  void whatIsHereStaysWhenThereIsNoRoomForMore() {
    UsernameRegistry writer = open();
    fill(writer, "first", 2);
    UsernameRegistry reader = open(RECORDS_MAX * RECORD_BYTES, writer);
    assertThat(reader.awaitPeers(1, LONG)).isTrue();
    assertThat(reader.awaitSynced(LONG).complete()).isTrue();

    assertThat(fillUp(writer, reader)).isBetween(RECORDS_MAX / 8, RECORDS_MAX / 3);

    assertThat(reader.awaitSynced(LONG).complete()).isFalse();
    assertThat(reader.lookup("first1")).isPresent();
    assertThat(reader.lookup("more00")).isPresent();
    assertThat(reader.register("own")).isInstanceOf(RegisterResult.Registered.class);
  }

  @Test
  void whatIsForgottenMakesRoom() {
    UsernameRegistry first = open();
    fill(first, "first", 10);
    UsernameRegistry second = open();
    UsernameRegistry reader = open(RECORDS_MAX * RECORD_BYTES, first, second);
    assertThat(reader.awaitPeers(2, LONG)).isTrue();
    assertThat(reader.awaitSynced(LONG).complete()).isTrue();
    long taken = fillUp(second, reader);
    assertThat(reader.awaitSynced(LONG).complete()).isFalse();

    first.close();
    reader.forget(first.key());

    assertThat(reader.awaitSynced(LONG).complete()).isTrue();
    assertThat(reader.lookup("more" + taken + 0)).isPresent();
  }

  @Test
  void withoutAnyRoomNothingIsTakenOfOthersAndNobodyWaitsForIt() {
    UsernameRegistry owner = open();
    owner.register("ada");
    UsernameRegistry middle = open(owner);
    assertThat(middle.awaitPeers(1, LONG)).isTrue();
    assertThat(middle.awaitSynced(LONG).complete()).isTrue();
    UsernameRegistry reader = open(0, middle);

    assertThat(reader.awaitPeers(1, LONG)).isTrue();
    assertThat(reader.register("bob")).isInstanceOf(RegisterResult.Registered.class);
    SyncReport report = reader.awaitSynced(LONG);
    assertThat(report.complete()).isFalse();
    assertThat(report.behind())
        .allSatisfy(entry -> assertThat(entry.reason()).get().asString().contains("room"));
    assertThat(info(reader, owner.key()).state()).isEqualTo(RegistryInfo.State.BEHIND);
    assertThat(isWithheld(reader, owner.key())).isTrue();
    assertThat(reader.lookup("bob")).isPresent();
  }
}
