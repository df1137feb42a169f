package dev.usernameregistry.net.announce;

import static dev.usernameregistry.net.announce.Bench.TOPIC;
import static dev.usernameregistry.net.announce.Bench.key;
import static dev.usernameregistry.net.announce.Bench.keyPair;
import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.announce.Town.Found;
import dev.usernameregistry.net.announce.Town.Resident;
import dev.usernameregistry.net.dht.SimulatedDht.Flight;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What one host with many ports can do to a lookup, and to an announcement behind one. */
class HostileLookupTest {
  private static final KeyPair ALICE = keyPair("alice");
  private static final int LIES = 55;

  private final Town town = new Town(1, 30);
  private final Resident alice = town.addPeer();
  private final Resident bob = town.addPeer();

  /** The liar's ports, each closer to the topic than those before. */
  private final List<Ipv4Address> ports =
      IntStream.range(1, 400)
          .mapToObj(port -> Ipv4Address.of("9.8.7.6", port))
          .sorted(Comparator.comparing(LookupBoundsTest::distance).reversed())
          .skip(200)
          .toList();

  private int named;
  private int namesAtOnce;
  private int namedMax;
  private int lies;
  private long pauseNanos;

  HostileLookupTest() {
    ports.forEach(port -> town.dht.stranger(port, flight -> lie(port, flight)));
  }

  /** Names the next ports of the same host, and peers that nobody has heard of. */
  private void lie(Ipv4Address at, Flight flight) {
    if (flight.bytes()[0] != 3) {
      return;
    }
    WireReader in = new WireReader(flight.bytes());
    in.fixed(2);
    int tid = (int) in.fixedUint(2);
    int first = named;
    named = Math.min(namedMax, first + namesAtOnce);
    WireWriter out = new WireWriter(128);
    int nodes = named > first ? 4 : 0;
    out.fixedUint(0x13, 1).fixedUint(nodes | (lies > 0 ? 16 : 0), 1).fixedUint(tid, 2);
    flight.from().encode(out);
    if (nodes != 0) {
      out.uint(named - first);
      ports.subList(first, named).forEach(port -> port.encode(out));
    }
    if (lies > 0) {
      List<byte[]> peers =
          IntStream.range(0, LIES)
              .mapToObj(i -> new PeerRecord(key("lie" + lies++), List.of()).encode())
              .toList();
      out.bytes(LookupReply.encode(peers, 0));
    }
    town.dht.delayMinNanos += pauseNanos;
    town.dht.delayMaxNanos += pauseNanos;
    town.dht.send(at, flight.from(), out.toByteArray());
    town.dht.delayMinNanos -= pauseNanos;
    town.dht.delayMaxNanos -= pauseNanos;
  }

  @Test
  void aLookupThatLastsLongerThanTokensAreGoodDoesNotUndoTheAnnouncement() {
    pauseNanos = 9 * Town.SECOND / 10;
    namesAtOnce = 1;
    namedMax = 20;
    Found found = new Found();
    Announcement announcement = Announcement.of(TOPIC, ALICE, List.of());
    alice.announcements.announce(announcement, List.of(), found, town.dht.nowNanos);
    town.await(found);
    int announcedWithoutLiar = found.result().announcedCount();
    Found slow = new Found();
    long startNanos = town.dht.nowNanos;
    alice.announcements.announce(announcement, ports.subList(150, 151), slow, town.dht.nowNanos);
    town.await(slow);

    assertThat(town.dht.nowNanos - startNanos).isGreaterThan(15 * Town.SECOND);
    assertThat(slow.result().announcedCount()).isEqualTo(announcedWithoutLiar);
  }

  @Test
  void oneHostThatNamesManyPeersDoesNotHideTheOthers() {
    town.announce(alice, Announcement.of(TOPIC, ALICE, List.of()));
    lies = 1;
    namesAtOnce = 20;
    namedMax = 60;
    Found found = new Found();
    List<Ipv4Address> start = new ArrayList<>(ports.subList(189, 199));
    town.nodes.stream().limit(10).forEach(node -> start.add(node.node.address));
    bob.announcements.lookup(TOPIC, start, found, town.dht.nowNanos);
    town.await(found);

    Key honest = ALICE.publicKey();
    assertThat(found.keys()).contains(honest);
    assertThat(found.peers).hasSizeLessThanOrEqualTo(1 + PeerLookup.HOST_FOUND_MAX);
  }
}
