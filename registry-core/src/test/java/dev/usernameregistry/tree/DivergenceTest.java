package dev.usernameregistry.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DivergenceTest {
  private final Random random = new Random(14);

  @Test
  void theSharedLengthIsFoundWithAsManyQuestionsAsTheTreeHasLevels() throws IOException {
    for (int i = 0; i < 1_000; i++) {
      TestTree stored = TestTree.random(random, random.nextInt(1, 100));
      int keep = random.nextInt(stored.blocks.size() + 1);
      TestTree fork = forked(stored, keep, random.nextInt(1, 60));
      Divergence divergence = Divergence.begin(whole(fork), stored.stored());
      int questions = 0;
      while (!divergence.ended()) {
        assertThat(divergence.sharedLength()).isLessThanOrEqualTo(keep);
        divergence = divergence.refine(answer(fork, divergence), stored.stored());
        questions++;
      }
      assertThat(divergence.sharedLength()).isEqualTo(keep);
      assertThat(questions).isLessThanOrEqualTo(7);
    }
  }

  @Test
  void aTreeThatWasOnlyCutSharesAllThatItHas() throws IOException {
    TestTree stored = TestTree.random(random, 50);
    for (int length = 1; length <= 50; length++) {
      TestTree cut = TestTree.of(stored.blocks.subList(0, length));
      Divergence divergence = Divergence.begin(whole(cut), stored.stored());
      assertThat(divergence.ended()).isTrue();
      assertThat(divergence.sharedLength()).isEqualTo(length);
    }
  }

  @Test
  void aSparseTreeIsNeverFoundToShareMoreThanItDoes() throws IOException {
    for (int i = 0; i < 1_000; i++) {
      TestTree stored = TestTree.random(random, random.nextInt(1, 60));
      int keep = random.nextInt(stored.blocks.size() + 1);
      TestTree fork = forked(stored, keep, random.nextInt(1, 60));
      stored.nodes.values().removeIf(node -> random.nextBoolean());
      Divergence divergence = Divergence.begin(whole(fork), stored.stored());
      while (!divergence.ended()) {
        divergence = divergence.refine(answer(fork, divergence), stored.stored());
      }
      assertThat(divergence.sharedLength()).isLessThanOrEqualTo(keep);
    }
  }

  @Test
  void anAnswerThatLeadsElsewhereOrNowhereIsRefused() throws IOException {
    TestTree stored = TestTree.random(random, 16);
    TestTree fork = forked(stored, 5, 11);
    Divergence divergence = Divergence.begin(whole(fork), stored.stored());
    assertThat(divergence.question()).isEqualTo(new ProofRequest.Hash(0, 4));
    Implied ofTheOldFork = answer(stored, divergence);
    assertThatThrownBy(() -> divergence.refine(ofTheOldFork, stored.stored()))
        .isInstanceOf(InvalidProofException.class);
    Implied tooLow = answer(fork, new ProofRequest.Hash(0, 3));
    assertThatThrownBy(() -> divergence.refine(tooLow, stored.stored()))
        .isInstanceOf(InvalidProofException.class);
    Implied onlyTheTop = answer(fork, new ProofRequest.Hash(15, 0));
    assertThatThrownBy(() -> divergence.refine(onlyTheTop, stored.stored()))
        .isInstanceOf(InvalidProofException.class);
  }

  /** Hashes do not tell where blocks are: equal blocks elsewhere have the same. */
  @Test
  void anAnswerAboutEqualBlocksElsewhereIsRefused() throws IOException {
    TestTree stored = TestTree.random(random, 16);
    TestTree fork = forked(stored, 5, 7);
    fork.append(fork.blocks.subList(4, 8)); // again, as 12 to 15
    Divergence begun = Divergence.begin(whole(fork), stored.stored());
    Divergence divergence = begun.refine(answer(fork, begun), stored.stored());
    assertThat(divergence.question()).isEqualTo(new ProofRequest.Hash(8, 2));
    assertThat(fork.node(27).hash()).isEqualTo(fork.node(11).hash());

    Implied elsewhere = answer(fork, new ProofRequest.Hash(24, 2));

    assertThatThrownBy(() -> divergence.refine(elsewhere, stored.stored()))
        .isInstanceOf(InvalidProofException.class)
        .hasMessageStartingWith("want a way up to");
  }

  @Test
  void anAnswerThatIsAnotherHeadIsRefused() throws IOException {
    TestTree stored = TestTree.random(random, 16);
    TestTree fork = forked(stored, 5, 11);
    Divergence divergence = Divergence.begin(whole(fork), stored.stored());

    assertThatThrownBy(() -> divergence.refine(whole(fork), stored.stored()))
        .isInstanceOf(InvalidProofException.class);
  }

  @Test
  void aSearchThatHasEndedAsksNothingAndTakesNoAnswer() throws IOException {
    TestTree stored = TestTree.random(random, 16);
    Implied same = whole(stored);
    Divergence divergence = Divergence.begin(same, stored.stored());

    assertThatThrownBy(divergence::question).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> divergence.refine(same, stored.stored()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatIsStoredBeyondTheEndIsNotShared() throws IOException {
    TestTree left = TestTree.random(random, 16);
    left.roots = left.rootsAt(5); // its nodes are still there
    TestTree fork = forked(left, 12, 4);
    Divergence divergence = Divergence.begin(whole(fork), left.stored());
    while (!divergence.ended()) {
      divergence = divergence.refine(answer(fork, divergence), left.stored());
    }
    assertThat(divergence.sharedLength()).isEqualTo(5);
  }

  private TestTree forked(TestTree stored, int keep, int extra) {
    TestTree fork = TestTree.of(stored.blocks.subList(0, keep));
    for (int i = 0; i < extra; i++) {
      byte[] block = new byte[16]; // long enough never to equal the old one
      random.nextBytes(block);
      fork.append(List.of(block));
    }
    return fork;
  }

  private static Implied whole(TestTree fork) throws IOException {
    ProofRequest.Upgrade all = new ProofRequest.Upgrade(0, fork.roots.length());
    return fork.prove(TestTree.request(null, null, null, all)).run(Roots.EMPTY);
  }

  private static Implied answer(TestTree fork, Divergence divergence) throws IOException {
    return answer(fork, divergence.question());
  }

  private static Implied answer(TestTree fork, ProofRequest.Hash question) throws IOException {
    return fork.prove(TestTree.request(null, question, null, null)).run(fork.roots);
  }
}
