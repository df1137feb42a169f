package dev.usernameregistry.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.tree.InvalidProofException;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What comes with a head that is no news, or too much of one, and is nevertheless checked. */
class VerificationTest extends ForkScene {
  /** Returns block 5 with the one node that leads to the node over it and block 4. */
  private static Proof.Block fifth(Log writer) throws IOException {
    return block(writer, 5, 1);
  }

  private static Proof.Block block(Log writer, long index, long nodes) throws IOException {
    ProofRequest.Block wanted = new ProofRequest.Block(index, nodes);
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
    Proof earlier = ExchangeTest.upgrade(writer, 4, 4);
    Proof.Block first = block(writer, 1, 2);
    Proof.Block forged = new Proof.Block(1, new byte[] {1}, first.nodes());

    assertThatThrownBy(() -> reader.apply(with(forged, earlier)))
        .isInstanceOf(InvalidProofException.class);
    assertThat(reader.has(1)).isFalse();

    assertThat(reader.apply(with(first, earlier))).isEqualTo(new Applied.Stored(8));
    assertThat(reader.get(1)).isEqualTo(writer.get(1));
  }

  /** Its nodes are not in the tree that the head is compared by, so nobody could be given it. */
  @Test
  void aBlockBehindAnEarlierHeadIsRefused() throws IOException {
    Log writer = writer(8);
    Log reader = reader();
    reader.apply(ExchangeTest.upgrade(writer, 0, 8));
    reader.apply(ExchangeTest.ask(writer, reader.wanted(6), null, null));
    Proof.Block fifth = fifth(writer);

    Proof head = ExchangeTest.upgrade(writer, 0, 4);
    for (Proof.Block behind : List.of(block(writer, 4, 1), fifth)) {
      assertThatThrownBy(() -> reader.apply(with(behind, head)))
          .isInstanceOf(InvalidProofException.class);
      assertThat(reader.has(behind.index())).isFalse();
    }
    assertThat(reader.apply(Proof.of(1, 0, fifth))).isEqualTo(new Applied.Stored(8));
    assertThat(ExchangeTest.ask(reader, new ProofRequest.Block(5, 3), null, null)).isNotNull();
  }

  @Test
  void aBlockThatComesLateWithItsHeadCanBeProvedToOthers() throws IOException {
    Log writer = writer(8);
    Log reader = reader();
    reader.apply(ExchangeTest.upgrade(writer, 0, 8));
    ProofRequest.Block wanted = new ProofRequest.Block(5, 0);
    Proof late = ExchangeTest.ask(writer, wanted, null, new ProofRequest.Upgrade(0, 8));

    assertThat(reader.apply(late)).isEqualTo(new Applied.Stored(8));
    assertThat(ExchangeTest.ask(reader, new ProofRequest.Block(5, 3), null, null)).isNotNull();
  }

  @Test
  void theNodesOnTheWayFromANodeThatWasAskedForAreStored() throws IOException {
    Log writer = writer(8);
    Log reader = reader();
    reader.apply(ExchangeTest.upgrade(writer, 0, 8));

    Proof way = ExchangeTest.ask(writer, null, new ProofRequest.Hash(1, 2), null);
    assertThat(reader.apply(way)).isEqualTo(new Applied.Stored(8));
    assertThat(readerStorage.openLog(MANIFEST.key()).readNodes(new long[] {3, 11}))
        .doesNotContainNull();
  }

  /** In one commit: what the head cuts off is stored still when the block behind it is checked. */
  @Test
  void aBlockOfTheForkBeforeIsRefusedRightBehindTheLaterFork() throws IOException {
    Log writer = writer(8);
    Log reader = readerOf(writer);
    Proof.Block old = fifth(writer);
    writer.truncate(4);
    writer.append(blocks(50, 1));

    List<Applied> applied =
        reader.applyAll(List.of(ExchangeTest.upgrade(writer, 0, 5), Proof.of(1, 1, old)));

    assertThat(applied.get(0)).isEqualTo(new Applied.Stored(5));
    assertThat(applied.get(1)).isInstanceOf(Applied.Refused.class);
  }

  @Test
  void aBlockThatCameRightBeforeACutAndStaysCanBeProvedToOthers() throws IOException {
    Log writer = writer(8);
    Log reader = reader();
    reader.apply(ExchangeTest.upgrade(writer, 0, 8));
    Proof block = ExchangeTest.ask(writer, reader.wanted(1), null, null);
    writer.truncate(4);

    assertThat(reader.applyAll(List.of(block, ExchangeTest.upgrade(writer, 0, 4))))
        .containsExactly(new Applied.Stored(8), new Applied.Stored(4));
    assertThat(ExchangeTest.ask(reader, new ProofRequest.Block(1, 2), null, null)).isNotNull();
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
