package dev.usernameregistry.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.testkit.ForwardingLogStorage;
import dev.usernameregistry.tree.InvalidProofException;
import dev.usernameregistry.tree.Made;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What readers do when a writer cuts its log. */
class ForkTest extends ForkScene {
  /** Follows {@code from} to its fork and returns how many questions that took. */
  private static int follow(Log from, Log to) throws IOException {
    Applied applied = to.apply(ExchangeTest.upgrade(from, 0, from.length()));
    int questions = 0;
    while (applied instanceof Applied.Following following) {
      assertThat(to.fork()).isNotEqualTo(from.fork());
      assertThat(following.fork()).isEqualTo(from.fork());
      applied = to.apply(ExchangeTest.ask(from, null, following.question(), null));
      questions++;
    }
    assertThat(applied).isEqualTo(new Applied.Stored(from.length()));
    return questions;
  }

  /** Returns a writer of 64 blocks that cut off all but 37 of them so many times, and went on. */
  private static Log writerThatCut(int times) throws IOException {
    Log writer = writer(64);
    for (int cut = 0; cut < times; cut++) {
      writer.truncate(37);
    }
    writer.append(blocks(70, 27));
    return writer;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void readerKeepsExactlyTheSharedBlocksAndFetchesTheRest(long seed) throws IOException {
    Random random = new Random(seed);
    Log writer = writer();
    Log reader = reader();
    int next = 0;
    for (int round = 0; round < 6; round++) {
      int added = 1 + random.nextInt(40);
      writer.append(blocks(next, added));
      next += added;
      if (round == 0) {
        pullAll(writer, reader);
        continue;
      }
      long before = reader.length();
      long keep = random.nextInt((int) Math.min(before, writer.length()) + 1);
      writer.truncate(keep);
      int again = random.nextInt(20) + (keep == 0 ? 1 : 0);
      if (again > 0) {
        writer.append(blocks(next, again));
      }
      next += again;
      assertThat(follow(writer, reader)).isLessThan(10);
      assertThat(reader.contiguousLength()).isEqualTo(keep);
      assertThat(reader.head().roots()).isEqualTo(writer.head().roots());
      pullBlocks(writer, reader);
      assertThat(reader.contiguousLength()).isEqualTo(writer.length());
    }
    Log again = reader();
    assertThat(again.fork()).isEqualTo(5);
    for (long b = 0; b < writer.length(); b++) {
      assertThat(again.get(b)).isEqualTo(writer.get(b));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void sparseReaderKeepsNoBlockThatIsNotShared(long seed) throws IOException {
    Random random = new Random(seed);
    Log writer = writer();
    Log reader = reader();
    writer.append(blocks(0, 50));
    reader.apply(ExchangeTest.upgrade(writer, 0, 50));
    for (int i = 0; i < 20; i++) {
      reader.apply(ExchangeTest.ask(writer, reader.wanted(random.nextInt(50)), null, null));
    }
    int keep = random.nextInt(51);
    writer.truncate(keep);
    writer.append(blocks(100, 1 + random.nextInt(30)));
    follow(writer, reader);
    for (long b = 0; b < writer.length(); b++) {
      if (reader.has(b)) {
        assertThat(b).isLessThan(keep);
        assertThat(reader.get(b)).isEqualTo(writer.get(b));
      }
    }
    pullBlocks(writer, reader);
    assertThat(reader.contiguousLength()).isEqualTo(writer.length());
  }

  @Test
  void listenersHearOfTheCutAndOfTheGrowthBehindIt() throws IOException {
    Log writer = writer();
    Log reader = reader();
    writer.append(blocks(0, 10));
    pullAll(writer, reader);
    writer.truncate(6);
    writer.append(blocks(20, 2));
    List<String> told = new ArrayList<>();
    reader.addListener(
        new LogListener() {
          @Override
          public void truncated(Log log, long length, long previousLength) {
            told.add("cut " + previousLength + " to " + length);
          }

          @Override
          public void lengthened(Log log, long previousLength) {
            told.add("grown " + previousLength + " to " + log.length());
          }
        });
    follow(writer, reader);
    assertThat(told).containsExactly("cut 10 to 6", "grown 6 to 8");
  }

  @Test
  void emptyReaderStartsOnALaterForkAtOnce() throws IOException {
    Log writer = writer(5);
    writer.truncate(5);
    Log reader = reader();
    assertThat(follow(writer, reader)).isZero();
    pullBlocks(writer, reader);
    assertThat(reader.contiguousLength()).isEqualTo(5);
  }

  @Test
  void aLaterForkIsProvedAlsoOnceTheLogIsOpenedAgain() throws IOException {
    Log here = writerHere();
    here.append(blocks(0, 5));
    here.truncate(3);

    Proof proof = ExchangeTest.upgrade(reader(), 0, 3);

    assertThat(proof.fork()).isEqualTo(1);
  }

  @Test
  void staleForkIsNotApplied() throws IOException {
    Log writer = writer(5);
    Proof stale = ExchangeTest.upgrade(writer, 0, 5);
    writer.truncate(2);
    Log reader = reader();
    follow(writer, reader);
    assertThat(reader.apply(stale)).isEqualTo(new Applied.OtherFork(0));
    assertThat(reader.length()).isEqualTo(2);
  }

  @Test
  void anAnswerThatDoesNotFitIsRefusedAndTheSearchCanGoOn() throws IOException {
    Log writer = writer(16);
    Log reader = readerOf(writer);
    writer.truncate(9);
    writer.append(blocks(50, 7));
    Applied applied = reader.apply(ExchangeTest.upgrade(writer, 0, 16));
    ProofRequest.Hash question = ((Applied.Following) applied).question();
    Proof right = ExchangeTest.ask(writer, null, question, null);
    Proof.Hash hash = Objects.requireNonNull(right.hash());
    Proof wrong =
        Proof.of(
            1, 1, new Proof.Hash(hash.index(), hash.nodes().subList(0, hash.nodes().size() - 1)));
    assertThatThrownBy(() -> reader.apply(wrong)).isInstanceOf(InvalidProofException.class);
    assertThat(reader.fork()).isZero();
    assertThat(reader.length()).isEqualTo(16);
    Applied next = reader.apply(right);
    while (next instanceof Applied.Following following) {
      next = reader.apply(ExchangeTest.ask(writer, null, following.question(), null));
    }
    assertThat(reader.contiguousLength()).isEqualTo(9);
  }

  @Test
  void twoPeersMayAnswerTheSameQuestions() throws IOException {
    Log reader = readerOf(writer(64));
    Log writer = writerThatCut(1);
    Proof whole = ExchangeTest.upgrade(writer, 0, 64);
    Applied one = reader.apply(whole);
    assertThat(reader.apply(whole)).isEqualTo(one);
    Proof late = null;
    while (one instanceof Applied.Following following) {
      late = ExchangeTest.ask(writer, null, following.question(), null);
      one = reader.apply(late);
      Applied other = reader.apply(late);
      assertThat(other).isIn(one, new Applied.Outdated(), new Applied.Stored(64));
    }
    assertThat(late).isNotNull();
    assertThat(reader.contiguousLength()).isEqualTo(37);
    assertThat(reader.head().roots()).isEqualTo(writer.head().roots());
  }

  @Test
  void aSearchForSharedBlocksIsOverWhenTheLogIsCutHere() throws IOException {
    Log here = writerHere();
    here.append(blocks(0, 64));
    Log elsewhere = writerThatCut(2);
    Applied first = here.apply(ExchangeTest.upgrade(elsewhere, 0, 64));
    Applied second = here.apply(answer(elsewhere, first));

    here.truncate(10);
    here.append(blocks(200, 54));

    assertThat(here.apply(answer(elsewhere, second))).isEqualTo(new Applied.OtherFork(2));
    follow(elsewhere, here);
    assertThat(here.contiguousLength()).isEqualTo(10);
  }

  @Test
  void aLongerHeadOfTheForkTakesThePlaceOfTheOneThatIsFollowed() throws IOException {
    Log reader = readerOf(writer(64));
    Log writer = writerThatCut(1);
    Proof whole = ExchangeTest.upgrade(writer, 0, 64);
    Applied first = reader.apply(whole);
    Applied second = reader.apply(answer(writer, first));
    assertThat(reader.apply(whole)).as("the search goes on").isEqualTo(second);

    writer.append(blocks(200, 10));

    follow(writer, reader);
    assertThat(reader.contiguousLength()).isEqualTo(37);
  }

  /** Else whoever answers a little late would be taken for a liar. */
  @Test
  void anAnswerThatComesWhenTheForkWasReachedAnotherWayIsNoFault() throws IOException {
    Log here = writerHere();
    here.append(blocks(0, 64));
    Log elsewhere = writerThatCut(2);
    Applied first = here.apply(ExchangeTest.upgrade(elsewhere, 0, 64));
    Proof late = answer(elsewhere, here.apply(answer(elsewhere, first)));
    here.truncate(0);
    follow(elsewhere, here); // asks nothing: there is nothing to share any more

    assertThat(here.apply(late)).isEqualTo(new Applied.Outdated());
  }

  @Test
  void theNewestBlockOfALaterForkIsNoFaultBeforeThatForkIsFollowed() throws IOException {
    Log writer = writer(5);
    Log reader = readerOf(writer);
    writer.truncate(2);
    writer.append(blocks(50, 1));

    assertThat(reader.apply(writer.proveNewest().orElseThrow()))
        .isEqualTo(new Applied.OtherFork(1));

    assertThat(reader.length()).isEqualTo(5);
  }

  /** Else they would be taken for blocks of the new fork. */
  @Test
  void blocksAndNodesThatComeTogetherWithTheForkThatCutsThemOffAreDropped() throws IOException {
    Log writer = writer(8);
    Log reader = reader();
    reader.apply(ExchangeTest.upgrade(writer, 0, 8));
    for (long block = 0; block < 4; block++) {
      reader.apply(ExchangeTest.ask(writer, reader.wanted(block), null, null));
    }
    Proof old = ExchangeTest.ask(writer, reader.wanted(4), null, null);
    writer.truncate(4);
    writer.append(blocks(50, 1));
    Proof head = ExchangeTest.upgrade(writer, 0, 5);
    Proof again = ExchangeTest.ask(writer, new ProofRequest.Block(4, 0), null, null);

    assertThat(reader.applyAll(List.of(old, head)))
        .containsExactly(new Applied.Stored(8), new Applied.Stored(5));
    assertThat(reader.has(4)).isFalse();
    assertThat(reader().contiguousLength()).isEqualTo(4);
    assertThat(readerStorage.openLog(MANIFEST.key()).readNodes(new long[] {7, 9, 10, 11, 13}))
        .containsOnlyNulls();

    assertThat(reader.apply(again)).isEqualTo(new Applied.Stored(5));
    assertThat(reader().get(4)).isEqualTo(writer.get(4));
  }

  @Test
  void aBlockOfTheForkThatComesTogetherWithItsHeadIsStored() throws IOException {
    Log writer = writer(8);
    Log reader = readerOf(writer);
    writer.truncate(4);
    writer.append(blocks(50, 1));
    Proof head = ExchangeTest.upgrade(writer, 0, 5);
    Proof block = ExchangeTest.ask(writer, new ProofRequest.Block(4, 0), null, null);

    reader.applyAll(List.of(head, block));

    assertThat(reader.contiguousLength()).isEqualTo(5);
    assertThat(reader().get(4)).isEqualTo(writer.get(4));
  }

  @Test
  void aRequestForAForkThatIsNotHereGetsNoProofOfThisOne() throws IOException {
    Log writer = writer(5);
    ProofRequest.Upgrade all = new ProofRequest.Upgrade(0, 5);
    for (long fork : new long[] {1, 2}) {
      assertThat(writer.prove(ProofRequest.of(1, fork, all))).isEqualTo(Proving.OTHER_FORK);
    }
  }

  /** Else whoever asks just then gets nodes of two forks under the signature of one. */
  @Test
  void nothingIsProvedOfTheOldForkFromTheMomentOnThatTheNewOneIsStored() throws IOException {
    Log writer = writer(8);
    ProofRequest.Block block = new ProofRequest.Block(4, 3);
    ProofRequest ofOldFork =
        new ProofRequest(1, 0, block, null, null, new ProofRequest.Upgrade(0, 8), false, 0);
    List<Log> opened = new ArrayList<>();
    List<Made> meanwhile = new ArrayList<>();
    LogStorage storage =
        new ForwardingLogStorage(readerStorage.openLog(MANIFEST.key())) {
          @Override
          public void commit(Commit commit) throws IOException {
            super.commit(commit);
            meanwhile.add(opened.get(0).prove(ofOldFork));
          }
        };
    Log reader = Log.open(storage, MANIFEST.key());
    opened.add(reader);
    pullAll(writer, reader);
    writer.truncate(4);
    writer.append(blocks(50, 4));
    List<Proof> newBlocks = new ArrayList<>();
    for (long next = 4; next < 8; next++) {
      newBlocks.add(ExchangeTest.ask(writer, new ProofRequest.Block(next, 3), null, null));
    }
    Applied applied = reader.apply(ExchangeTest.upgrade(writer, 0, 8));
    assertThat(reader.prove(ofOldFork)).isInstanceOf(Made.Ready.class);
    meanwhile.clear();

    while (applied instanceof Applied.Following) {
      List<Proof> rest = new ArrayList<>(List.of(answer(writer, applied)));
      rest.addAll(newBlocks);
      applied = reader.applyAll(rest).get(0);
    }

    assertThat(reader.contiguousLength()).isEqualTo(8);
    assertThat(meanwhile).containsExactly(Proving.OTHER_FORK);
  }

  private static Proof answer(Log from, Applied following) throws IOException {
    return ExchangeTest.ask(from, null, ((Applied.Following) following).question(), null);
  }
}
