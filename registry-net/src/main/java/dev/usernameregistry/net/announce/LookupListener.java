package dev.usernameregistry.net.announce;

import dev.usernameregistry.codec.Ipv4Address;

/** Learns which peers a lookup finds. May call the room again, also {@link Lookup#cancel}. */
public interface LookupListener {
  /** A listener that does not care. */
  LookupListener NONE =
      new LookupListener() {
        @Override
        public void found(PeerRecord peer, Ipv4Address node, long nowNanos) {}

        @Override
        public void done(LookupResult result, long nowNanos) {}
      };

  /**
   * A node told of a peer. Nobody has proven that this is true. A peer is told again only if
   * another node knows other relay addresses of it, or if it was looked for by its key.
   *
   * @param node which node told of it
   */
  void found(PeerRecord peer, Ipv4Address node, long nowNanos);

  /** The lookup, and the announcement if it was one, ended by itself; the last call. */
  void done(LookupResult result, long nowNanos);
}
