package dev.usernameregistry.net.announce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.dht.DhtOptions;
import dev.usernameregistry.net.dht.DhtOptions.Persistence;
import dev.usernameregistry.net.dht.RequestServer;
import dev.usernameregistry.net.dht.SimulatedDht;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A simulated network whose nodes keep records, and peers who announce and look up in it. */
final class Town {
  static final long SECOND = 1_000_000_000L;
  static final long MINUTE = 60 * SECOND;

  final SimulatedDht dht;
  final List<Resident> nodes = new ArrayList<>();

  private final Random random;

  /** One node with what it keeps and what it asks with. */
  static final class Resident {
    final SimulatedDht.Node node;
    final Records records;
    final Announcements announcements;

    Resident(SimulatedDht.Node node, Records records) {
      this.node = node;
      this.records = records;
      this.announcements = new Announcements(node.dht, records);
    }
  }

  /** What a lookup found. */
  static final class Found implements LookupListener {
    final List<PeerRecord> peers = new ArrayList<>();
    final List<Ipv4Address> told = new ArrayList<>();
    private @Nullable LookupResult result;

    @Override
    public void found(PeerRecord peer, Ipv4Address node, long nowNanos) {
      assertThat(result).isNull();
      peers.add(peer);
      told.add(node);
    }

    @Override
    public void done(LookupResult result, long nowNanos) {
      assertThat(this.result).isNull();
      this.result = result;
    }

    boolean isDone() {
      return result != null;
    }

    LookupResult result() {
      return Objects.requireNonNull(result);
    }

    List<Key> keys() {
      return peers.stream().map(PeerRecord::publicKey).distinct().toList();
    }
  }

  Town(long seed, int size) {
    dht = new SimulatedDht(seed);
    random = new Random(seed);
    for (int i = 0; i < size; i++) {
      addNode(null);
    }
  }

  /** Adds a node that keeps records, or does what {@code server} does with requests. */
  Resident addNode(@Nullable RequestServer server) {
    Ipv4Address at = dht.freshAddress();
    DhtOptions options =
        nodes.isEmpty()
            ? DhtOptions.bootstrapper(at)
            : joining().persistence(Persistence.ALWAYS).firewalled(false);
    Resident node = add(options, server, at, false);
    nodes.add(node);
    return node;
  }

  /** Adds a peer behind a firewall that keeps nothing for others. */
  Resident addPeer() {
    DhtOptions options = joining().persistence(Persistence.NEVER);
    return add(options, null, dht.freshAddress(), true);
  }

  private DhtOptions joining() {
    return DhtOptions.joining(List.of(nodes.get(0).node.address));
  }

  private Resident add(
      DhtOptions options, @Nullable RequestServer server, Ipv4Address at, boolean firewall) {
    Records records = new Records(new Random(random.nextLong()), 0, dht.nowNanos);
    RequestServer served = server == null ? records::serve : server;
    Resident resident = new Resident(dht.add(options, served, at, firewall), records);
    resident.node.start();
    await(resident.node.dht::isBootstrapped);
    return resident;
  }

  void await(BooleanSupplier condition) {
    assertThat(dht.runUntil(condition, 2 * MINUTE)).isTrue();
  }

  Found await(Found found) {
    await(found::isDone);
    return found;
  }

  Found lookup(Resident who, Key topic) {
    Found found = new Found();
    who.announcements.lookup(topic, List.of(), found, dht.nowNanos);
    return await(found);
  }

  Found announce(Resident who, Announcement announcement) {
    Found found = new Found();
    who.announcements.announce(announcement, List.of(), found, dht.nowNanos);
    return await(found);
  }

  Found unannounce(Resident who, Key topic, KeyPair keyPair) {
    Found found = new Found();
    who.announcements.unannounce(topic, keyPair, List.of(), found, dht.nowNanos);
    return await(found);
  }

  Found findPeer(Resident who, Key publicKey) {
    Found found = new Found();
    who.announcements.findPeer(publicKey, List.of(), found, dht.nowNanos);
    return await(found);
  }
}
