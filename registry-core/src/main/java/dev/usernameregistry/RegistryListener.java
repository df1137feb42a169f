package dev.usernameregistry;

import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.log.Evidence;

/**
 * Is told what changes in a registry, one call at a time and in order, on the listener executor. It
 * may call the registry. An exception is logged and does no harm. Each method does nothing unless
 * overridden.
 */
public interface RegistryListener {

  /**
   * A registry is known that was not known before. Nothing of it is here yet, so its state is
   * {@link RegistryInfo.State#UNCONFIRMED}; {@link #registryAdvanced} tells when there is.
   */
  default void registryFound(RegistryInfo registry) {}

  /**
   * More of a registry's log is answered from, or less, if its writer cut it or signed two
   * histories; then it is told when all of the other history is. Not told of what this user writes:
   * the call that writes it returns when it is answered from.
   */
  default void registryAdvanced(RegistryInfo registry) {}

  /** A registry's writer signed two histories; the evidence convinces anyone who knows the key. */
  default void registryConflict(RegistryInfo registry, Evidence evidence) {}

  /**
   * A name that was free has an owner. Names that peers' registries brought in an earlier run are
   * told of once more if what answers them had to be built anew when this one was opened: another
   * version of this library keeps it in another form, or another policy or order was chosen.
   */
  default void nameRegistered(Registration registration) {}

  /** The owner of a name changed its record. */
  default void nameUpdated(Registration registration) {}

  /**
   * A name is free that had an owner, whose last record is given; also because that registry was
   * forgotten here, or is in dispute, so that the name may be its owner's again.
   */
  default void nameReleased(Registration registration) {}

  /**
   * A name has another owner than before. A user who lost a name is told by this: {@link
   * OwnerChange#isLossOf} one's own registry is then true. It is false of a name that one gave up
   * and somebody else claims too. {@link UsernameRegistry#ownNames} says at any time which names
   * are lost. What answers them is built anew now and then, see {@link #nameRegistered}; old losses
   * are told of once more then.
   */
  default void ownerChanged(OwnerChange change) {}

  /**
   * A peer's encrypted connection is complete. It may not have told its registry yet; {@link
   * PeerState#registryKey} is empty then, and {@link #peerToldRegistry} has it later.
   */
  default void peerConnected(PeerState peer) {}

  /**
   * A connected peer has told which registry is its own; that comes after {@link #peerConnected},
   * once for each connection, and again if the peer names another one. Nothing proves that it is
   * the peer's, and some peers tell none.
   */
  default void peerToldRegistry(PeerState peer) {}

  /** A peer's connection has ended. */
  default void peerDisconnected(PeerState peer) {}
}
