package dev.usernameregistry.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireReader;
import java.io.IOException;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Random trees and requests; the reader knows the true signed roots, as a signature would tell. */
class ProofPropertyTest {
  private final Random random = new Random(10);

  @Test
  void everyProofWeMakeLeadsItsReaderToOurRoots() throws IOException {
    int proved = 0;
    for (int i = 0; i < 4_000; i++) {
      TestTree writer = TestTree.random(random, random.nextInt(1, 70));
      TestTree reader = writer.reader(random.nextInt((int) writer.roots.length() + 1));
      ProofRequest request = fittingRequest(writer, reader);
      Proof made = writer.tryToProve(request);
      if (made != null) {
        proved++;
        Proof proof = Proof.decode(new WireReader(TestTree.bytes(made)));
        assertThat(TestTree.bytes(proof)).isEqualTo(TestTree.bytes(made));
        isBelieved(writer, reader, request, proof);
      }
    }
    assertThat(proved).isGreaterThan(2_400);
  }

  @Test
  void anyRequestIsAnsweredOrRefusedAndNeverWrongly() throws IOException {
    int refused = 0;
    for (int i = 0; i < 8_000; i++) {
      TestTree writer = TestTree.random(random, random.nextInt(40));
      ProofRequest request = anyRequest(writer);
      Proof proof = writer.tryToProve(request);
      if (proof == null) {
        refused++;
      } else if (!climbsOutOfTheOldTree(request)) {
        long start = request.upgrade() == null ? writer.roots.length() : request.upgrade().start();
        Implied implied = proof.run(writer.rootsAt(start));
        assertThat(implied.roots()).isEqualTo(writer.roots);
        assertThat(implied.nodes()).allMatch(n -> n.equals(writer.nodes.get(n.index())));
      }
    }
    assertThat(refused).isBetween(800, 7_200);
  }

  @Test
  void aPeerThatLacksNodesRefusesOrProvesTheSame() throws IOException {
    int refused = 0;
    for (int i = 0; i < 3_000; i++) {
      TestTree writer = TestTree.random(random, random.nextInt(1, 40));
      ProofRequest request =
          fittingRequest(writer, writer.reader(random.nextInt((int) writer.roots.length() + 1)));
      Proof whole = writer.tryToProve(request);
      long start = request.upgrade() == null ? writer.roots.length() : request.upgrade().start();
      Roots before = writer.rootsAt(start);
      Set<TreeNode> roots = new HashSet<>(writer.roots.nodes());
      writer.nodes.values().removeIf(n -> !roots.contains(n) && random.nextInt(10) == 0);
      Proof sparse = writer.tryToProve(request);
      if (sparse == null) {
        refused++;
      } else if (request.seek() == null) {
        assertThat(sparse).usingRecursiveComparison().isEqualTo(whole);
      } else { // a missing child ends a seek higher up
        assertThat(sparse.run(before).roots()).isEqualTo(writer.roots);
      }
    }
    assertThat(refused).isBetween(150, 2_850);
  }

  @Test
  void noSingleBitCanBeChangedUnnoticed() throws IOException {
    for (int i = 0; i < 60; i++) {
      TestTree writer = TestTree.random(random, random.nextInt(1, 40));
      TestTree reader = writer.reader(random.nextInt((int) writer.roots.length() + 1));
      Proof proof = writer.tryToProve(fittingRequest(writer, reader));
      byte[] bytes = proof == null ? new byte[0] : TestTree.bytes(proof);
      for (int bit = 0; bit < 8 * bytes.length; bit++) {
        byte[] changed = bytes.clone();
        changed[bit / 8] ^= (byte) (1 << bit % 8);
        nothingWrongIsBelieved(writer, reader, changed);
      }
    }
  }

