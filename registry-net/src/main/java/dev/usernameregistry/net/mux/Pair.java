package dev.usernameregistry.net.mux;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * What a channel is for: both sides open the same pair.
 *
 * @param protocol names the messages and their order
 * @param id tells channels of one protocol apart; empty for none; not copied, so nobody may change
 *     it
 */
public record Pair(String protocol, byte[] id) {

  /** Returns about how much memory both take, at most. */
  int bytes() {
    return Character.BYTES * protocol.length() + id.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Pair pair
        && protocol.equals(pair.protocol)
        && Arrays.equals(id, pair.id);
  }

  @Override
  public int hashCode() {
    return 31 * protocol.hashCode() + Arrays.hashCode(id);
  }

  @Override
  public String toString() {
    return protocol + (id.length == 0 ? "" : " " + HexFormat.of().formatHex(id));
  }
}
