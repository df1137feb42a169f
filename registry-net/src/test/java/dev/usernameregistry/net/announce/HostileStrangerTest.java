package dev.usernameregistry.net.announce;

import static dev.usernameregistry.net.announce.Bench.HOME;
import static dev.usernameregistry.net.announce.Bench.NODE;
import static dev.usernameregistry.net.announce.Bench.RELAYS;
import static dev.usernameregistry.net.announce.Bench.TOKEN;
import static dev.usernameregistry.net.announce.Bench.TOPIC;
import static dev.usernameregistry.net.announce.Bench.at;
import static dev.usernameregistry.net.announce.Bench.key;
import static dev.usernameregistry.net.announce.Bench.keyPair;
import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.announce.AnnounceMessage.Place;
import dev.usernameregistry.net.announce.AnnounceMessage.Use;
import dev.usernameregistry.net.announce.Ask.Answer;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a stranger may do that no stranger should. It gets no answer, and others notice nothing. */
class HostileStrangerTest {
  private static final KeyPair ALICE = keyPair("alice");
  private static final KeyPair MALLORY = keyPair("mallory");
  private static final Ipv4Address MALLORYS = Ipv4Address.of("10.6.6.6", 666);

  private final Bench bench = new Bench();

  @Test
  void announcementThatWasSignedForAnotherPlaceOrUseIsDropped() {
    dropped(AnnounceMessage.announce(at(key("another topic")), ALICE, RELAYS, 0));
    dropped(AnnounceMessage.announce(new Place(TOPIC, key("other"), TOKEN), ALICE, RELAYS, 0));
    dropped(AnnounceMessage.announce(new Place(TOPIC, NODE, new byte[32]), ALICE, RELAYS, 0));
    dropped(AnnounceMessage.unannounce(at(TOPIC), ALICE));
    PeerRecord alice = new PeerRecord(ALICE.publicKey(), RELAYS);
    dropped(Bench.signed(Use.ANNOUNCE, at(TOPIC), MALLORY, alice, null));
    AnnounceMessage good = AnnounceMessage.announce(at(TOPIC), ALICE, RELAYS, 0);
    PeerRecord moved = new PeerRecord(ALICE.publicKey(), List.of(MALLORYS));
    dropped(new AnnounceMessage(moved, null, good.signature(), 0));
    dropped(new AnnounceMessage(good.peer(), key("refresh"), good.signature(), 0));
    dropped(new AnnounceMessage(good.peer(), null, null, 0));
    dropped(new AnnounceMessage(null, null, good.signature(), 0));
    dropped(new AnnounceMessage(null, key("refresh"), null, 0));
  }

  private void dropped(AnnounceMessage message) {
    assertThat(bench.ask(Command.ANNOUNCE, TOPIC, message.encode())).isEqualTo(Answer.NONE);
    assertThat(bench.records.statistics().bytes()).isZero();
  }

  @Test
  void nobodyElseCanUnannounce() {
    bench.announce(TOPIC, ALICE);
    PeerRecord alice = new PeerRecord(ALICE.publicKey(), List.of());
    for (AnnounceMessage forged :
        List.of(
            Bench.signed(Use.UNANNOUNCE, at(TOPIC), MALLORY, alice, null),
            AnnounceMessage.announce(at(TOPIC), ALICE, List.of(), 0),
            AnnounceMessage.unannounce(at(key("another topic")), ALICE),
            new AnnounceMessage(null, key("refresh"), null, 0))) {
      assertThat(bench.ask(Command.UNANNOUNCE, TOPIC, forged.encode())).isEqualTo(Answer.NONE);
    }
    assertThat(bench.found(TOPIC)).containsExactly(ALICE.publicKey());
  }

  @Test
  void nobodyElseCanTakeAForwardAway() {
    Key alices = PeerRecord.target(ALICE.publicKey());
    bench.announce(alices, ALICE);
    assertThat(bench.unannounce(alices, MALLORY)).isEqualTo(Answer.DONE);
    assertThat(bench.records.forward(alices, bench.nowNanos)).contains(Bench.HOME);
  }

  @Test
  void aLinkOfAChainIsGoodForRefreshingOnly() {
    Key secret = key("secret");
    PeerRecord alice = new PeerRecord(ALICE.publicKey(), RELAYS);
    Key link = PeerRecord.target(secret); // its hash
    AnnounceMessage first = Bench.signed(Use.ANNOUNCE, at(TOPIC), ALICE, alice, link);
    bench.ask(Command.ANNOUNCE, TOPIC, first.encode());
    byte[] refresh = new AnnounceMessage(null, secret, null, 0).encode();
    assertThat(bench.ask(Command.UNANNOUNCE, TOPIC, refresh)).isEqualTo(Answer.NONE);
    assertThat(bench.ask(Command.ANNOUNCE, TOPIC, refresh)).isEqualTo(Answer.DONE);
  }

