package dev.usernameregistry.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.tree.InvalidProofException;
import dev.usernameregistry.tree.Made;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a log is and takes once its writer is known to have signed two histories. */
class FrozenLogTest extends ForkScene {
  @Test
  void aFrozenLogTakesTheBlocksBeyondDisputeFromEitherTreeAndNoOther() throws IOException {
    Log one = writer(4, blocks(10, 3));
    Log other = writer(4, blocks(20, 4));
    Log reader = reader();
    reader.apply(ExchangeTest.upgrade(one, 0, 7));
    one.append(blocks(13, 1));
    reader.apply(ExchangeTest.upgrade(one, 7, 1));
    assertThat(reader.wanted(0).nodes()).as("up to the root of all 8 blocks").isEqualTo(3);
    Log exact = copyOf(one);
    settle(exact, other, ExchangeTest.upgrade(other, 0, 7));
    reader.applyAll(exact.evidence().orElseThrow().proofs());

    Log frozen = reader();
    assertThat(frozen.length()).isEqualTo(4);
    assertThat(frozen.wanted(0).nodes()).as("up to the root of 4 blocks").isEqualTo(2);
    Proof disputed = ExchangeTest.ask(one, new ProofRequest.Block(4, 1), null, null);
    assertThat(frozen.apply(disputed)).isInstanceOf(Applied.Conflict.class);
    Proof wrong =
        ExchangeTest.ask(other, frozen.wanted(1), null, null).withValues(List.of(new byte[1]));
    assertThatThrownBy(() -> frozen.apply(wrong)).isInstanceOf(InvalidProofException.class);
    assertThat(frozen.firstStored(0, 8)).as("no block").isEqualTo(8);
    for (long block = 0; block < 4; block++) {
      Log from = block % 2 == 0 ? other : one;
      assertThat(frozen.apply(ExchangeTest.ask(from, frozen.wanted(block), null, null)))
          .isInstanceOf(Applied.Stored.class);
    }

    assertThat(reader().contiguousLength()).isEqualTo(4);
    assertThat(reader().get(3)).isEqualTo(one.get(3));
    assertThat(reader().evidence()).isPresent();
    assertThatThrownBy(() -> frozen.wanted(4)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  /** Else what nobody disputes would be gone until whoever has the other tree comes back. */
  @Test
  void aFrozenLogHasAndTakesAllOfItsTreeUntilItIsKnownWhereTheOtherParts() throws IOException {
    Log one = writer(5, blocks(10, 3));
    Log other = writer(5, blocks(20, 3));
    Log reader = headOf(one);
    reader.apply(ExchangeTest.ask(one, reader.wanted(2), null, null));
    assertThat(reader.apply(ExchangeTest.upgrade(other, 0, 8)))
        .isInstanceOf(Applied.Conflict.class);
    assertThat(reader.evidence().orElseThrow().agreedLength()).as("shown so far").isZero();
    assertThat(reader.writable()).isFalse();

    assertThat(reader.length()).isEqualTo(8);
    assertThat(reader.get(2)).isEqualTo(one.get(2));
    Proof others = ExchangeTest.ask(other, reader.wanted(7), null, null);
    assertThatThrownBy(() -> reader.apply(others)).isInstanceOf(InvalidProofException.class);
    pullBlocks(one, reader);
    assertThat(reader.contiguousLength()).isEqualTo(8);

    settle(reader, other, ExchangeTest.upgrade(other, 0, 8));
    assertThat(reader.length()).isEqualTo(5);
    assertThat(reader.contiguousLength()).isEqualTo(5);
  }

  @Test
  void aFrozenLogTakesNothingThatWasSignedElsewhereEither() throws IOException {
    Log one = writer(4, blocks(10, 3));
    Log other = writer(4, blocks(20, 3));
    Log frozen = readerOf(one);
    frozen.apply(ExchangeTest.upgrade(other, 0, 7));
    Log own = writerHere();
    one.append(blocks(30, 1));

    assertThatThrownBy(() -> own.append(blocks(30, 1), one.head().signature()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("frozen");

    assertThat(own.head().length()).isEqualTo(7);
  }

  /** Else a peer that is short stays so if it has no other to ask. */
  @Test
  void whoGotTheBlocksBeyondDisputeAfterItWasFrozenLeadsOthersToThem() throws IOException {
    Random random = new Random(29);
    for (int i = 0; i < 200; i++) {
      int length = 1 + random.nextInt(20);
      Log one = writer(length);
      Log shorter = headOf(one);
      one.append(blocks(length, 1 + random.nextInt(20)));
      long common = one.length();
      Log other = writer((int) common, blocks(200, 1 + random.nextInt(20)));
      one.append(blocks(300, 1 + random.nextInt(20)));
      Log exact = copyOf(one);
      settle(exact, other, ExchangeTest.upgrade(other, 0, common + 1));
      if (random.nextBoolean()) {
        one.append(blocks(400, 1 + random.nextInt(20))); // the evidence says nothing of these
      }
      Log frozen = headOf(one);
      frozen.applyAll(exact.evidence().orElseThrow().proofs());
      pullFrom(other, frozen, common);

      shorter.apply(ExchangeTest.upgrade(frozen, length, common - length));
      shorter.applyAll(exact.evidence().orElseThrow().proofs());
      pullFrom(frozen, shorter, common);

      assertThat(shorter.length()).isEqualTo(common);
      assertThat(shorter.contiguousLength()).isEqualTo(common);
      assertThat(shorter.evidence()).isEqualTo(exact.evidence());
    }
  }

  /** Else it would be to blame for the lie of whoever told it of the conflict. */
  @Test
  void noProofIsMadeOfASizeThatWasALie() throws IOException {
    Log one = writer(5);
    Log shorter = headOf(one);
    one.append(blocks(5, 4));
    Log other = writer(9, blocks(200, 8));
    one.append(blocks(300, 8));
    Log exact = copyOf(one);
    settle(exact, other, ExchangeTest.upgrade(other, 0, 12));
    Log frozen = headOf(one);
    frozen.applyAll(
        exact.evidence().orElseThrow().proofs().stream()
            .map(DisputesTest::withBytesShifted)
            .toList());
    ProofRequest.Upgrade upgrade = new ProofRequest.Upgrade(5, 4);

    Made withoutBlocks = frozen.prove(ProofRequest.of(1, 0, upgrade));
    pullFrom(other, frozen, 9);
    Made withBlocks = frozen.prove(ProofRequest.of(1, 0, upgrade));

    assertThat(withoutBlocks).isInstanceOf(Made.Refused.class);
    assertThat(withBlocks).isInstanceOf(Made.Refused.class);
    assertThat(exact.prove(ProofRequest.of(1, 0, upgrade))).isInstanceOf(Made.Ready.class);
    assertThat(shorter.apply(ExchangeTest.upgrade(exact, 5, 4))).isInstanceOf(Applied.Stored.class);
  }

  /** Whoever asks decides what a proof is of, so any request may come. */
  @Test
  void anyRequestIsAnsweredOrRefused() throws IOException {
    Log one = writer(9, blocks(300, 8));
    Log other = writer(9, blocks(200, 8));
    Log exact = copyOf(one);
    settle(exact, other, ExchangeTest.upgrade(other, 0, 12));
    Log frozen = headOf(one);
    frozen.applyAll(exact.evidence().orElseThrow().proofs());
    pullFrom(other, frozen, 9);
    int ready = 0;

    for (long start = 0; start < 17; start++) {
      for (long end = start + 1; end <= 17; end++) {
        ProofRequest.Upgrade upgrade = new ProofRequest.Upgrade(start, end - start);
        for (long block = 0; block < 17; block++) {
          for (int levels = 0; levels < 5; levels++) {
            ProofRequest.Block blocks = new ProofRequest.Block(block, levels);
            ProofRequest.Hash hash = new ProofRequest.Hash(2 * block, levels);
            ProofRequest.Seek seek = new ProofRequest.Seek(7 * block + levels, 0);
            for (ProofRequest request :
                List.of(
                    new ProofRequest(1, 0, blocks, null, null, upgrade, false, 0),
                    new ProofRequest(1, 0, null, hash, null, upgrade, false, 0),
                    new ProofRequest(1, 0, null, null, seek, upgrade, false, 0))) {
              ready += frozen.prove(request) instanceof Made.Ready ? 1 : 0;
            }
          }
        }
      }
    }

    assertThat(ready).as("of those for new blocks up to the ninth").isPositive();
  }

  private static void pullFrom(Log from, Log to, long length) throws IOException {
    for (long block = 0; block < length; block++) {
      to.apply(ExchangeTest.ask(from, to.wanted(block), null, null));
    }
  }
}
