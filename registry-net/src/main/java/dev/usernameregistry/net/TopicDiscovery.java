package dev.usernameregistry.net;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.announce.Announcement;
import dev.usernameregistry.net.announce.Announcements;
import dev.usernameregistry.net.announce.Lookup;
import dev.usernameregistry.net.announce.LookupListener;
import dev.usernameregistry.net.announce.LookupResult;
import dev.usernameregistry.net.announce.PeerRecord;
import dev.usernameregistry.net.swarm.Discovery;
import dev.usernameregistry.net.swarm.Done;
import java.util.List;
import java.util.function.Supplier;

/** Announces and looks up topics in the DHT for a swarm. Loop only. */
final class TopicDiscovery implements Discovery {
  private final Announcements announcements;
  private final KeyPair identity;
  private final Supplier<List<Ipv4Address>> relayAddresses;

  /**
   * @param relayAddresses where this peer can be reached at the moment of the call
   */
  TopicDiscovery(
      Announcements announcements, KeyPair identity, Supplier<List<Ipv4Address>> relayAddresses) {
    this.announcements = announcements;
    this.identity = identity;
    this.relayAddresses = relayAddresses;
  }

  @Override
  public Round start(
      Key topic,
      Purpose purpose,
      List<Ipv4Address> startNodes,
      RoundListener listener,
      long nowNanos) {
    LookupListener finding = new Finding(listener, purpose.announces());
    Lookup lookup =
        switch (purpose) {
          case LOOKUP -> announcements.lookup(topic, startNodes, finding, nowNanos);
          case UNANNOUNCE ->
              announcements.unannounce(topic, identity, startNodes, finding, nowNanos);
          case ANNOUNCE ->
              announcements.announce(announcement(topic), startNodes, finding, nowNanos);
          case CLEAR_AND_ANNOUNCE ->
              announcements.announce(announcement(topic).clearing(), startNodes, finding, nowNanos);
        };
    return lookup::cancel;
  }

  private Announcement announcement(Key topic) {
    return Announcement.of(topic, identity, relayAddresses.get());
  }

  @Override
  public void unannounce(Key topic, List<Ipv4Address> nodes, Done done, long nowNanos) {
    announcements.unannounce(
        topic,
        identity,
        nodes,
        new LookupListener() {
          @Override
          public void found(PeerRecord peer, Ipv4Address node, long nowNanos) {}

          @Override
          public void done(LookupResult result, long nowNanos) {
            done.done(result.answerCount() > 0, nowNanos);
          }
        },
        nowNanos);
  }

  /** Passes on what a lookup finds; an announcement that no node took counts as unanswered. */
  private record Finding(RoundListener listener, boolean announces) implements LookupListener {
    @Override
    public void found(PeerRecord peer, Ipv4Address node, long nowNanos) {
      listener.found(peer.publicKey(), peer.relayAddresses(), nowNanos);
    }

    @Override
    public void done(LookupResult result, long nowNanos) {
      boolean inVain = announces && result.announcedCount() == 0;
      listener.done(inVain ? List.of() : result.closestNodes(), nowNanos);
    }
  }
}
