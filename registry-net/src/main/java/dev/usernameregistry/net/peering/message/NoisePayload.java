package dev.usernameregistry.net.peering.message;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.net.punch.NatKind;
import dev.usernameregistry.net.punch.PunchRelay;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a peer tells the other one inside the encrypted part of a Noise message.
 *
 * <pre>
 * field           encoding                 present  meaning
 * version         uint                     always   1; behind another one nothing is read
 * flags           uint                     always   which of the following parts are there
 * error           uint                     always   0, or why the server wants no connection
 * firewall        uint                     always   how the sender can be reached
 * holepunch       uint, array of 6 + 6     flag 1   id and relays, see {@link Holepunch}
 * addresses4      array of ipv4 addresses  flag 2   the sender's, seen from outside and local
 * addresses6      array of ipv6 addresses  flag 4   nobody sends them; skipped
 * udx             4 uints                  flag 8   see {@link Udx}
 * secretStream    uint                     flag 16  version, 1
 * relayThrough    66 bytes                 flag 32  see {@link RelayThrough}
 * relayAddresses  array of ipv4 addresses  flag 64  nodes through which the sender is reached
 * </pre>
 *
 * @param version as the sender speaks it; if it is not {@link #VERSION} the rest is empty
 * @param error one of the constants below, or a number that we do not know
 * @param firewall what the sender knows of its NAT
 */
public record NoisePayload(
    long version,
    long error,
    NatKind firewall,
    @Nullable Holepunch holepunch,
    List<Ipv4Address> addresses4,
    @Nullable Udx udx,
    @Nullable RelayThrough relayThrough,
    List<Ipv4Address> relayAddresses) {
  /** The version that this room speaks. */
  public static final int VERSION = 1;

  /** No error. */
  public static final int NONE = 0;

  /** The sender gave up. */
  public static final int ABORTED = 1;

  /** The sender speaks another version. */
  public static final int VERSION_MISMATCH = 2;

  /** Most addresses in one list. */
  public static final int ADDRESSES_MAX = 128;

  private static final int HOLEPUNCH = 1 << 0;
  private static final int ADDRESSES_4 = 1 << 1;
  private static final int ADDRESSES_6 = 1 << 2;
  private static final int UDX = 1 << 3;
  private static final int SECRET_STREAM = 1 << 4;
  private static final int RELAY_THROUGH = 1 << 5;
  private static final int RELAY_ADDRESSES = 1 << 6;

  private static final int IPV6_BYTES = 18;

  /** Copies the lists. */
  public NoisePayload {
    addresses4 = List.copyOf(addresses4);
    relayAddresses = List.copyOf(relayAddresses);
  }

  /**
   * Where a server can be asked to punch.
   *
   * @param id names the handshake in the PEER_HOLEPUNCH messages that follow
   * @param relays nodes that know the way to the server, best first
   */
  public record Holepunch(long id, List<PunchRelay> relays) {
    /** Copies the list. */
    public Holepunch {
      relays = List.copyOf(relays);
    }

    private static Holepunch decode(WireReader in) {
      long id = in.uint();
      int count = in.count(2 * Ipv4Address.BYTES, ADDRESSES_MAX);
      List<PunchRelay> relays = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        relays.add(new PunchRelay(Ipv4Address.decode(in), Ipv4Address.decode(in)));
      }
      return new Holepunch(id, relays);
    }

    private void encode(WireWriter out) {
      out.uint(id).uint(relays.size());
      for (PunchRelay relay : relays) {
        relay.relayAddress().encode(out);
        relay.peerAddress().encode(out);
      }
    }
  }

  /**
   * The stream that the sender opened for this handshake: version 1, features, id, and a first
   * sequence number of 0.
   *
   * @param reusableSocket whether the sender wants its socket used again for a next stream
   * @param streamId 32 bits, unsigned; goes into every packet to the sender
   */
  public record Udx(boolean reusableSocket, int streamId) {
    private static final long ID_MAX = 0xffffffffL;

    private static Udx decode(WireReader in) {
      in.uint();
      boolean reusableSocket = (in.uint() & 1) != 0;
      int streamId = (int) in.uint(ID_MAX);
      in.uint();
      return new Udx(reusableSocket, streamId);
    }

    private void encode(WireWriter out) {
      out.uint(1).uint(reusableSocket ? 1 : 0).uint(Integer.toUnsignedLong(streamId)).uint(0);
    }
  }

  /**
   * Reads a payload.
   *
   * @throws MalformedMessageException if the bytes do not follow the table
   */
  public static NoisePayload decode(byte[] bytes) {
    WireReader in = new WireReader(bytes);
    long version = in.uint();
    if (version != VERSION) {
      return new NoisePayload(
          version, NONE, NatKind.UNKNOWN, null, List.of(), null, null, List.of());
    }
    long flags = in.uint();
    long error = in.uint();
    NatKind firewall = NatKind.of(in.uint());
    Holepunch holepunch = (flags & HOLEPUNCH) != 0 ? Holepunch.decode(in) : null;
    List<Ipv4Address> addresses4 = (flags & ADDRESSES_4) != 0 ? addresses(in) : List.of();
    if ((flags & ADDRESSES_6) != 0) {
      in.fixed(IPV6_BYTES * in.count(IPV6_BYTES, ADDRESSES_MAX));
    }
    Udx udx = (flags & UDX) != 0 ? Udx.decode(in) : null;
    if ((flags & SECRET_STREAM) != 0) {
      in.uint();
    }
    RelayThrough relayThrough = (flags & RELAY_THROUGH) != 0 ? RelayThrough.decode(in) : null;
    List<Ipv4Address> relayAddresses = (flags & RELAY_ADDRESSES) != 0 ? addresses(in) : List.of();
    return new NoisePayload(
        version, error, firewall, holepunch, addresses4, udx, relayThrough, relayAddresses);
  }

  /** Returns the bytes of the table above; always with the secretStream part. */
  public byte[] encode() {
    WireWriter out = new WireWriter(128);
    out.uint(version).uint(flags()).uint(error).uint(firewall.code());
    if (holepunch != null) {
      holepunch.encode(out);
    }
    addresses(addresses4, out);
    if (udx != null) {
      udx.encode(out);
    }
    out.uint(1);
    if (relayThrough != null) {
      relayThrough.encode(out);
    }
    addresses(relayAddresses, out);
    return out.toByteArray();
  }

  private int flags() {
    return (holepunch != null ? HOLEPUNCH : 0)
        | (addresses4.isEmpty() ? 0 : ADDRESSES_4)
        | (udx != null ? UDX : 0)
        | SECRET_STREAM
        | (relayThrough != null ? RELAY_THROUGH : 0)
        | (relayAddresses.isEmpty() ? 0 : RELAY_ADDRESSES);
  }

  private static List<Ipv4Address> addresses(WireReader in) {
    int count = in.count(Ipv4Address.BYTES, ADDRESSES_MAX);
    List<Ipv4Address> addresses = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      addresses.add(Ipv4Address.decode(in));
    }
    return addresses;
  }

  private static void addresses(List<Ipv4Address> addresses, WireWriter out) {
    if (!addresses.isEmpty()) {
      out.uint(addresses.size());
      addresses.forEach(address -> address.encode(out));
    }
  }
}
