package dev.usernameregistry.tree;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a proof implies, as long as nobody has said that it is true. To believe it, the caller must
 * do both:
 *
 * <ul>
 *   <li>if the proof has an upgrade part: check its signature over {@code roots}, and {@code
 *       target} against the manifest's prologue;
 *   <li>if {@code unproven} is not null: read the stored node of that index, which must be there
 *       and equal, size included.
 * </ul>
 *
 * @param roots after the upgrade and its additional nodes; those given if there is no upgrade
 * @param target after the upgrade but before its additional nodes. Its hashes are certain once all
 *     is believed; the size of a root that an additional node was joined with is not
 * @param unproven top of the block, hash or seek part, if the upgrade did not take it in
 * @param nodes what may be stored once all is believed, each at most once. A node whose hash would
 *     then be certain but whose size would not is left out: of two siblings that both came from the
 *     peer, only the sum of their sizes is hashed, so a liar may shift bytes from one to the other
 * @param unsized the nodes left out for that: good for comparing hashes, never to be stored
 */
public record Implied(
    Roots roots,
    Roots target,
    @Nullable TreeNode unproven,
    List<TreeNode> nodes,
    List<TreeNode> unsized) {

  /**
   * Returns all nodes whose hash would be certain, sized or not, by index; the map is a new one.
   */
  public Map<Long, TreeNode> hashed() {
    Map<Long, TreeNode> hashed = new HashMap<>();
    nodes.forEach(node -> hashed.put(node.index(), node));
    unsized.forEach(node -> hashed.put(node.index(), node));
    return hashed;
  }
}
