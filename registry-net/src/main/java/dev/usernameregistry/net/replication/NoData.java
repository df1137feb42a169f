package dev.usernameregistry.net.replication;

import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;

/**
 * Answers a request that is not answered by data.
 *
 * <pre>
 * field    encoding  present                meaning
 * request  uint      always                 id of the request
 * flags    uint      not from old peers     bit 0: a reason follows
 * reason   uint      bit 0 is 1             0 none, 1 not available, 2 invalid request
 * </pre>
 */
public record NoData(long request, long reason) implements Message {
  static final int TYPE = 4;

  static final int NONE = 0;
  static final int NOT_AVAILABLE = 1;
  static final int INVALID_REQUEST = 2;

  private static final int REASON = 1 << 0;

  static NoData decode(WireReader in) {
    long request = in.uint();
    long flags = in.hasRemaining() ? in.uint() : 0;
    return new NoData(request, (flags & REASON) != 0 ? in.uint() : NONE);
  }

  @Override
  public void encode(WireWriter out) {
    out.uint(request).uint(reason == NONE ? 0 : REASON);
    if (reason != NONE) {
      out.uint(reason);
    }
  }

  @Override
  public int type() {
    return TYPE;
  }
}
