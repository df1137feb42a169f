package dev.usernameregistry.net.announce;

import static dev.usernameregistry.net.announce.Bench.TOPIC;
import static dev.usernameregistry.net.announce.Bench.key;
import static dev.usernameregistry.net.announce.Bench.keyPair;
import static dev.usernameregistry.net.announce.Town.MINUTE;
import static dev.usernameregistry.net.announce.Town.SECOND;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.announce.Town.Found;
import dev.usernameregistry.net.announce.Town.Resident;
import dev.usernameregistry.net.dht.RequestServer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Announcing and finding in whole networks on a simulated clock. */
class AnnouncementsTest {
  private static final KeyPair ALICE = keyPair("alice");
  private static final KeyPair BOB = keyPair("bob");
  private static final List<Ipv4Address> HERE = List.of(Ipv4Address.of("10.0.0.1", 1));
  private static final List<Ipv4Address> THERE = List.of(Ipv4Address.of("10.0.0.2", 2));

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatOnePeerAnnouncesAnotherFinds(long seed) {
    Town town = new Town(seed, 40);
    Resident alice = town.addPeer();
    Resident bob = town.addPeer();
    town.dht.loss = 0.1;
    town.dht.duplication = 0.05;
    Found announced = town.announce(alice, Announcement.of(TOPIC, ALICE, HERE));
    assertThat(announced.result().announcedCount()).isBetween(17, 20);
    assertThat(announced.result().closestNodes()).hasSize(20);
    assertThat(town.lookup(bob, TOPIC).peers)
        .containsExactly(new PeerRecord(ALICE.publicKey(), HERE));
    assertThat(town.lookup(bob, key("another topic")).peers).isEmpty();

    Found second = town.announce(bob, Announcement.of(TOPIC, BOB, THERE));
    assertThat(second.keys()).contains(ALICE.publicKey());
    assertThat(town.lookup(alice, TOPIC).keys())
        .containsExactlyInAnyOrder(ALICE.publicKey(), BOB.publicKey());
  }

