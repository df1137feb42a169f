package dev.usernameregistry.net.announce;

import static dev.usernameregistry.net.announce.Bench.HOME;
import static dev.usernameregistry.net.announce.Bench.RELAYS;
import static dev.usernameregistry.net.announce.Bench.TOPIC;
import static dev.usernameregistry.net.announce.Bench.at;
import static dev.usernameregistry.net.announce.Bench.key;
import static dev.usernameregistry.net.announce.Bench.keyPair;
import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.announce.AnnounceMessage.Use;
import dev.usernameregistry.net.announce.Ask.Answer;
import dev.usernameregistry.testkit.Vectors;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What one node answers. */
class RecordsTest {
  private static final KeyPair ALICE = keyPair("alice");
  private static final KeyPair BOB = keyPair("bob");
  private static final Key ALICES = PeerRecord.target(ALICE.publicKey());

  private final Bench bench = new Bench(Long.MAX_VALUE - Duration.ofMinutes(10).toNanos());

  @Test
  void whatWasAnnouncedIsFoundUntilItIsUnannounced() {
    assertThat(bench.announce(TOPIC, ALICE)).isEqualTo(Answer.DONE);
    assertThat(bench.announce(TOPIC, BOB)).isEqualTo(Answer.DONE);
    assertThat(bench.lookup(TOPIC).peers())
        .containsExactlyInAnyOrder(
            new PeerRecord(ALICE.publicKey(), RELAYS), new PeerRecord(BOB.publicKey(), RELAYS));
    assertThat(bench.found(key("another"))).isEmpty();
    assertThat(bench.findPeer(ALICE)).isNull();

    assertThat(bench.unannounce(TOPIC, ALICE)).isEqualTo(Answer.DONE);
    assertThat(bench.found(TOPIC)).containsExactly(BOB.publicKey());
    assertThat(bench.unannounce(TOPIC, ALICE)).isEqualTo(Answer.DONE);
  }

  @Test
  void announcementExpiresAfterTwentyMinutesAlsoIfItIsReadAllTheTime() {
    bench.announce(TOPIC, ALICE);
    bench.announce(ALICES, ALICE);
    for (int minute = 0; minute < 19; minute++) {
      bench.pass(Duration.ofMinutes(1));
      assertThat(bench.found(TOPIC)).hasSize(1);
      assertThat(bench.records.forward(ALICES, bench.nowNanos)).contains(HOME);
    }
    bench.pass(Duration.ofMinutes(1));
    assertThat(bench.found(TOPIC)).isEmpty();
    assertThat(bench.findPeer(ALICE)).isNull();
    assertThat(bench.records.forward(ALICES, bench.nowNanos)).isEmpty();
    assertThat(bench.records.statistics().bytes()).isZero();
  }

  @Test
  void announcingAgainProlongsAndReplacesTheRelays() {
    bench.announce(TOPIC, ALICE);
    bench.pass(Duration.ofMinutes(15));
    List<Ipv4Address> relays = List.of(Ipv4Address.of("10.8.8.8", 8));
    bench.announce(TOPIC, ALICE, relays, HOME);
    bench.pass(Duration.ofMinutes(15));
    assertThat(bench.lookup(TOPIC).peers())
        .containsExactly(new PeerRecord(ALICE.publicKey(), relays));
  }

  @Test
  void threeRelaysAreKeptThoughTheSignatureCoversAll() {
    List<Ipv4Address> relays =
        IntStream.range(0, 20).mapToObj(i -> Ipv4Address.of("10.0.1." + i, 7)).toList();
    assertThat(bench.announce(TOPIC, ALICE, relays, HOME)).isEqualTo(Answer.DONE);
    assertThat(bench.lookup(TOPIC).peers().get(0).relayAddresses()).isEqualTo(relays.subList(0, 3));
  }

  @Test
  void peerThatAnnouncesItsOwnKeyIsForwardedTo() {
    Ipv4Address moved = Ipv4Address.of("10.0.0.2", 5000);
    bench.announce(ALICES, ALICE);
    assertThat(bench.findPeer(ALICE)).isEqualTo(new PeerRecord(ALICE.publicKey(), RELAYS));
    assertThat(bench.records.forward(ALICES, bench.nowNanos)).contains(HOME);
    assertThat(bench.found(ALICES)).containsExactly(ALICE.publicKey());
    bench.announce(ALICES, ALICE, List.of(), moved);
    assertThat(bench.records.forward(ALICES, bench.nowNanos)).contains(moved);

    bench.announce(ALICES, BOB); // as under any topic
    assertThat(bench.found(ALICES)).containsExactly(BOB.publicKey(), ALICE.publicKey());
    bench.unannounce(ALICES, ALICE);
    assertThat(bench.findPeer(ALICE)).isNull();
    assertThat(bench.records.forward(ALICES, bench.nowNanos)).isEmpty();
    assertThat(bench.found(ALICES)).containsExactly(BOB.publicKey());
  }

  @Test
  void peerThatIsTheNodeItselfIsToldButNotForwardedTo() {
    bench.records.keep(new PeerRecord(ALICE.publicKey(), List.of()));
    bench.announce(ALICES, ALICE);
    assertThat(bench.findPeer(ALICE)).isEqualTo(new PeerRecord(ALICE.publicKey(), List.of()));
    assertThat(bench.records.forward(ALICES, bench.nowNanos)).isEmpty();
    bench.pass(Duration.ofHours(1));
    assertThat(bench.findPeer(ALICE)).isNotNull();
    bench.records.forget(ALICE.publicKey());
    assertThat(bench.findPeer(ALICE)).isNull();
  }

