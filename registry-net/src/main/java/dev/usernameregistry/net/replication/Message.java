package dev.usernameregistry.net.replication;

import static dev.usernameregistry.codec.WireWriter.uintBytes;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.tree.FlatTree;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import dev.usernameregistry.tree.TreeNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What one side of a session tells the other. The type says which record it is. */
public sealed interface Message
    permits Bitfield,
        Message.Cancel,
        Message.Data,
        Message.Extension,
        Message.Request,
        NoData,
        Range,
        Sync,
        Want {

  /** Returns the number of this kind of message on the channel. */
  int type();

  /** Writes the payload, as the table of the record says. */
  void encode(WireWriter out);

  /** Returns about how many bytes the payload has. */
  default int expectedBytes() {
    return 64;
  }

  /** Returns the payload. */
  default byte[] payload() {
    WireWriter out = new WireWriter(expectedBytes());
    encode(out);
    return out.toByteArray();
  }

  /**
   * Reads the payload of a message. Bytes behind the known fields are ignored.
   *
   * @return null for a type that this version does not know, which is to be ignored
   * @throws MalformedMessageException if the bytes do not follow the table of the record
   */
  static @Nullable Message decode(long type, WireReader in) {
    if (type > Extension.TYPE) {
      return null;
    }
    return switch ((int) type) {
      case Sync.TYPE -> Sync.decode(in);
      case Request.TYPE -> new Request(ProofRequest.decode(in));
      case Cancel.TYPE -> new Cancel(in.uint());
      case Data.TYPE -> new Data(Proof.decode(in));
      case NoData.TYPE -> NoData.decode(in);
      case Want.TYPE, Want.UNWANT_TYPE -> Want.decode(type == Want.TYPE, in);
      case Bitfield.TYPE -> Bitfield.decode(in);
      case Range.TYPE -> Range.decode(in);
      default -> Extension.decode(in);
    };
  }

  /**
   * Asks for a proof; laid out in {@link ProofRequest}, or {@link Subtrees} if it is for more than
   * one block. Answered by data or noData.
   */
  record Request(ProofRequest request) implements Message {
    static final int TYPE = 1;

    @Override
    public int type() {
      return isForMany() ? Extension.TYPE : TYPE;
    }

    @Override
    public void encode(WireWriter out) {
      if (isForMany()) {
        Subtrees.encode(request, out);
      } else {
        request.encode(out);
      }
    }

    private boolean isForMany() {
      return request.block() != null && request.block().depth() > 0;
    }
  }

  /**
   * Withdraws a request; it may be answered all the same.
   *
   * <pre>
   * field    encoding  meaning
   * request  uint      id of the request
   * </pre>
   */
  record Cancel(long request) implements Message {
    static final int TYPE = 2;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public void encode(WireWriter out) {
      out.uint(request);
    }
  }

  /**
   * Answers a request; laid out in {@link Proof}, or {@link Subtrees} if it has more than one
   * block.
   */
  record Data(Proof proof) implements Message {
    static final int TYPE = 3;

    @Override
    public int type() {
      return hasMany() ? Extension.TYPE : TYPE;
    }

    @Override
    public int expectedBytes() {
      return hasMany() ? Subtrees.encodedBytes(proof) : proof.encodedBytes();
    }

    @Override
    public void encode(WireWriter out) {
      if (hasMany()) {
        Subtrees.encode(proof, out);
      } else {
        proof.encode(out);
      }
    }

    private boolean hasMany() {
      return proof.block() != null && proof.block().values().size() > 1;
    }
  }

  /**
   * A message of the application.
   *
   * <pre>
   * field    encoding  meaning
   * name     string    empty: the same as in the last one
   * message  rest
   * </pre>
   *
   * @param message not copied, so nobody may change it
   */
  record Extension(String name, byte[] message) implements Message {
    static final int TYPE = 9;
    private static final int NAME_BYTES_MAX = 1 << 16;

    static @Nullable Message decode(WireReader in) {
      String name = in.string(NAME_BYTES_MAX);
      return name.equals(Subtrees.NAME) ? Subtrees.decode(in) : new Extension(name, in.raw());
    }

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public void encode(WireWriter out) {
      out.string(name).raw(message);
    }
  }

  /**
   * All blocks below one node, asked for and sent at once. Only between peers of this library, as
   * an extension that others would ignore; refused with noData like any request.
   *
   * <pre>
   * field   encoding     of        meaning
   * name    string       both      "usernameregistry/subtree"
   * kind    uint         both      0 request, 1 data
   * id      uint         both      of the request
   * fork    uint         both
   * node    uint         both      of the flat tree, at a depth from 1 to 8
   * levels  uint         request   how many above the node the sender lacks
   * blocks  bytes, each  data      all that are below the node
   * nodes   nodes        data      the siblings on the way up from it, lowest first
   * </pre>
   */
  final class Subtrees {
    static final String NAME = "usernameregistry/subtree";
    private static final int REQUEST = 0;
    private static final int DATA = 1;

    private Subtrees() {}

    private static void encode(ProofRequest request, WireWriter out) {
      ProofRequest.Block block = Objects.requireNonNull(request.block());
      out.string(NAME).uint(REQUEST).uint(request.id()).uint(request.fork());
      out.uint(block.node()).uint(block.nodes());
    }

    private static void encode(Proof proof, WireWriter out) {
      Proof.Block block = Objects.requireNonNull(proof.block());
      out.string(NAME).uint(DATA).uint(proof.request()).uint(proof.fork()).uint(node(block));
      block.values().forEach(out::bytes);
      TreeNode.encodeAll(block.nodes(), out);
    }

    private static int encodedBytes(Proof proof) {
      Proof.Block block = Objects.requireNonNull(proof.block());
      int bytes = 1 + NAME.length() + uintBytes(DATA);
      bytes += uintBytes(proof.request()) + uintBytes(proof.fork()) + uintBytes(node(block));
      for (byte[] value : block.values()) {
        bytes += uintBytes(value.length) + value.length;
      }
      return bytes + TreeNode.encodedBytes(block.nodes());
    }

    private static long node(Proof.Block block) {
      return 2 * block.index() + block.values().size() - 1;
    }

    private static @Nullable Message decode(WireReader in) {
      long kind = in.uint();
      if (kind > DATA) {
        return null;
      }
      long id = in.uint();
      long fork = in.uint();
      long node = in.uint();
      int depth = FlatTree.depth(node);
      if (depth < 1 || depth > ProofRequest.DEPTH_MAX) {
        throw new MalformedMessageException("the blocks below node " + node);
      }
      long first = FlatTree.leftSpan(node) / 2;
      if (kind == REQUEST) {
        ProofRequest.Block block = new ProofRequest.Block(first, depth, in.uint());
        return new Request(ProofRequest.of(id, fork, block));
      }
      List<byte[]> values = new ArrayList<>();
      while (values.size() < 1 << depth) {
        values.add(in.bytes(Proof.VALUE_BYTES_MAX));
      }
      Proof.Block block = new Proof.Block(first, values, TreeNode.decodeAll(in));
      return new Data(Proof.of(id, fork, block));
    }
  }
}
