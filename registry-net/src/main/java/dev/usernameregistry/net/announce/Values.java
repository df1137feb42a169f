package dev.usernameregistry.net.announce;

import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.announce.Ask.Answer;
import dev.usernameregistry.net.dht.SourceRates;
import java.time.Duration;
import java.util.Arrays;

/** Values that a node stores for others: signed ones under a key, and others under their hash. */
final class Values {
  /** Error: the value with this number is another one. */
  static final int SEQ_REUSED = 16;

  /** Error: a value with a higher number is stored. */
  static final int SEQ_TOO_LOW = 17;

  private static final FairCache.Bounds BOUNDS =
      new FairCache.Bounds(32_768, 16 << 20, Duration.ofDays(2).toNanos());

  /** Bytes of a signed value around its bytes. */
  private static final int SIGNATURE_BYTES = 150;

  private final FairCache<Key, MutableValue> mutables = new FairCache<>(BOUNDS);
  private final FairCache<Key, byte[]> immutables = new FairCache<>(BOUNDS);
  private final VerificationBudget budget;

  Values(VerificationBudget budget) {
    this.budget = budget;
  }

  Answer getMutable(Ask ask, Key target, long nowNanos) {
    if (ask.value() == null) {
      return Answer.NONE;
    }
    long seqMin = new WireReader(ask.value()).uint();
    MutableValue stored = mutables.get(target, nowNanos);
    return new Answer.Found(stored == null || stored.seq() < seqMin ? null : stored.encode());
  }

  /**
   * Stores a signed value. A number that is too low or used is refused before the signature is
   * checked, because that is the dear part.
   */
  Answer putMutable(Ask ask, Key target, long nowNanos) {
    if (ask.token() == null || ask.value() == null) {
      return Answer.NONE;
    }
    MutableValue.Put put = MutableValue.Put.decode(new WireReader(ask.value()));
    MutableValue value = put.signed();
    if (value.value().length == 0 || !PeerRecord.target(put.publicKey()).equals(target)) {
      return Answer.NONE;
    }
    MutableValue stored = mutables.get(target, nowNanos);
    if (stored != null && stored.seq() > value.seq()) {
      return new Answer.Refused(SEQ_TOO_LOW);
    }
    if (stored != null && stored.seq() == value.seq() && !stored.hasValueOf(value)) {
      return new Answer.Refused(SEQ_REUSED);
    }
    boolean checked = stored != null && stored.isCopyOf(value);
    if (!checked && !isSigned(put, ask, nowNanos)) {
      return Answer.NONE;
    }
    int bytes = value.value().length + SIGNATURE_BYTES;
    mutables.put(target, value, bytes, SourceRates.source(ask.from()), nowNanos);
    return new Answer.Found(null);
  }

  private boolean isSigned(MutableValue.Put put, Ask ask, long nowNanos) {
    return budget.take(SourceRates.source(ask.from()), nowNanos)
        && put.signed().isSignedBy(put.publicKey());
  }

  Answer getImmutable(Key target, long nowNanos) {
    return new Answer.Found(immutables.get(target, nowNanos));
  }

  Answer putImmutable(Ask ask, Key target, long nowNanos) {
    byte[] value = ask.value();
    if (ask.token() == null || value == null || value.length > Records.VALUE_BYTES_MAX) {
      return Answer.NONE;
    }
    if (!Arrays.equals(Blake2b.hash(value), target.bytes())) {
      return Answer.NONE;
    }
    immutables.put(target, value, value.length, SourceRates.source(ask.from()), nowNanos);
    return new Answer.Found(null);
  }

  int size() {
    return mutables.size() + immutables.size();
  }

  long bytes() {
    return mutables.bytes() + immutables.bytes();
  }
}
