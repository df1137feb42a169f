package dev.usernameregistry.net.announce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.announce.FairCache.Bounds;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TopicRecordsTest {
  private static final long LIFETIME = 1_000_000_000;
  private static final Key TOPIC = key("topic");

  private final TopicRecords records =
      new TopicRecords(new Bounds(65_536, Long.MAX_VALUE, LIFETIME), new Random(1));

  @Test
  void onePeerHasOneRecordUnderATopic() {
    put("alice", 1);
    put("alice", 2);
    put("bob", 2);
    assertThat(names(20)).containsExactlyInAnyOrder("alice", "bob");
    records.remove(TOPIC, key("alice"));
    assertThat(names(20)).containsExactly("bob");
    assertThat(records.sample(key("another"), 20, 0)).isEmpty();
  }

  @Test
  void samplesOfOneHostAreDifferentAndReachEverybody() {
    IntStream.range(0, 200).forEach(i -> put("peer" + i, 1));
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      List<String> names = names(20);
      assertThat(names).hasSize(20).doesNotHaveDuplicates();
      seen.addAll(names);
    }
    assertThat(seen).hasSize(200);
  }

  @Test
  void floodOfOneHostDoesNotHideOthers() {
    put("alice", 1);
    put("bob", 2);
    IntStream.range(0, 10_000).forEach(i -> put("flood" + i, 3));
    for (int i = 0; i < 20; i++) {
      assertThat(names(20)).hasSize(20).contains("alice", "bob").doesNotHaveDuplicates();
    }
    assertThat(records.size()).isEqualTo(TopicRecords.RECORDS_PER_TOPIC_MAX);
  }

  @Test
  void fullTopicKeepsTheLatestOfItsHeaviestHost() {
    int max = TopicRecords.RECORDS_PER_TOPIC_MAX;
    IntStream.range(0, max + 100).forEach(i -> put("peer" + i, 1));
    Set<String> left = Set.copyOf(names(max));
    assertThat(left).hasSize(max).contains("peer" + (max + 99), "peer100");
    assertThat(left).doesNotContain("peer99");
  }

  @Test
  void recordsOfManyHostsAreTakenWithTheSameChance() {
    IntStream.range(0, 100).forEach(i -> put("peer" + i, i));
    int[] taken = new int[100];
    for (int i = 0; i < 5000; i++) {
      names(20).forEach(name -> taken[Integer.parseInt(name.substring(4))]++);
    }
    for (int count : taken) {
      assertThat(count).isBetween(850, 1150);
    }
  }

  @Test
  void bumpGoesWithTheLastRecord() {
    records.bump(TOPIC, 7);
    assertThat(records.bump(TOPIC)).isZero();
    put("alice", 1);
    records.bump(TOPIC, 7);
    records.bump(TOPIC, 5);
    assertThat(records.bump(TOPIC)).isEqualTo(7);
    assertThat(records.sample(TOPIC, 20, LIFETIME)).isEmpty();
    assertThat(records.bump(TOPIC)).isZero();
  }

  @Test
  void randomChangesKeepTheIndexWhole() {
    TopicRecords small = new TopicRecords(new Bounds(100, 60_000, LIFETIME), new Random(2));
    Random random = new Random(3);
    long now = 0;
    for (int i = 0; i < 100_000; i++) {
      now += random.nextInt((int) LIFETIME / 40);
      Key topic = key("topic" + random.nextInt(10));
      Key peer = key("peer" + random.nextInt(30));
      if (random.nextInt(5) == 0) {
        small.remove(topic, peer);
      } else {
        small.put(topic, peer, peer.bytes(), random.nextInt(6), now);
      }
      List<byte[]> sample = small.sample(topic, 20, now);
      assertThat(sample.stream().map(Key::of).distinct()).hasSameSizeAs(sample);
      assertThat(small.size()).isLessThanOrEqualTo(100);
    }
  }

  private void put(String name, int host) {
    records.put(TOPIC, key(name), name.getBytes(StandardCharsets.UTF_8), host, 0);
  }

  private List<String> names(int max) {
    return records.sample(TOPIC, max, 0).stream()
        .map(record -> new String(record, StandardCharsets.UTF_8))
        .collect(Collectors.toList());
  }

  private static Key key(String name) {
    return Key.of(Blake2b.hash(name.getBytes(StandardCharsets.UTF_8)));
  }
}
