package dev.usernameregistry.net.punch;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Key;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one side tells the other during a punch, before {@link PunchBox} seals it.
 *
 * <pre>
 * field          encoding        present      meaning
 * flags          uint            always       bit 0: connected, bit 1: punching, bits 2 to 5: parts
 * error          uint            always       0 none, 1 aborted, 2 version mismatch, 3 try later
 * firewall       uint            always       {@link NatKind}
 * round          uint            always       grows with every message of the client, below 253
 * addresses      array(address)  bit 2        addresses that lead to the sender
 * remoteAddress  address         bit 3        where the sender believes the receiver to be
 * token          32 bytes        bit 4        to be sent back, which proves the receiver's host
 * remoteToken    32 bytes        bit 5        the receiver's token, sent back
 * </pre>
 *
 * @param error 0 or one of the numbers above
 * @param round at most {@link #ROUND_MAX}
 */
public record PunchPayload(
    int error,
    NatKind firewall,
    int round,
    boolean connected,
    boolean punching,
    @Nullable List<Ipv4Address> addresses,
    @Nullable Ipv4Address remoteAddress,
    @Nullable Key token,
    @Nullable Key remoteToken) {
  /** Nothing is wrong. */
  public static final int NONE = 0;

  /** The sender gave up. */
  public static final int ABORTED = 1;

  /** The sender is at its limit of expensive punches. */
  public static final int TRY_LATER = 3;

  /** Highest round; the reference writes the round as one byte. */
  public static final int ROUND_MAX = 252;

  /** Most addresses in a message; as many as fit into a datagram. */
  public static final int ADDRESSES_MAX = 200;

  private static final int CONNECTED = 1;
  private static final int PUNCHING = 1 << 1;
  private static final int ADDRESSES = 1 << 2;
  private static final int REMOTE_ADDRESS = 1 << 3;
  private static final int TOKEN = 1 << 4;
  private static final int REMOTE_TOKEN = 1 << 5;

  /** Checks the round and copies the addresses. */
  public PunchPayload {
    if (round < 0 || round > ROUND_MAX) {
      throw new IllegalArgumentException("round " + round + " is not between 0 and " + ROUND_MAX);
    }
    addresses = addresses == null ? null : List.copyOf(addresses);
  }

  /** Returns the payload that says only that something is wrong. */
  static PunchPayload failure(int error, int round) {
    return new PunchPayload(error, NatKind.UNKNOWN, round, false, false, null, null, null, null);
  }

  /** Reads a payload; what comes after it is ignored. */
  public static PunchPayload decode(WireReader in) {
    long flags = in.uint();
    int error = (int) in.uint(Integer.MAX_VALUE);
    NatKind firewall = NatKind.of(in.uint());
    int round = (int) in.uint(ROUND_MAX);
    return new PunchPayload(
        error,
        firewall,
        round,
        (flags & CONNECTED) != 0,
        (flags & PUNCHING) != 0,
        (flags & ADDRESSES) != 0 ? decodeAddresses(in) : null,
        (flags & REMOTE_ADDRESS) != 0 ? Ipv4Address.decode(in) : null,
        (flags & TOKEN) != 0 ? Key.of(in.fixed(Key.BYTES)) : null,
        (flags & REMOTE_TOKEN) != 0 ? Key.of(in.fixed(Key.BYTES)) : null);
  }

  /**
   * Reads a payload.
   *
   * @throws MalformedMessageException if {@code bytes} are none
   */
  public static PunchPayload decode(byte[] bytes) {
    return decode(new WireReader(bytes));
  }

  /** Returns the bytes of this payload. */
  public byte[] encode() {
    WireWriter out = new WireWriter(128);
    out.uint(flags()).uint(error).uint(firewall.code()).uint(round);
    if (addresses != null) {
      out.uint(addresses.size());
      addresses.forEach(address -> address.encode(out));
    }
    if (remoteAddress != null) {
      remoteAddress.encode(out);
    }
    if (token != null) {
      out.raw(token.bytes());
    }
    if (remoteToken != null) {
      out.raw(remoteToken.bytes());
    }
    return out.toByteArray();
  }

  private int flags() {
    return (connected ? CONNECTED : 0)
        | (punching ? PUNCHING : 0)
        | (addresses != null ? ADDRESSES : 0)
        | (remoteAddress != null ? REMOTE_ADDRESS : 0)
        | (token != null ? TOKEN : 0)
        | (remoteToken != null ? REMOTE_TOKEN : 0);
  }

  private static List<Ipv4Address> decodeAddresses(WireReader in) {
    int count = in.count(Ipv4Address.BYTES, ADDRESSES_MAX);
    List<Ipv4Address> addresses = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      addresses.add(Ipv4Address.decode(in));
    }
    return addresses;
  }
}