  @Test
  void clearingReplacesAndUnannouncingRemoves() {
    Town town = new Town(4, 30);
    Resident alice = town.addPeer();
    Resident bob = town.addPeer();
    town.announce(alice, Announcement.of(TOPIC, ALICE, HERE));
    town.announce(bob, Announcement.of(TOPIC, BOB, HERE));
    town.dht.records = true;
    Found again = town.announce(alice, Announcement.of(TOPIC, ALICE, THERE).clearing());
    assertThat(again.result().announcedCount()).isEqualTo(20);
    assertThat(sent(town, Command.UNANNOUNCE)).isEqualTo(20);
    assertThat(town.lookup(bob, TOPIC).peers)
        .containsExactlyInAnyOrder(
            new PeerRecord(ALICE.publicKey(), THERE), new PeerRecord(BOB.publicKey(), HERE));

    town.unannounce(alice, TOPIC, ALICE);
    assertThat(town.lookup(bob, TOPIC).keys()).containsExactly(BOB.publicKey());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 30, 60, 90, 120, 150})
  void takingBackWaitsForAnAnnouncementThatIsUnderWay(int millis) {
    Town town = new Town(15, 30);
    Resident alice = town.addPeer();
    Found announced = new Found();
    alice.announcements.announce(
        Announcement.of(TOPIC, ALICE, HERE), List.of(), announced, town.dht.nowNanos);
    town.dht.run(millis * SECOND / 1000);
    Found withdrawn = new Found();
    alice.announcements.unannounce(TOPIC, ALICE, List.of(), withdrawn, town.dht.nowNanos);
    town.await(withdrawn);
    assertThat(announced.isDone()).isTrue();
    assertThat(town.lookup(town.addPeer(), TOPIC).keys()).isEmpty();
  }

  @Test
  void takingBackWaitsForEveryAnnouncementThatWasCancelledMidway() {
    Town town = new Town(16, 30);
    Resident alice = town.addPeer();
    town.dht.records = true;
    // the first sending of each announcement is lost, and repeated a second later
    Set<String> lost = new HashSet<>();
    town.dht.drops =
        flight ->
            flight.bytes()[0] == 3
                && (flight.bytes()[1] & 7) == 2
                && flight.bytes()[42] == Command.ANNOUNCE
                && lost.add(flight.to() + " " + flight.bytes()[2] + " " + flight.bytes()[3]);
    Lookup first = announceMidway(town, alice);
    first.cancel(town.dht.nowNanos);
    Found second = new Found();
    Lookup again =
        alice.announcements.announce(
            Announcement.of(TOPIC, ALICE, HERE), List.of(), second, town.dht.nowNanos);
    again.cancel(town.dht.nowNanos);
    town.unannounce(alice, TOPIC, ALICE);
    town.dht.run(10 * SECOND);
    assertThat(town.lookup(town.addPeer(), TOPIC).keys()).isEmpty();
  }

  /** Announces until the first node is asked to keep it. */
  private static Lookup announceMidway(Town town, Resident who) {
    Lookup lookup =
        who.announcements.announce(
            Announcement.of(TOPIC, ALICE, HERE), List.of(), new Found(), town.dht.nowNanos);
    town.await(() -> sent(town, Command.ANNOUNCE) > 0);
    return lookup;
  }

  /** Counts application requests with a token: flags are the second byte of a request. */
  private static long sent(Town town, int command) {
    return town.dht.seen.stream()
        .filter(flight -> flight.bytes()[0] == 3 && (flight.bytes()[1] & 7) == 2)
        .filter(flight -> flight.bytes()[42] == command)
        .count();
  }

  @Test
  void startNodesOfTheLastLookupSaveTheWay() {
    Town town = new Town(5, 60);
    Resident alice = town.addPeer();
    Found first = town.announce(alice, Announcement.of(TOPIC, ALICE, HERE));
    Found second = new Found();
    alice.announcements.lookup(TOPIC, first.result().closestNodes(), second, town.dht.nowNanos);
    town.await(second);
    assertThat(second.result().closestNodes()).isEqualTo(first.result().closestNodes());
    assertThat(second.result().answerCount()).isLessThanOrEqualTo(first.result().answerCount());
    assertThat(second.keys()).containsExactly(ALICE.publicKey());
  }

  @Test
  void announcementOfAKilledPeerExpires() {
    Town town = new Town(6, 20);
    Resident alice = town.addPeer();
    Resident bob = town.addPeer();
    town.announce(alice, Announcement.of(TOPIC, ALICE, HERE));
    alice.node.kill();
    town.dht.run(13 * MINUTE);
    assertThat(town.lookup(bob, TOPIC).keys()).containsExactly(ALICE.publicKey());
    town.dht.run(8 * MINUTE);
    assertThat(town.lookup(bob, TOPIC).keys()).isEmpty();
  }

  @Test
  void announcementOfALivingPeerIsProlongedByAnnouncingAgain() {
    Town town = new Town(7, 20);
    Resident alice = town.addPeer();
    Resident bob = town.addPeer();
    for (int i = 0; i < 4; i++) {
      town.announce(alice, Announcement.of(TOPIC, ALICE, HERE));
      town.dht.run(10 * MINUTE);
      assertThat(town.lookup(bob, TOPIC).keys()).containsExactly(ALICE.publicKey());
    }
  }

  @Test
  void hundredsOfAnnouncersOfOneTopicAreAllFoundInTime() {
    Town town = new Town(8, 8);
    List<Resident> peers = IntStream.range(0, 50).mapToObj(i -> town.addPeer()).toList();
    List<Found> running = new ArrayList<>();
    Set<Key> keys = new HashSet<>();
    for (int i = 0; i < 300; i++) {
      KeyPair keyPair = keyPair("peer" + i);
      keys.add(keyPair.publicKey());
      Found found = new Found();
      running.add(found);
      peers
          .get(i % peers.size())
          .announcements
          .announce(Announcement.of(TOPIC, keyPair, HERE), List.of(), found, town.dht.nowNanos);
      town.dht.run(SECOND / 20);
    }
    for (Found found : running) {
      town.await(found);
    }
    assertThat(running).allMatch(found -> found.result().announcedCount() == 8);
    assertThat(town.nodes).allMatch(node -> node.records.statistics().topicRecords() == 300);
    Set<Key> seen = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      List<Key> found = town.lookup(peers.get(i % peers.size()), TOPIC).keys();
      assertThat(found).hasSizeBetween(90, 160);
      seen.addAll(found);
    }
    assertThat(seen).isEqualTo(keys);
  }

  @Test
  void nodesThatLieCostNothingButThemselves() {
    Town town = new Town(9, 20);
    Random random = new Random(9);
    List<Resident> liars = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      liars.add(town.addNode(lying(random)));
    }
    Resident alice = town.addPeer();
    Resident bob = town.addPeer();
    town.announce(alice, Announcement.of(TOPIC, ALICE, HERE));
    Found found = town.lookup(bob, TOPIC);
    assertThat(found.keys()).contains(ALICE.publicKey());
    assertThat(found.peers).hasSizeLessThan(liars.size() * 64 + 1);
    assertThat(town.findPeer(bob, ALICE.publicKey()).peers).isEmpty();

    Value<MutableValue> mutable = new Value<>();
    bob.announcements.mutableGet(ALICE.publicKey(), 0, mutable, town.dht.nowNanos);
    town.await(() -> mutable.done);
    assertThat(mutable.value).isNull();
    Value<byte[]> immutable = new Value<>();
    bob.announcements.immutableGet(TOPIC, immutable, town.dht.nowNanos);
    town.await(() -> immutable.done);
    assertThat(immutable.value).isNull();
  }

  /** Answers with made-up records, foreign values, or noise. */
  private static RequestServer lying(Random random) {
    return (request, nowNanos) -> {
      byte[] value = new byte[random.nextInt(1000)];
      random.nextBytes(value);
      if (request.command() == Command.LOOKUP && random.nextBoolean()) {
        List<byte[]> peers =
            IntStream.range(0, 20)
                .mapToObj(i -> new PeerRecord(key("liar" + random.nextInt()), HERE).encode())
                .toList();
        value = LookupReply.encode(peers, 0);
      } else if (request.command() == Command.FIND_PEER) {
        value = new PeerRecord(BOB.publicKey(), HERE).encode();
      } else if (request.command() == Command.MUTABLE_GET) {
        value = MutableValue.sign(BOB, random.nextInt(100), new byte[] {1}).encode();
      }
      request.reply(value);
      return true;
    };
  }

  @Test
  void cancelledLookupIsSilent() {
    Town town = new Town(10, 20);
    Resident alice = town.addPeer();
    town.announce(alice, Announcement.of(TOPIC, ALICE, HERE));
    List<PeerRecord> told = new ArrayList<>();
    Lookup[] lookup = new Lookup[1];
    LookupListener listener =
        new LookupListener() {
          @Override
          public void found(PeerRecord peer, Ipv4Address node, long nowNanos) {
            told.add(peer);
            lookup[0].cancel(nowNanos);
          }

          @Override
          public void done(LookupResult result, long nowNanos) {
            throw new AssertionError("cancelled");
          }
        };
    lookup[0] =
        alice.announcements.announce(
            Announcement.of(TOPIC, BOB, HERE), List.of(), listener, town.dht.nowNanos);
    town.dht.run(MINUTE);
    assertThat(told).hasSize(1);
    assertThat(lookup[0].isDone()).isTrue();
    assertThat(town.lookup(alice, TOPIC).keys()).containsExactly(ALICE.publicKey());
  }

  @Test
  void withoutAnyNodeNothingIsFoundOrAnnounced() {
    Town town = new Town(11, 1);
    Resident alice = town.addPeer();
    town.nodes.get(0).node.kill();
    Found found = town.announce(alice, Announcement.of(TOPIC, ALICE, HERE));
    assertThat(found.result()).isEqualTo(new LookupResult(List.of(), 0, 0));
  }

  /** What a get ended with. */
  private static final class Value<V> implements ValueListener<V> {
    final List<V> found = new ArrayList<>();
    @Nullable V value;
    boolean done;

    @Override
    public void found(V value, long nowNanos) {
      found.add(value);
    }

    @Override
    public void done(@Nullable V value, long nowNanos) {
      assertThat(done).isFalse();
      this.value = value;
      this.done = true;
    }
  }

  @Test
  void valuesUnderTheirHashAreStoredAndFound() {
    Town town = new Town(12, 30);
    Resident alice = town.addPeer();
    Resident bob = town.addPeer();
    byte[] value = new byte[Announcements.VALUE_BYTES_MAX];
    new Random(1).nextBytes(value);
    PutListener.Result[] result = new PutListener.Result[1];
    alice.announcements.immutablePut(value, (r, now) -> result[0] = r, town.dht.nowNanos);
    town.await(() -> result[0] != null);
    assertThat(result[0]).isEqualTo(new PutListener.Result(20, 0, 0));

    Value<byte[]> got = new Value<>();
    Key hash = Key.of(Blake2b.hash(value));
    Lookup get = bob.announcements.immutableGet(hash, got, town.dht.nowNanos);
    town.await(() -> got.done);
    assertThat(got.value).isEqualTo(value);
    assertThat(got.found).hasSize(1);
    assertThat(get.isDone()).isTrue();
  }

  @Test
  void signedValuesAreStoredReplacedAndFound() {
    Town town = new Town(13, 30);
    Resident alice = town.addPeer();
    Resident bob = town.addPeer();
    assertThat(put(town, alice, 1, "one")).isEqualTo(new PutListener.Result(20, 0, 0));
    assertThat(put(town, alice, 3, "three")).isEqualTo(new PutListener.Result(20, 0, 0));
    assertThat(put(town, alice, 3, "other")).isEqualTo(new PutListener.Result(0, 20, 0));
    assertThat(put(town, alice, 2, "two")).isEqualTo(new PutListener.Result(0, 0, 20));
    Value<MutableValue> got = get(town, bob, 0);
    assertThat(got.value)
        .matches(value -> value.seq() == 3)
        .matches(value -> new String(value.value(), UTF_8).equals("three"));
    assertThat(get(town, bob, 4).value).isNull();
    assertThat(got.found).hasSize(1);
  }

  private static PutListener.Result put(Town town, Resident who, long seq, String text) {
    PutListener.Result[] result = new PutListener.Result[1];
    who.announcements.mutablePut(
        ALICE, seq, text.getBytes(UTF_8), (r, now) -> result[0] = r, town.dht.nowNanos);
    town.await(() -> result[0] != null);
    return result[0];
  }

  private static Value<MutableValue> get(Town town, Resident who, long seqMin) {
    Value<MutableValue> got = new Value<>();
    who.announcements.mutableGet(ALICE.publicKey(), seqMin, got, town.dht.nowNanos);
    town.await(() -> got.done);
    return got;
  }

  @Test
  void valuesThatAreTooLongOrEmptyAreTheCallersMistake() {
    Town town = new Town(14, 1);
    Announcements announcements = town.nodes.get(0).announcements;
    for (int length : new int[] {0, Announcements.VALUE_BYTES_MAX + 1}) {
      assertThatThrownBy(() -> announcements.immutablePut(new byte[length], (r, now) -> {}, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("" + length);
      assertThatThrownBy(
              () -> announcements.mutablePut(ALICE, 1, new byte[length], (r, now) -> {}, 0))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> announcements.mutablePut(ALICE, -1, new byte[1], (r, now) -> {}, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
