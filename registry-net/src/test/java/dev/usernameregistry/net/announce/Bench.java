package dev.usernameregistry.net.announce;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.announce.AnnounceMessage.Place;
import dev.usernameregistry.net.announce.AnnounceMessage.Use;
import dev.usernameregistry.net.announce.Ask.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The records of one node and strangers who ask it, without a network between them. */
final class Bench {
  static final Key NODE = key("node");
  static final Key TOPIC = key("topic");
  static final byte[] TOKEN = Blake2b.hash(new byte[] {1});
  static final Ipv4Address HOME = Ipv4Address.of("10.0.0.1", 4000);
  static final List<Ipv4Address> RELAYS = List.of(Ipv4Address.of("10.9.9.9", 9));
  static final long START_MILLIS = 1_700_000_000_000L;

  final Records records;
  long nowNanos;

  Bench() {
    this(0);
  }

  Bench(long startNanos) {
    nowNanos = startNanos;
    records = new Records(new Random(1), START_MILLIS, startNanos);
  }

  static Key key(String name) {
    return Key.of(Blake2b.hash(name.getBytes(StandardCharsets.UTF_8)));
  }

  static KeyPair keyPair(String name) {
    return KeyPair.fromSeed(key(name).bytes());
  }

  static Place at(Key target) {
    return new Place(target, NODE, TOKEN);
  }

  void pass(Duration duration) {
    nowNanos += duration.toNanos();
  }

  Answer ask(int command, @Nullable Key target, byte @Nullable [] value) {
    return ask(command, target, value, HOME);
  }

  Answer ask(int command, @Nullable Key target, byte @Nullable [] value, Ipv4Address from) {
    return records.answer(new Ask(command, target, TOKEN, value, from, NODE), nowNanos);
  }

  Answer askWithoutToken(int command, @Nullable Key target, byte @Nullable [] value) {
    return records.answer(new Ask(command, target, null, value, HOME, NODE), nowNanos);
  }

  Answer announce(Key target, KeyPair keyPair, List<Ipv4Address> relays, Ipv4Address from) {
    AnnounceMessage message = AnnounceMessage.announce(at(target), keyPair, relays, 0);
    return ask(Command.ANNOUNCE, target, message.encode(), from);
  }

  Answer announce(Key target, KeyPair keyPair) {
    return announce(target, keyPair, RELAYS, HOME);
  }

  Answer unannounce(Key target, KeyPair keyPair) {
    AnnounceMessage message = AnnounceMessage.unannounce(at(target), keyPair);
    return ask(Command.UNANNOUNCE, target, message.encode());
  }

  LookupReply lookup(Key topic) {
    byte[] value = value(askWithoutToken(Command.LOOKUP, topic, null));
    return value == null
        ? new LookupReply(List.of(), 0)
        : LookupReply.decode(new WireReader(value));
  }

  List<Key> found(Key topic) {
    return lookup(topic).peers().stream().map(PeerRecord::publicKey).toList();
  }

  @Nullable PeerRecord findPeer(KeyPair keyPair) {
    byte[] value =
        value(askWithoutToken(Command.FIND_PEER, PeerRecord.target(keyPair.publicKey()), null));
    return value == null ? null : PeerRecord.decode(new WireReader(value));
  }

  Answer put(KeyPair keyPair, MutableValue value) {
    return ask(
        Command.MUTABLE_PUT,
        PeerRecord.target(keyPair.publicKey()),
        new MutableValue.Put(keyPair.publicKey(), value).encode());
  }

  @Nullable MutableValue get(KeyPair keyPair, long seqMin) {
    byte[] asked = new WireWriter().uint(seqMin).toByteArray();
    byte[] value =
        value(askWithoutToken(Command.MUTABLE_GET, PeerRecord.target(keyPair.publicKey()), asked));
    return value == null ? null : MutableValue.decode(new WireReader(value));
  }

  static AnnounceMessage signed(
      Use use, Place place, KeyPair keyPair, PeerRecord peer, @Nullable Key refresh) {
    byte[] signable = AnnounceMessage.signable(use, place, peer, refresh);
    return new AnnounceMessage(peer, refresh, keyPair.sign(signable), 0);
  }

  static byte @Nullable [] value(Answer answer) {
    return ((Answer.Found) answer).value();
  }
}
