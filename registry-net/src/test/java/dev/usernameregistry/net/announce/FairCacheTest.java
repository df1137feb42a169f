package dev.usernameregistry.net.announce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.net.announce.FairCache.Bounds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FairCacheTest {
  private static final long LIFETIME = 1_000_000;
  private static final int ENTRY = FairCache.ENTRY_OVERHEAD_BYTES;

  private final List<String> removed = new ArrayList<>();
  private FairCache<String, String> cache = cache(10, Long.MAX_VALUE);

  private FairCache<String, String> cache(int entries, long bytes) {
    return new FairCache<>(new Bounds(entries, bytes, LIFETIME), removed::add);
  }

  @Test
  void entryLivesItsTimeFromTheLastWriteWhateverIsRead() {
    cache.put("a", "1", 0, 1, 0);
    cache.put("b", "1", 0, 1, 100);
    cache.put("a", "2", 0, 1, 200);
    assertThat(cache.get("b", LIFETIME + 99)).isEqualTo("1");
    assertThat(cache.get("b", LIFETIME + 100)).isNull();
    assertThat(cache.get("a", LIFETIME + 199)).isEqualTo("2");
    assertThat(cache.get("a", LIFETIME + 200)).isNull();
    assertThat(removed).containsExactly("1", "1", "2");
    assertThat(cache.bytes()).isZero();
  }

  @Test
  void timeMayWrapAround() {
    cache.put("a", "1", 0, 1, Long.MAX_VALUE - 10);
    assertThat(cache.get("a", Long.MIN_VALUE + 10)).isEqualTo("1");
    assertThat(cache.get("a", Long.MIN_VALUE + LIFETIME)).isNull();
  }

  @Test
  void oldestGoesFirstWhereThereIsOneHost() {
    IntStream.range(0, 15).forEach(i -> cache.put("k" + i, "v" + i, 0, 1, i));
    assertThat(removed).containsExactly("v0", "v1", "v2", "v3", "v4");
  }

  @Test
  void floodingHostPushesOutOnlyItself() {
    IntStream.range(0, 4).forEach(i -> cache.put("honest" + i, "", 0, i, 0));
    IntStream.range(0, 1000).forEach(i -> cache.put("flood" + i, "", 0, 99, 1));
    assertThat(cache.size()).isEqualTo(10);
    assertThat(IntStream.range(0, 4)).allMatch(i -> cache.get("honest" + i, 2) != null);
    assertThat(cache.get("flood999", 2)).isNotNull();
  }

  @Test
  void hostsThatHoldTheSameGiveWayByAge() {
    IntStream.range(0, 12).forEach(i -> cache.put("k" + i, "v" + i, 0, 100 - i, i));
    assertThat(removed).containsExactly("v0", "v1");
  }

  @Test
  void bytesAreBoundedAsWell() {
    cache = cache(10, 3 * (ENTRY + 100));
    cache.put("small", "s", 100, 1, 0);
    IntStream.range(0, 5).forEach(i -> cache.put("k" + i, "v" + i, 100, 2, 0));
    assertThat(removed).containsExactly("v0", "v1", "v2");
    assertThat(cache.bytes()).isEqualTo(3 * (ENTRY + 100));
    cache.put("too large", "t", 3 * (ENTRY + 100), 3, 0);
    assertThat(cache.get("too large", 0)).isNull();
  }

  @Test
  void entryBelongsToTheHostThatWroteItLast() {
    IntStream.range(0, 9).forEach(i -> cache.put("k" + i, "v" + i, 0, 1, 0));
    IntStream.range(0, 9).forEach(i -> cache.put("k" + i, "w" + i, 0, i + 10, 0));
    removed.clear();
    IntStream.range(0, 3).forEach(i -> cache.put("n" + i, "n" + i, 0, 1, 0));
    assertThat(removed).containsExactly("n0", "n1");
  }

  @Test
  void randomWritesAgreeWithASimpleModel() {
    Random random = new Random(5);
    FairCache<Integer, String> fair = new FairCache<>(new Bounds(50, 20_000, LIFETIME));
    Map<Integer, Long> written = new HashMap<>();
    long now = 0;
    for (int i = 0; i < 100_000; i++) {
      now += random.nextInt(2 * (int) LIFETIME / 50);
      int key = random.nextInt(200);
      if (random.nextInt(4) == 0) {
        fair.remove(key);
        written.remove(key);
      } else {
        fair.put(key, "" + now, random.nextInt(300), random.nextInt(8), now);
        written.put(key, now);
      }
      assertThat(fair.size()).isLessThanOrEqualTo(50);
      assertThat(fair.bytes()).isLessThanOrEqualTo(20_000);
      int asked = random.nextInt(200);
      String value = fair.get(asked, now);
      Long at = written.get(asked);
      if (value != null) {
        assertThat(value).isEqualTo("" + at);
        assertThat(now - Long.parseLong(value)).isLessThan(LIFETIME);
      }
    }
  }
}
