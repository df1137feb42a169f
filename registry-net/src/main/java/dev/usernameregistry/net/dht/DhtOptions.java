package dev.usernameregistry.net.dht;

import dev.usernameregistry.codec.Ipv4Address;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node starts from.
 *
 * @param bootstrap nodes to ask while the routing table is nearly empty
 * @param firewalled whether the server port is taken for closed until a check shows the opposite
 * @param publicAddress the node's own address as others see it, if it is known beforehand; it
 *     counts as the first sample of what others see
 */
public record DhtOptions(
    List<Ipv4Address> bootstrap,
    Persistence persistence,
    boolean firewalled,
    @Nullable Ipv4Address publicAddress) {

  /** Whether others may keep the node in their routing tables. */
  public enum Persistence {
    /** Never: the node asks and does not store. */
    NEVER,
    /** After about twenty minutes, if its address is stable and its server port open. */
    ADAPTIVE,
    /** As soon as it knows its address; before its first bootstrap ends if a node answers. */
    ALWAYS
  }

  /** Copies the list. */
  public DhtOptions {
    bootstrap = List.copyOf(bootstrap);
  }

  /** An ordinary peer: adaptive, and firewalled until shown to be reachable. */
  public static DhtOptions joining(List<Ipv4Address> bootstrap) {
    return new DhtOptions(bootstrap, Persistence.ADAPTIVE, true, null);
  }

  /** The first node of a DHT: it is told its own address and is persistent at once. */
  public static DhtOptions bootstrapper(Ipv4Address publicAddress) {
    return new DhtOptions(List.of(), Persistence.ALWAYS, false, publicAddress);
  }

  /** Returns these options with other nodes to ask first. */
  public DhtOptions bootstrap(List<Ipv4Address> bootstrap) {
    return new DhtOptions(bootstrap, persistence, firewalled, publicAddress);
  }

  /** Returns these options with another persistence. */
  public DhtOptions persistence(Persistence persistence) {
    return new DhtOptions(bootstrap, persistence, firewalled, publicAddress);
  }

  /** Returns these options with another assumption about the server port. */
  public DhtOptions firewalled(boolean firewalled) {
    return new DhtOptions(bootstrap, persistence, firewalled, publicAddress);
  }

  /** Returns these options with another known address, or without one. */
  public DhtOptions publicAddress(@Nullable Ipv4Address publicAddress) {
    return new DhtOptions(bootstrap, persistence, firewalled, publicAddress);
  }
}
