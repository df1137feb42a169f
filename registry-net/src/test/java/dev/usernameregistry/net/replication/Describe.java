package dev.usernameregistry.net.replication;

import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import dev.usernameregistry.tree.TreeNode;
import java.util.List;
import java.util.stream.Collectors;

/** Says messages in words, for transcripts. */
final class Describe {
  private Describe() {}

  static String message(Message message) {
    if (message instanceof Sync sync) {
      return sync(sync);
    }
    if (message instanceof Message.Request request) {
      return request(request.request());
    }
    if (message instanceof Message.Data data) {
      return proof(data.proof());
    }
    if (message instanceof Message.Cancel cancel) {
      return "cancel id=" + cancel.request();
    }
    if (message instanceof NoData noData) {
      return "noData id=" + noData.request() + " reason=" + noData.reason();
    }
    if (message instanceof Range range) {
      return (range.drop() ? "drop " : "range ") + span(range.start(), range.length());
    }
    if (message instanceof Want want) {
      return (want.wanted() ? "want " : "unwant ") + span(want.start(), want.length());
    }
    if (message instanceof Bitfield bitfield) {
      return "bitfield start=" + bitfield.start() + " " + bits(bitfield.words());
    }
    return message.toString();
  }

  private static String sync(Sync sync) {
    return "sync fork="
        + sync.fork()
        + " length="
        + sync.length()
        + " remoteLength="
        + sync.remoteLength()
        + (sync.canUpgrade() ? " canUpgrade" : "")
        + (sync.hasManifest() ? " hasManifest" : "");
  }

  private static String request(ProofRequest request) {
    StringBuilder text = new StringBuilder("request id=" + request.id());
    if (request.fork() != 0) {
      text.append(" fork=").append(request.fork());
    }
    if (request.block() != null) {
      text.append(" block=").append(request.block().index());
      text.append(" nodes=").append(request.block().nodes());
    }
    if (request.hash() != null) {
      text.append(" hash=").append(request.hash().index());
      text.append(" nodes=").append(request.hash().nodes());
    }
    if (request.upgrade() != null) {
      text.append(" upgrade=").append(span(request.upgrade().start(), request.upgrade().length()));
    }
    return text.append(request.manifest() ? " manifest" : "").toString();
  }

  private static String proof(Proof proof) {
    StringBuilder text = new StringBuilder("data id=" + proof.request());
    if (proof.fork() != 0) {
      text.append(" fork=").append(proof.fork());
    }
    if (proof.block() != null) {
      text.append(" block=").append(proof.block().index());
      text.append(nodes(proof.block().nodes()));
    }
    if (proof.hash() != null) {
      text.append(" hash=").append(proof.hash().index()).append(nodes(proof.hash().nodes()));
    }
    if (proof.upgrade() != null) {
      text.append(" upgrade=").append(span(proof.upgrade().start(), proof.upgrade().length()));
      text.append(nodes(proof.upgrade().nodes()));
      if (!proof.upgrade().additionalNodes().isEmpty()) {
        text.append(" additional").append(nodes(proof.upgrade().additionalNodes()));
      }
    }
    return text.append(proof.manifest() != null ? " manifest" : "").toString();
  }

  private static String nodes(List<TreeNode> nodes) {
    return nodes.stream()
        .map(node -> Long.toString(node.index()))
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static String span(long start, long length) {
    return start + ".." + (start + length);
  }

  private static String bits(int[] words) {
    StringBuilder bits = new StringBuilder();
    for (int word : words) {
      for (int bit = 0; bit < Integer.SIZE; bit++) {
        bits.append((word >>> bit) & 1);
      }
    }
    return bits.toString();
  }
}