  @Test
  void nothingIsChangedWithoutAToken() {
    byte[] announce = AnnounceMessage.announce(at(TOPIC), ALICE, RELAYS, 0).encode();
    byte[] value = {1};
    byte[] put =
        new MutableValue.Put(ALICE.publicKey(), MutableValue.sign(ALICE, 0, value)).encode();
    Key alices = PeerRecord.target(ALICE.publicKey());
    Key hash = Key.of(Blake2b.hash(value));
    assertThat(bench.askWithoutToken(Command.ANNOUNCE, TOPIC, announce)).isEqualTo(Answer.NONE);
    assertThat(bench.askWithoutToken(Command.UNANNOUNCE, TOPIC, announce)).isEqualTo(Answer.NONE);
    assertThat(bench.askWithoutToken(Command.MUTABLE_PUT, alices, put)).isEqualTo(Answer.NONE);
    assertThat(bench.askWithoutToken(Command.IMMUTABLE_PUT, hash, value)).isEqualTo(Answer.NONE);
    assertThat(bench.records.statistics().bytes()).isZero();
  }

  @Test
  void whatMissesAPartIsDropped() {
    for (int command = Command.FIND_PEER; command <= Command.PLUGIN; command++) {
      assertThat(bench.ask(command, null, new byte[100])).isEqualTo(Answer.NONE);
    }
    for (int command :
        List.of(
            Command.ANNOUNCE,
            Command.UNANNOUNCE,
            Command.MUTABLE_GET,
            Command.MUTABLE_PUT,
            Command.IMMUTABLE_PUT,
            Command.PLUGIN)) {
      assertThat(bench.ask(command, TOPIC, null)).isEqualTo(Answer.NONE);
      assertThat(bench.ask(command, TOPIC, new byte[0])).isEqualTo(Answer.NONE);
    }
  }

  @Test
  void wrongValuesAreDropped() {
    byte[] value = {1};
    Key alices = PeerRecord.target(ALICE.publicKey());
    MutableValue good = MutableValue.sign(ALICE, 1, value);
    assertThat(bench.put(ALICE, new MutableValue(2, value, good.signature())))
        .isEqualTo(Answer.NONE);
    assertThat(bench.put(ALICE, MutableValue.sign(MALLORY, 1, value))).isEqualTo(Answer.NONE);
    assertThat(bench.put(ALICE, MutableValue.sign(ALICE, 1, new byte[0]))).isEqualTo(Answer.NONE);
    byte[] ofMallory =
        new MutableValue.Put(MALLORY.publicKey(), MutableValue.sign(MALLORY, 1, value)).encode();
    assertThat(bench.ask(Command.MUTABLE_PUT, alices, ofMallory)).isEqualTo(Answer.NONE);
    assertThat(bench.ask(Command.IMMUTABLE_PUT, alices, value)).isEqualTo(Answer.NONE);
    byte[] large = new byte[Records.VALUE_BYTES_MAX + 1];
    assertThat(bench.ask(Command.IMMUTABLE_PUT, Key.of(Blake2b.hash(large)), large))
        .isEqualTo(Answer.NONE);
    assertThat(bench.put(ALICE, MutableValue.sign(ALICE, 1, large))).isEqualTo(Answer.NONE);
    assertThat(bench.records.statistics().bytes()).isZero();
  }

  /** Else a stranger could give a value a number that its owner never gets past. */
  @Test
  void aSignatureIsCheckedAlthoughTheValueIsTheStoredOne() {
    byte[] value = {1};
    MutableValue stored = MutableValue.sign(ALICE, 1, value);
    bench.put(ALICE, stored);
    assertThat(bench.put(ALICE, new MutableValue(1L << 40, value, stored.signature())))
        .isEqualTo(Answer.NONE);
    assertThat(bench.put(ALICE, new MutableValue(1, value, new byte[64]))).isEqualTo(Answer.NONE);
    assertThat(bench.put(ALICE, MutableValue.sign(ALICE, 2, value)))
        .isEqualTo(new Answer.Found(null));
  }

