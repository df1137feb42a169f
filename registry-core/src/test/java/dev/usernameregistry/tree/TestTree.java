package dev.usernameregistry.tree;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.testkit.Vectors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A tree in memory that can be appended to, forget nodes, and believe a proof. */
final class TestTree {
  final List<byte[]> blocks = new ArrayList<>();
  final Map<Long, TreeNode> nodes = new HashMap<>();
  Roots roots = Roots.EMPTY;

  static TestTree of(List<byte[]> blocks) {
    TestTree tree = new TestTree();
    tree.append(blocks);
    return tree;
  }

  /** Returns a tree of {@code length} blocks of 0 to 20 bytes; one in eight is empty. */
  static TestTree random(RandomGenerator random, int length) {
    List<byte[]> blocks = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      byte[] block = new byte[random.nextInt(8) == 0 ? 0 : random.nextInt(1, 21)];
      random.nextBytes(block);
      blocks.add(block);
    }
    return of(blocks);
  }

  void append(List<byte[]> values) {
    Roots.Appended appended = roots.append(values);
    blocks.addAll(values);
    store(appended.nodes());
    roots = appended.roots();
  }

  void store(List<TreeNode> list) {
    list.forEach(node -> nodes.put(node.index(), node));
  }

  StoredTree stored() {
    return new StoredTree(roots, this::readNodes);
  }

  private List<@Nullable TreeNode> readNodes(long[] indexes) throws IOException {
    List<@Nullable TreeNode> found = new ArrayList<>();
    for (long index : indexes) {
      found.add(nodes.get(index));
    }
    return found;
  }

  /** Returns the roots as they were at {@code length}. */
  Roots rootsAt(long length) {
    List<TreeNode> list = new ArrayList<>();
    for (long index : FlatTree.fullRoots(length)) {
      list.add(node(index));
    }
    return Roots.of(list);
  }

  TreeNode node(long index) {
    TreeNode node = nodes.get(index);
    if (node == null) {
      throw new AssertionError("no node " + index);
    }
    return node;
  }

  /** Returns a tree that holds only the roots of the first {@code length} blocks of this one. */
  TestTree reader(long length) {
    TestTree reader = new TestTree();
    reader.roots = rootsAt(length);
    reader.store(reader.roots.nodes());
    return reader;
  }

  /** Returns the proof for {@code request}, with its block's value. */
  Proof prove(ProofRequest request) throws IOException {
    Proof proof = tryToProve(request);
    if (proof == null) {
      throw new AssertionError("refused " + request);
    }
    return proof;
  }

  /** Returns the proof for {@code request}, with its block's value, or null if refused. */
  @Nullable Proof tryToProve(ProofRequest request) throws IOException {
    return stored().prove(request) instanceof Made.Ready ready ? complete(ready.proof()) : null;
  }

  private Proof complete(Proof proof) {
    Proof.Block block = proof.block();
    return block == null ? proof : proof.withValues(List.of(blocks.get((int) block.index())));
  }

  /** Stores what {@code implied} implies; the caller vouches for it. */
  void believe(Implied implied) {
    store(implied.nodes());
    roots = implied.roots();
  }

  static ProofRequest request(
      ProofRequest.@Nullable Block block,
      ProofRequest.@Nullable Hash hash,
      ProofRequest.@Nullable Seek seek,
      ProofRequest.@Nullable Upgrade upgrade) {
    return new ProofRequest(1, 0, block, hash, seek, upgrade, false, 0);
  }

  static TreeNode node(JsonNode json) {
    return new TreeNode(
        json.get("index").asLong(), json.get("size").asLong(), Vectors.bytes(json.get("hash")));
  }

  static List<TreeNode> nodes(JsonNode array) {
    List<TreeNode> list = new ArrayList<>();
    array.forEach(json -> list.add(node(json)));
    return list;
  }

  /** Returns what a JSON object asks for; fields as in proofs.json and replication.json. */
  static ProofRequest request(JsonNode json, long id, long fork) {
    JsonNode block = json.path("block");
    JsonNode hash = json.path("hash");
    JsonNode seek = json.path("seek");
    JsonNode upgrade = json.path("upgrade");
    return new ProofRequest(
        id,
        fork,
        block.isObject() ? new ProofRequest.Block(num(block, "index"), num(block, "nodes")) : null,
        hash.isObject() ? new ProofRequest.Hash(num(hash, "index"), num(hash, "nodes")) : null,
        seek.isObject() ? new ProofRequest.Seek(num(seek, "bytes"), num(seek, "padding")) : null,
        upgrade.isObject()
            ? new ProofRequest.Upgrade(num(upgrade, "start"), num(upgrade, "length"))
            : null,
        json.path("manifest").asBoolean(),
        json.path("priority").asLong());
  }

  static byte[] bytes(Proof proof) {
    WireWriter out = new WireWriter();
    proof.encode(out);
    return out.toByteArray();
  }

  static byte[] bytes(ProofRequest request) {
    WireWriter out = new WireWriter();
    request.encode(out);
    return out.toByteArray();
  }

  private static long num(JsonNode json, String field) {
    return json.get(field).asLong();
  }
}