  @Test
  void lookupTellsTwentyAtMost() {
    IntStream.range(0, 30).forEach(i -> bench.announce(TOPIC, keyPair("peer" + i)));
    assertThat(bench.found(TOPIC)).hasSize(20).doesNotHaveDuplicates();
    assertThat(bench.records.lookup(TOPIC, bench.nowNanos)).hasSize(20);

    bench.announce(ALICES, ALICE);
    IntStream.range(0, 20).forEach(i -> bench.announce(ALICES, keyPair("peer" + i)));
    assertThat(bench.found(ALICES)).as("twenty and the one whose key it is").hasSize(20);
  }

  @Test
  void largestBumpThatIsNotFarInTheFutureIsTold() {
    long now = Bench.START_MILLIS;
    for (long bump : new long[] {now - 5, now + 59_000, now + 61_000, now}) {
      AnnounceMessage message = AnnounceMessage.announce(at(TOPIC), ALICE, RELAYS, bump);
      bench.ask(Command.ANNOUNCE, TOPIC, message.encode());
    }
    assertThat(bench.lookup(TOPIC).bump()).isEqualTo(now + 59_000);
  }

  @Test
  void refreshChainProlongsLinkByLink() {
    List<Key> chain =
        Vectors.bytesList(Vectors.load("dht").get("refreshChain").get("chain")).stream()
            .map(Key::of)
            .toList();
    PeerRecord alice = new PeerRecord(ALICE.publicKey(), RELAYS);
    AnnounceMessage first = Bench.signed(Use.ANNOUNCE, at(TOPIC), ALICE, alice, chain.get(0));
    assertThat(bench.ask(Command.ANNOUNCE, TOPIC, first.encode())).isEqualTo(Answer.DONE);
    for (Key link : chain.subList(1, chain.size())) {
      bench.pass(Duration.ofMinutes(15));
      assertThat(refresh(link)).isEqualTo(Answer.DONE);
      assertThat(refresh(link)).isEqualTo(Answer.NONE); // its hash is forgotten now
      assertThat(bench.lookup(TOPIC).peers()).containsExactly(alice);
    }
    bench.pass(Duration.ofMinutes(20));
    assertThat(bench.found(TOPIC)).isEmpty();
  }

  @Test
  void refreshMovesTheForwardToWhereItCameFrom() {
    Key secret = key("secret");
    Key link = PeerRecord.target(secret); // its hash
    PeerRecord alice = new PeerRecord(ALICE.publicKey(), List.of());
    AnnounceMessage first = Bench.signed(Use.ANNOUNCE, at(ALICES), ALICE, alice, link);
    bench.ask(Command.ANNOUNCE, ALICES, first.encode());
    Ipv4Address moved = Ipv4Address.of("10.0.0.2", 5000);
    byte[] refresh = new AnnounceMessage(null, secret, null, 0).encode();
    assertThat(bench.ask(Command.ANNOUNCE, ALICES, refresh, moved)).isEqualTo(Answer.DONE);
    assertThat(bench.records.forward(ALICES, bench.nowNanos)).contains(moved);
  }

  private Answer refresh(Key link) {
    return bench.ask(Command.ANNOUNCE, TOPIC, new AnnounceMessage(null, link, null, 0).encode());
  }

  @Test
  void signedValueIsReplacedOnlyByAHigherNumber() {
    byte[] one = {1};
    byte[] two = {2};
    assertThat(bench.get(ALICE, 0)).isNull();
    assertThat(bench.put(ALICE, MutableValue.sign(ALICE, 5, one)))
        .isEqualTo(new Answer.Found(null));
    assertThat(bench.put(ALICE, MutableValue.sign(ALICE, 5, one)))
        .isEqualTo(new Answer.Found(null));
    assertThat(bench.put(ALICE, MutableValue.sign(ALICE, 5, two)))
        .isEqualTo(new Answer.Refused(16));
    assertThat(bench.put(ALICE, MutableValue.sign(ALICE, 4, two)))
        .isEqualTo(new Answer.Refused(17));
    assertThat(bench.get(ALICE, 5)).matches(value -> value.value()[0] == 1);
    assertThat(bench.get(ALICE, 6)).isNull();
    assertThat(bench.put(ALICE, MutableValue.sign(ALICE, 6, two)))
        .isEqualTo(new Answer.Found(null));
    assertThat(bench.get(ALICE, 0)).matches(value -> value.isSignedBy(ALICE.publicKey()));
    assertThat(bench.get(BOB, 0)).isNull();
  }

  @Test
  void valuesLiveTwoDays() {
    byte[] value = {1, 2, 3};
    Key hash = Key.of(Blake2b.hash(value));
    assertThat(bench.ask(Command.IMMUTABLE_PUT, hash, value)).isEqualTo(new Answer.Found(null));
    bench.put(ALICE, MutableValue.sign(ALICE, 1, value));
    bench.pass(Duration.ofHours(47));
    assertThat(Bench.value(bench.askWithoutToken(Command.IMMUTABLE_GET, hash, null)))
        .isEqualTo(value);
    assertThat(bench.get(ALICE, 0)).isNotNull();
    bench.pass(Duration.ofHours(1));
    assertThat(bench.askWithoutToken(Command.IMMUTABLE_GET, hash, null))
        .isEqualTo(new Answer.Found(null));
    assertThat(bench.get(ALICE, 0)).isNull();
  }
}