  @Test
  void relayListsLongerThanADatagramAreNotRead() {
    List<Ipv4Address> relays = Collections.nCopies(PeerRecord.RELAYS_MAX + 1, MALLORYS);
    dropped(AnnounceMessage.announce(at(TOPIC), ALICE, relays, 0));
  }

  @Test
  void floodOfAnnouncementsFromOneHostLeavesOthersThere() {
    bench.announce(TOPIC, ALICE);
    for (int i = 0; i < 3000; i++) {
      bench.nowNanos += 40_000_000; // twenty-five a second, for two minutes
      bench.announce(i % 2 == 0 ? TOPIC : key("topic" + i), keyPair("flood" + i), RELAYS, MALLORYS);
    }
    assertThat(bench.records.statistics().topicRecords()).isEqualTo(3001);
    assertThat(bench.found(TOPIC)).contains(ALICE.publicKey());
  }

  @Test
  void onLoopbackEachPortIsAHost() {
    Ipv4Address alices = Ipv4Address.of("127.0.0.1", 1000);
    Ipv4Address mallorys = Ipv4Address.of("127.0.0.1", 2000);
    bench.announce(TOPIC, ALICE, RELAYS, alices);
    for (int i = 0; i < 2 * VerificationBudget.HOST_BURST; i++) {
      bench.announce(TOPIC, keyPair("flood" + i), RELAYS, mallorys);
    }
    assertThat(bench.found(TOPIC)).hasSize(20).contains(ALICE.publicKey());
    assertThat(bench.announce(TOPIC, ALICE, RELAYS, alices)).isEqualTo(Answer.DONE);
  }

  @Test
  void forgedSignaturesCostOneHostItsBudgetAndOthersNothing() {
    PeerRecord alice = new PeerRecord(ALICE.publicKey(), RELAYS);
    byte[] forged = Bench.signed(Use.ANNOUNCE, at(TOPIC), MALLORY, alice, null).encode();
    for (int i = 0; i < 20_000; i++) {
      bench.ask(Command.ANNOUNCE, TOPIC, forged, MALLORYS);
    }
    assertThat(bench.records.statistics().uncheckedCount())
        .isEqualTo(20_000 - VerificationBudget.HOST_BURST);
    assertThat(bench.announce(TOPIC, ALICE)).isEqualTo(Answer.DONE);
    assertThat(bench.announce(TOPIC, MALLORY, RELAYS, MALLORYS)).isEqualTo(Answer.NONE);
  }

  @Test
  void forgedValuesCostOneHostTheSameBudget() {
    MutableValue ofMallory = MutableValue.sign(MALLORY, 1, new byte[] {1});
    byte[] forged = new MutableValue.Put(ALICE.publicKey(), ofMallory).encode();
    Key alices = PeerRecord.target(ALICE.publicKey());
    for (int i = 0; i < 1000; i++) {
      bench.ask(Command.MUTABLE_PUT, alices, forged, MALLORYS);
    }
    assertThat(bench.records.statistics().uncheckedCount())
        .isEqualTo(1000 - VerificationBudget.HOST_BURST);
    assertThat(bench.put(ALICE, MutableValue.sign(ALICE, 1, new byte[] {1})))
        .isEqualTo(new Answer.Found(null));
  }

  @Test
  void floodOfValuesStaysWithinItsBytes() {
    byte[] kept = {1};
    Key keptHash = Key.of(Blake2b.hash(kept));
    bench.ask(Command.IMMUTABLE_PUT, keptHash, kept);
    IntStream.range(0, 50_000)
        .forEach(
            i -> {
              byte[] value = new byte[1000];
              value[0] = (byte) i;
              value[1] = (byte) (i >> 8);
              Key hash = Key.of(Blake2b.hash(value));
              bench.ask(Command.IMMUTABLE_PUT, hash, value, MALLORYS);
            });
    assertThat(bench.records.statistics().bytes()).isBetween(15L << 20, 16L << 20);
    assertThat(Bench.value(bench.ask(Command.IMMUTABLE_GET, keptHash, null, HOME))).isEqualTo(kept);
  }

  @Test
  void tooLowNumberIsRefusedWithoutLookingAtTheSignature() {
    bench.put(ALICE, MutableValue.sign(ALICE, 5, new byte[] {1}));
    MutableValue unsigned = new MutableValue(4, new byte[] {1}, new byte[64]);
    for (int i = 0; i < 2 * VerificationBudget.HOST_BURST; i++) {
      assertThat(bench.put(ALICE, unsigned)).isEqualTo(new Answer.Refused(17));
    }
    assertThat(bench.records.statistics().uncheckedCount()).isZero();
  }
}
