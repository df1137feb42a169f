package dev.usernameregistry.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.tree.InvalidProofException;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import java.io.IOException;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What comes with a head that is no news, or too much of one, and is nevertheless checked. */
class VerificationTest extends ForkScene {
  /** Returns block 5 with the one node that leads to the node over it and block 4. */
  private static Proof.Block fifth(Log writer) throws IOException {
    ProofRequest.Block wanted = new ProofRequest.Block(5, 1);
    return Objects.requireNonNull(ExchangeTest.ask(writer, wanted, null, null).block());
  }

  private static Proof with(Proof.Block block, Proof head) {
    return new Proof(1, head.fork(), block, null, null, head.upgrade(), head.manifest());
  }

  @Test
  void aBlockThatComesWithAnEarlierHeadMustBeOfTheLogToo() throws IOException {
    Log writer = writer(8);
    Log reader = reader();
    reader.apply(ExchangeTest.upgrade(writer, 0, 8));
    reader.apply(ExchangeTest.ask(writer, reader.wanted(6), null, null));
    Proof earlier = ExchangeTest.upgrade(writer, 0, 4);
    Proof.Block forged = new Proof.Block(5, new byte[] {1}, fifth(writer).nodes());

    assertThatThrownBy(() -> reader.apply(with(forged, earlier)))
        .isInstanceOf(InvalidProofException.class);
    assertThat(reader.has(5)).isFalse();

    assertThat(reader.apply(with(fifth(writer), earlier))).isEqualTo(new Applied.Stored(8));
    assertThat(reader.get(5)).isEqualTo(writer.get(5));
  }

  @Test
  void aBlockThatComesWithALaterForkMustBeOfThatFork() throws IOException {
    Log writer = writer(8);
    Log reader = readerOf(writer);
    Proof.Block old = fifth(writer);
    writer.truncate(4);
    writer.append(blocks(50, 4));
    Proof head = ExchangeTest.upgrade(writer, 0, 8);

    assertThatThrownBy(() -> reader.apply(with(old, head)))
        .isInstanceOf(InvalidProofException.class);

    assertThat(reader.fork()).isZero();
    assertThat(reader.apply(head)).isInstanceOf(Applied.Following.class);
  }

  @Test
  void anEarlierHeadWithoutItsSignatureIsRefusedAlthoughItsBlocksAreKnown() throws IOException {
    Log writer = writer(8);
    Log reader = readerOf(writer);
    Proof earlier = ExchangeTest.upgrade(writer, 0, 8);

    assertThatThrownBy(() -> reader.apply(earlier.withSignature(new byte[68])))
        .isInstanceOf(InvalidProofException.class);
  }

  @Test
  void ofAnEarlierHeadNothingIsStoredThatReachesBeyondTheLog() throws IOException {
    Log writer = writer(8);
    Log reader = readerOf(writer);
    writer.append(blocks(8, 8));

    reader.apply(ExchangeTest.upgrade(writer, 0, 4)); // with nodes up to block 15

    assertThat(readerStorage.openLog(MANIFEST.key()).readNodes(new long[] {15, 19, 23}))
        .containsOnlyNulls();
  }

  @Test
  void anUpgradeFromWhereThisReaderHasNoNodesIsNoFault() throws IOException {
    Log writer = writer(8);
    Log reader = reader();
    reader.apply(ExchangeTest.upgrade(writer, 0, 8));

    assertThat(reader.apply(ExchangeTest.upgrade(writer, 3, 5))).isEqualTo(new Applied.Outdated());
  }
}
