package dev.usernameregistry.tree;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Makes one proof: checks the request against the shape of the tree, lists the nodes of each part,
 * reads them all at once. Only a seek has to read before the lists are known.
 */
final class ProofMaker {
  /** Padding above this is refused, so that padding times blocks cannot overflow. */
  private static final long PADDING_BYTES_MAX = 1024;

  private static final long NONE = -1;

  private final StoredTree tree;
  private final ProofRequest request;
  private final ProofRequest.@Nullable Upgrade upgrade;

  /** Blocks in the tree that the asking side will have. */
  private final long target;

  /** Node of the block or hash that is asked for, or NONE. */
  private final long wanted;

  private @Nullable List<Long> path; // of the block or hash part
  private @Nullable List<Long> seekPath;
  private final List<Long> growth = new ArrayList<>();
  private List<Long> additional = List.of();

  ProofMaker(StoredTree tree, ProofRequest request) {
    this.tree = tree;
    this.request = request;
    this.upgrade = request.upgrade();
    this.target = upgrade == null ? tree.roots().length() : upgrade.start() + upgrade.length();
    this.wanted =
        request.block() != null
            ? request.block().node()
            : request.hash() != null ? request.hash().index() : NONE;
  }

  Made make() throws IOException {
    Made.Refused refused = refuseByShape();
    if (refused == null && wanted != NONE && wantsKnownPart()) {
      refused = planKnownPart();
    }
    if (refused == null && upgrade != null) {
      refused = planUpgrade(upgrade);
    }
    if (refused == null && wanted != NONE && path == null) {
      refused = invalid("node " + wanted + " is not below one node of the upgrade");
    }
    return refused != null ? refused : read();
  }

  private Made.@Nullable Refused refuseByShape() {
    long length = tree.roots().length();
    boolean empty = wanted == NONE && request.seek() == null && upgrade == null;
    if (length == 0 && !empty) {
      return unavailable("the log is empty");
    }
    if (upgrade != null && (upgrade.length() == 0 || target > length)) {
      return invalid("upgrade from " + upgrade.start() + " to " + target + " of " + length);
    }
    if (wanted != NONE && !FlatTree.complete(wanted, target)) {
      String why = "node " + wanted + " is not below block " + target;
      return upgrade == null ? unavailable(why) : invalid(why);
    }
    if (request.seek() == null) {
      return null;
    }
    if (request.seek().padding() > PADDING_BYTES_MAX) {
      return invalid("padding " + request.seek().padding());
    }
    if (wanted != NONE && !wantsKnownPart()) {
      return invalid("a seek and a new node in one upgrade");
    }
    return null;
  }

  /** Returns whether the asking side already has roots over all that it wants a node of. */
  private boolean wantsKnownPart() {
    return upgrade == null || FlatTree.complete(wanted, upgrade.start());
  }

  /** Plans the way from the wanted node to the one that the asking side says it has stored. */
  private Made.@Nullable Refused planKnownPart() throws IOException {
    long levels =
        request.block() != null
            ? request.block().nodes()
            : request.hash() != null ? request.hash().nodes() : 0;
    long top = wanted;
    for (long level = 0; level < levels; level++) {
      top = FlatTree.parent(top);
      if (!FlatTree.complete(top, target)) {
        return invalid(levels + " levels above node " + wanted + " leave the tree");
      }
    }
    if (request.seek() == null) {
      path = pathTo(top, NONE);
      return null;
    }
    return planSeekBelow(top, request.seek());
  }

  private Made.@Nullable Refused planSeekBelow(long top, ProofRequest.Seek seek)
      throws IOException {
    long block = FlatTree.leftSpan(top) / 2;
    OptionalLong offset = tree.byteOffset(block);
    TreeNode node = tree.read(List.of(top)).get(0);
    if (offset.isEmpty() || node == null) {
      return unavailable("node " + top + " or one on its left is not stored");
    }
    long rest = seek.bytes() - (offset.getAsLong() - seek.padding() * block);
    if (rest < 0 || (rest > 0 && rest >= StoredTree.unpadded(node, seek.padding()))) {
      return invalid("byte " + seek.bytes() + " is not below node " + top);
    }
    path = pathTo(top, tree.descend(top, rest, seek.padding()).index());
    return null;
  }

