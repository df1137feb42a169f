package dev.usernameregistry.net.replication;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
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

  /** Asks for a proof; laid out in {@link ProofRequest}. Answered by data or noData. */
  record Request(ProofRequest request) implements Message {
    static final int TYPE = 1;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public void encode(WireWriter out) {
      request.encode(out);
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

  /** Answers a request; laid out in {@link Proof}. */
  record Data(Proof proof) implements Message {
    static final int TYPE = 3;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public int expectedBytes() {
      return proof.encodedBytes();
    }

    @Override
    public void encode(WireWriter out) {
      proof.encode(out);
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

    static Extension decode(WireReader in) {
      return new Extension(in.string(NAME_BYTES_MAX), in.raw());
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
}
