package dev.usernameregistry.net.announce;

import static dev.usernameregistry.net.announce.Bench.TOPIC;
import static dev.usernameregistry.net.announce.Bench.key;
import static dev.usernameregistry.net.announce.Bench.keyPair;
import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.announce.Town.Found;
import dev.usernameregistry.net.announce.Town.Resident;
import dev.usernameregistry.net.dht.IncomingRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What many nodes together can make one lookup keep and send. */
class LookupBoundsTest {
  private static final int LIARS = 100;
  private static final int LIES = 30;
  private static final KeyPair ALICE = keyPair("alice");

  private final Town town = new Town(1, 1);
  private final List<Ipv4Address> liars = new ArrayList<>();
  private final Resident alice;
  private int lies;
  private int unannounces;

  LookupBoundsTest() {
    for (int i = 0; i < LIARS; i++) {
      liars.add(town.addNode((request, nowNanos) -> lie(request)).node.address);
    }
    // each is closer than those before, so that a lookup has reason to ask them all
    liars.sort(Comparator.comparing(LookupBoundsTest::distance).reversed());
    alice = town.addPeer();
  }

  /** Names as many peers as a reply has room for, none of them twice. */
  private boolean lie(IncomingRequest request) {
    if (request.command() == Command.UNANNOUNCE) {
      unannounces++;
    }
    List<byte[]> peers =
        IntStream.range(0, LIES)
            .mapToObj(i -> new PeerRecord(key("lie" + lies++), List.of()).encode())
            .toList();
    request.reply(LookupReply.encode(peers, 0));
    return true;
  }

  /** Returns how far a node is from the topic. */
  static Key distance(Ipv4Address node) {
    WireWriter address = new WireWriter();
    node.encode(address);
    byte[] distance = Blake2b.hash(address.toByteArray());
    for (int i = 0; i < distance.length; i++) {
      distance[i] ^= (byte) TOPIC.byteAt(i);
    }
    return Key.of(distance);
  }

  @Test
  void aLookupTellsOfSoManyPeersAndNoMore() {
    Found found = new Found();
    alice.announcements.lookup(TOPIC, liars, found, town.dht.nowNanos);
    town.await(found);
    assertThat(lies).isGreaterThan(PeerLookup.FOUND_MAX + 10 * LIES);
    assertThat(found.peers).hasSize(PeerLookup.FOUND_MAX);
  }

  @Test
  void nodesThatSeemToHaveOurAnnouncementAreToldToForgetItAsFarAsThereAreNotTooMany() {
    Found found = new Found();
    alice.announcements.unannounce(TOPIC, ALICE, liars, found, town.dht.nowNanos);
    town.await(found);
    assertThat(found.result().answerCount()).isGreaterThan(PeerLookup.UNANNOUNCES_MAX + 10);
    assertThat(unannounces).isEqualTo(PeerLookup.UNANNOUNCES_MAX);
  }
}