  private void isBelieved(TestTree writer, TestTree reader, ProofRequest request, Proof proof)
      throws IOException {
    Implied implied = proof.run(reader.roots);
    assertThat(implied.roots()).isEqualTo(proof.upgrade() == null ? reader.roots : writer.roots);
    if (proof.upgrade() != null) {
      long target = proof.upgrade().start() + proof.upgrade().length();
      assertThat(implied.target()).isEqualTo(writer.rootsAt(target));
    }
    TreeNode unproven = implied.unproven();
    if (unproven != null) {
      assertThat(unproven).isEqualTo(reader.nodes.get(unproven.index()));
    }
    reader.believe(implied);
    assertThat(reader.nodes.values()).allMatch(n -> n.equals(writer.nodes.get(n.index())));
    if (request.block() != null) {
      assertThat(reader.stored().missingNodes(2 * request.block().index())).isZero();
    }
  }

  /** Whatever still passes stores no node and no block that the writer does not have. */
  private static void nothingWrongIsBelieved(TestTree writer, TestTree reader, byte[] bytes) {
    Implied implied;
    Proof proof;
    try {
      proof = Proof.decode(new WireReader(bytes));
      implied = proof.run(reader.roots);
    } catch (MalformedMessageException | InvalidProofException e) {
      return;
    }
    TreeNode unproven = implied.unproven();
    boolean fits = unproven == null || unproven.equals(reader.nodes.get(unproven.index()));
    boolean signed = proof.upgrade() == null || implied.roots().equals(writer.roots);
    if (fits && signed) {
      assertThat(implied.nodes()).allMatch(n -> n.equals(writer.nodes.get(n.index())));
      if (proof.block() != null) {
        assertThat(proof.block().value()).isEqualTo(writer.blocks.get((int) proof.block().index()));
      }
    }
  }

  /** What {@code reader} would ask {@code writer}. */
  private ProofRequest fittingRequest(TestTree writer, TestTree reader) throws IOException {
    long have = reader.roots.length();
    long to = random.nextLong(have, writer.roots.length() + 1);
    ProofRequest.Upgrade upgrade = to == have ? null : new ProofRequest.Upgrade(have, to - have);
    ProofRequest.Block block = null;
    ProofRequest.Hash hash = null;
    ProofRequest.Seek seek = null;
    if (to > 0 && random.nextInt(3) > 0) {
      long index = random.nextLong(to);
      block = new ProofRequest.Block(index, reader.stored().missingNodes(2 * index));
    } else if (to > 0 && random.nextBoolean()) {
      long index = random.nextLong(2 * to);
      while (!FlatTree.complete(index, to)) {
        index = random.nextLong(2 * to);
      }
      hash = new ProofRequest.Hash(index, reader.stored().missingNodes(index));
    }
    if (random.nextInt(4) == 0) {
      seek = new ProofRequest.Seek(random.nextLong(writer.roots.byteLength() + 2), 0);
    }
    return TestTree.request(block, hash, seek, upgrade);
  }

  private ProofRequest anyRequest(TestTree writer) {
    return TestTree.request(
        random.nextBoolean() ? new ProofRequest.Block(number(writer), number(writer) / 4) : null,
        random.nextBoolean() ? new ProofRequest.Hash(number(writer), number(writer) / 4) : null,
        random.nextBoolean() ? new ProofRequest.Seek(8 * number(writer), padding()) : null,
        random.nextBoolean() ? new ProofRequest.Upgrade(number(writer), number(writer)) : null);
  }

  /** Then the proof holds some nodes twice, and no reader that asked for it could use it. */
  private static boolean climbsOutOfTheOldTree(ProofRequest request) {
    if (request.upgrade() == null) {
      return false;
    }
    long index = -1;
    long nodes = 0;
    if (request.block() != null) {
      index = 2 * request.block().index();
      nodes = request.block().nodes();
    } else if (request.hash() != null) {
      index = request.hash().index();
      nodes = request.hash().nodes();
    }
    long start = request.upgrade().start();
    if (index < 0 || !FlatTree.complete(index, start)) {
      return false;
    }
    for (long i = 0; i < nodes; i++) {
      index = FlatTree.parent(index);
    }
    return !FlatTree.complete(index, start);
  }

  private long padding() {
    return random.nextInt(5) > 0 ? 0 : random.nextInt(4) > 0 ? 3 : WireReader.UINT_MAX;
  }

  private long number(TestTree writer) {
    return random.nextInt(20) == 0
        ? WireReader.UINT_MAX - random.nextInt(3)
        : random.nextLong(writer.roots.length() + 2);
  }
}
