package dev.usernameregistry.claims;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.bee.Bee;
import dev.usernameregistry.codec.PeerFault;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.Table;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.testkit.WritableLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Three writers put, remove, cut and break what they like. However an index has followed them, and
 * whatever it has seen before, it has the rows of one that follows their logs only in the end.
 */
class FollowedAnyhowTest {
  private static final int ROUNDS = 300;
  private static final int OPERATIONS = 40;

  private static final List<String> KEYS =
      List.of("ada", "ADA", "bob", "cyd", "x", "a b", "\u00e9va", "\0", "k".repeat(1025));
  private static final List<String> TIMES =
      List.of("1", "2", "-1", "1.5", "-0", "1e300", "null", "\"1\"", "8640000000000001");
  private static final List<String> PUBLIC_KEYS = List.of("?", "\\ud800", "Key", "KEY");

  private final List<Log> logs = new ArrayList<>();
  private final List<RegistryReader> readers = new ArrayList<>();

  @Test
  void theRowsAreThoseOfTheLogsAlone() throws Exception {
    for (int seed = 0; seed < ROUNDS; seed++) {
      MemoryStorage storage = new MemoryStorage();
      Table live = storage.openTable("live");
      begin(storage, live);
      Random random = new Random(seed);
      for (int n = 0; n < OPERATIONS; n++) {
        operate(random, live);
      }
      followAll();

      Table fresh = storage.openTable("fresh");
      open(fresh);
      followAll();

      assertThat(rows(live)).as("seed %d", seed).isEqualTo(rows(fresh));
    }
  }

  private void begin(MemoryStorage storage, Table table) throws IOException {
    logs.clear();
    for (int writer = 0; writer < 3; writer++) {
      logs.add(WritableLog.open(storage, writer));
    }
    open(table);
  }

  private void open(Table table) throws IOException {
    ClaimIndex index =
        ClaimIndex.open(table, NamePolicy.standard(), ClaimOrder.earliest(), change -> {});
    readers.clear();
    logs.forEach(log -> readers.add(new RegistryReader(log, index)));
  }

  private void followAll() throws IOException {
    for (RegistryReader reader : readers) {
      follow(reader, Integer.MAX_VALUE);
    }
  }

  private static void follow(RegistryReader reader, int steps) throws IOException {
    try {
      for (int step = 0; step < steps && reader.advance(); step++) {}
    } catch (UnreadableRegistryException broken) {
      // what comes before is listed all the same
    }
  }

  private void operate(Random random, Table live) throws IOException {
    int writer = random.nextInt(logs.size());
    Log log = logs.get(writer);
    int what = random.nextInt(30);
    if (what < 17) {
      change(random, new Bee(log), what < 14);
    } else if (what < 19) {
      log.truncate(random.nextInt((int) log.length() + 1));
    } else if (what == 19) {
      log.append(List.of(utf8("broken")));
    } else if (what == 20) {
      open(live);
    } else {
      follow(readers.get(writer), random.nextInt(4));
    }
  }

  private void change(Random random, Bee bee, boolean put) throws IOException {
    byte[] key = utf8(one(random, KEYS));
    try {
      if (put) {
        bee.put(key, random.nextInt(8) == 0 ? null : record(random));
      } else {
        bee.delete(key);
      }
    } catch (PeerFault broken) {
      // nothing can be put into a tree that was broken before
    }
  }

  private byte[] record(Random random) {
    String hex = logs.get(random.nextInt(logs.size())).key().hex();
    String publicKey = random.nextBoolean() ? hex : one(random, PUBLIC_KEYS);
    String time = "\"registeredAt\":" + one(random, TIMES);
    return utf8(
        switch (random.nextInt(5)) {
          case 0 -> "[]";
          case 1 -> "{" + time + "}";
          case 2 -> "{" + time + ",\"publicKey\":\"" + publicKey + "\"}";
          case 3 -> "{\"timestamp\":1,\"publicKey\":\"" + publicKey + "\",\"registeredBy\":\"A\"}";
          default -> "{" + time + ",\"publicKey\":\"" + publicKey + "\",\"bio\":[1]}";
        });
  }

  private static String one(Random random, List<String> of) {
    return of.get(random.nextInt(of.size()));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Returns the rows but how often, and how far, each log was read anew. */
  private static List<String> rows(Table table) throws IOException {
    List<String> rows = new ArrayList<>();
    table.scan(
        new byte[0],
        null,
        (key, value) -> {
          String shown = shown(key[0], value);
          if (!shown.equals("[0, 0, 0]")) {
            rows.add(HexFormat.of().formatHex(key) + " " + shown);
          }
          return true;
        });
    return rows;
  }

  private static String shown(byte kind, byte[] value) {
    if (kind == 'r') {
      return ClaimRows.kind(value).toString();
    }
    if (kind != 's') {
      return HexFormat.of().formatHex(value);
    }
    Progress progress = Progress.decode(value);
    assertThat(progress.sweeping()).isFalse();
    return List.of(progress.names(), progress.refusedNames(), progress.unusableRecords())
        .toString();
  }
}