  private Made.@Nullable Refused planUpgrade(ProofRequest.Upgrade part) throws IOException {
    long embedded = wanted != NONE && !wantsKnownPart() ? wanted : NONE;
    if (wanted == NONE && request.seek() != null) {
      List<TreeNode> tops = new ArrayList<>();
      for (TreeNode top : tree.nodes().readNodes(FlatTree.fullRoots(target))) {
        if (top == null) {
          return unavailable("a root over " + target + " blocks is not stored");
        }
        tops.add(top);
      }
      StoredTree.Spot spot = tree.locate(tops, request.seek().bytes(), request.seek().padding());
      embedded = spot == null ? NONE : spot.index();
    }
    for (long index : FlatTree.growth(part.start(), target)) {
      if (embedded == NONE || !FlatTree.contains(index, embedded)) {
        growth.add(index);
      } else if (wanted != NONE) {
        path = pathTo(index, NONE);
      } else {
        seekPath = withSiblings(embedded, index);
      }
    }
    additional = boxed(FlatTree.growth(target, tree.roots().length()));
    return null;
  }

  /**
   * Returns what the asking side needs to compute {@code top} from the wanted node. If a sibling on
   * the way holds the sought node, the way from there goes into the seek part instead.
   */
  private List<Long> pathTo(long top, long sought) {
    List<Long> nodes = new ArrayList<>();
    if (request.block() == null) {
      nodes.add(wanted);
    }
    for (long sibling : FlatTree.siblings(wanted, top)) {
      if (sought != NONE && sibling != sought && FlatTree.contains(sibling, sought)) {
        seekPath = withSiblings(sought, sibling);
      } else {
        nodes.add(sibling);
      }
    }
    return nodes;
  }

  private static List<Long> withSiblings(long index, long top) {
    List<Long> nodes = new ArrayList<>();
    nodes.add(index);
    nodes.addAll(boxed(FlatTree.siblings(index, top)));
    return nodes;
  }

  private Made read() throws IOException {
    List<Long> indexes = new ArrayList<>();
    indexes.addAll(path == null ? List.of() : path);
    indexes.addAll(seekPath == null ? List.of() : seekPath);
    indexes.addAll(growth);
    indexes.addAll(additional);
    List<TreeNode> nodes = new ArrayList<>(indexes.size());
    for (TreeNode node : tree.read(indexes)) {
      if (node == null) {
        return unavailable("node " + indexes.get(nodes.size()) + " is not stored");
      }
      nodes.add(node);
    }
    return new Made.Ready(assemble(nodes.iterator()));
  }

  private Proof assemble(Iterator<TreeNode> nodes) {
    List<TreeNode> pathNodes = take(nodes, path);
    List<TreeNode> seekNodes = take(nodes, seekPath);
    Proof.Block block =
        request.block() == null
            ? null
            : new Proof.Block(request.block().index(), List.of(), pathNodes);
    Proof.Hash hash =
        request.hash() == null || block != null
            ? null
            : new Proof.Hash(request.hash().index(), pathNodes);
    Proof.Seek seek =
        request.seek() == null || seekPath == null
            ? null
            : new Proof.Seek(request.seek().bytes(), seekNodes);
    Proof.Upgrade longer =
        upgrade == null
            ? null
            : new Proof.Upgrade(
                upgrade.start(),
                upgrade.length(),
                take(nodes, growth),
                take(nodes, additional),
                null);
    return new Proof(request.id(), request.fork(), block, hash, seek, longer, null);
  }

  private static List<TreeNode> take(Iterator<TreeNode> nodes, @Nullable List<Long> indexes) {
    List<TreeNode> taken = new ArrayList<>();
    for (int i = 0; indexes != null && i < indexes.size(); i++) {
      taken.add(nodes.next());
    }
    return List.copyOf(taken);
  }

  private static List<Long> boxed(long[] indexes) {
    List<Long> boxed = new ArrayList<>(indexes.length);
    for (long index : indexes) {
      boxed.add(index);
    }
    return boxed;
  }

  private static Made.Refused unavailable(String why) {
    return new Made.Refused(Made.Reason.NOT_AVAILABLE, why);
  }

  private static Made.Refused invalid(String why) {
    return new Made.Refused(Made.Reason.INVALID_REQUEST, why);
  }
}
