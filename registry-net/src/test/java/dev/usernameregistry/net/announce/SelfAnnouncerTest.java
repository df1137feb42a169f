package dev.usernameregistry.net.announce;

import static dev.usernameregistry.net.announce.Bench.keyPair;
import static dev.usernameregistry.net.announce.Town.MINUTE;
import static dev.usernameregistry.net.announce.Town.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.announce.SelfAnnouncer.Relay;
import dev.usernameregistry.net.announce.Town.Found;
import dev.usernameregistry.net.announce.Town.Resident;
import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.dht.IncomingRequest;
import dev.usernameregistry.net.dht.SimulatedDht;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Keeping a key reachable, in a whole network on a simulated clock. */
class SelfAnnouncerTest {
  private static final KeyPair ALICE = keyPair("alice");
  private static final Key TARGET = PeerRecord.target(ALICE.publicKey());

  private final Town town = new Town(1, 30);
  private final Resident alice = town.addPeer();
  private final Resident bob = town.addPeer();
  private final SelfAnnouncer announcer = announcer(alice);
  private int announced;

  private SelfAnnouncer announcer(Resident resident) {
    SelfAnnouncer made =
        new SelfAnnouncer(resident.node.dht, resident.records, ALICE, nowNanos -> announced++);
    resident.node.attach(
        new SimulatedDht.Companion() {
          @Override
          public void onTimeout(long nowNanos) {
            made.onTimeout(nowNanos);
          }

          @Override
          public long nextTimeoutNanos() {
            return made.nextTimeoutNanos();
          }
        });
    return made;
  }

  private void start() {
    announcer.start(town.dht.nowNanos);
    town.await(() -> announced == 1);
  }

  private Resident nodeAt(Ipv4Address address) {
    return town.nodes.stream()
        .filter(node -> node.node.address.equals(address))
        .findFirst()
        .orElseThrow();
  }

  private long forwards() {
    return town.nodes.stream()
        .filter(node -> node.records.forward(TARGET, town.dht.nowNanos).isPresent())
        .count();
  }

  @Test
  void threeClosestNodesForwardToTheSocketThatAnnounced() {
    start();
    Ipv4Address here = alice.node.address(DhtNode.CLIENT_SOCKET);
    assertThat(announcer.relays()).hasSize(3).allMatch(r -> r.peerAddress().equals(here));
    assertThat(announcer.relayAddresses())
        .containsExactlyElementsOf(announcer.relays().stream().map(Relay::relayAddress).toList());
    for (Relay relay : announcer.relays()) {
      assertThat(nodeAt(relay.relayAddress()).records.forward(TARGET, town.dht.nowNanos))
          .contains(here);
      assertThat(announcer.isRelay(relay.relayAddress())).isTrue();
    }
    assertThat(forwards()).isEqualTo(3);
    Found found = town.findPeer(bob, ALICE.publicKey());
    assertThat(found.told).hasSameElementsAs(announcer.relayAddresses());
    assertThat(found.peers).containsOnly(new PeerRecord(ALICE.publicKey(), List.of()));
    assertThat(alice.records.find(TARGET, town.dht.nowNanos)).isPresent();
  }

  @Test
  void pingsKeepTheWayOpenAndTheKeyIsAnnouncedAgainEveryFiveMinutes() {
    start();
    town.dht.run(4 * MINUTE);
    assertThat(announced).isEqualTo(1);
    town.dht.records = true;
    town.dht.run(MINUTE / 2);
    Ipv4Address here = alice.node.address(DhtNode.CLIENT_SOCKET);
    long pings =
        town.dht.seen.stream()
            .filter(flight -> flight.from().equals(here))
            .filter(flight -> announcer.relayAddresses().contains(flight.to()))
            .count();
    assertThat(pings).isBetween(27L, 33L); // three relays, every three seconds
    town.dht.records = false;
    town.dht.run(MINUTE);
    assertThat(announced).isEqualTo(2);
    town.dht.run(60 * MINUTE);
    assertThat(announced).isBetween(12, 15);
    assertThat(forwards()).isEqualTo(3);
  }

  @Test
  void relayThatDiesIsReplacedWithinSeconds() {
    start();
    Ipv4Address lost = announcer.relayAddresses().get(1);
    nodeAt(lost).node.kill();
    long before = town.dht.nowNanos;
    town.await(() -> announced == 2);
    assertThat(town.dht.nowNanos - before).isLessThan(20 * SECOND);
    assertThat(announcer.relayAddresses()).hasSize(3).doesNotContain(lost);
    assertThat(announcer.isRelay(lost)).isTrue(); // handshakes that it sent may still come
  }

  /** It takes every announcement, so that it is always among the three. */
  @Test
  void relayThatAnswersNoPingHasUsAnnounceEverLessOften() {
    start();
    Ipv4Address mute = announcer.relayAddresses().get(0);
    town.dht.drops = flight -> flight.to().equals(mute) && isInternal(flight.bytes());
    town.dht.run(10 * MINUTE);
    assertThat(announced).isBetween(5, 20);
    assertThat(announcer.relayAddresses()).contains(mute).hasSize(3);
    town.dht.drops = flight -> false;
    town.dht.run(15 * MINUTE);
    int before = announced;
    nodeAt(announcer.relayAddresses().get(1)).node.kill();
    town.dht.run(20 * SECOND);
    assertThat(announced).as("after a calm while at once again").isEqualTo(before + 1);
  }

  private static boolean isInternal(byte[] datagram) {
    return datagram[0] == 3 && (datagram[1] & 4) != 0;
  }

  @Test
  void natThatRebindsDoesNotLeaveForwardsToTheDeadAddress() {
    start();
    Ipv4Address dead = alice.node.address(DhtNode.CLIENT_SOCKET);
    Ipv4Address here = Ipv4Address.of("77.7.7.7", 50_999);
    alice.node.rebind(DhtNode.CLIENT_SOCKET, here);
    long before = town.dht.nowNanos;
    town.await(() -> announced == 2);
    assertThat(town.dht.nowNanos - before).isLessThan(10 * SECOND);
    assertThat(announcer.relays()).hasSize(3).allMatch(r -> r.peerAddress().equals(here));
    assertThat(forwardsTo(here)).isEqualTo(3);
    assertThat(forwardsTo(dead)).isZero();
    town.dht.run(MINUTE);
    assertThat(announced).isEqualTo(2);
  }

  private long forwardsTo(Ipv4Address address) {
    return town.nodes.stream()
        .flatMap(node -> node.records.forward(TARGET, town.dht.nowNanos).stream())
        .filter(address::equals)
        .count();
  }

  @Test
  void relayThatIsNoLongerAmongTheClosestIsToldSo() {
    start();
    List<Ipv4Address> before = announcer.relayAddresses();
    while (announcer.relayAddresses().containsAll(before)) {
      for (int i = 0; i < 10; i++) {
        town.addNode(null);
      }
      int round = announced;
      announcer.refresh(town.dht.nowNanos);
      town.await(() -> announced > round);
    }
    town.dht.run(5 * SECOND);
    assertThat(forwards()).isEqualTo(3);
    assertThat(announcer.relayAddresses())
        .allMatch(a -> nodeAt(a).records.forward(TARGET, town.dht.nowNanos).isPresent());
  }

  @Test
  void stoppingTakesTheAnnouncementsAway() {
    start();
    boolean[] stopped = new boolean[1];
    announcer.stop(nowNanos -> stopped[0] = true, town.dht.nowNanos);
    assertThat(announcer.relays()).isEmpty();
    town.await(() -> stopped[0]);
    assertThat(forwards()).isZero();
    assertThat(alice.records.find(TARGET, town.dht.nowNanos)).isEmpty();
    assertThat(announcer.nextTimeoutNanos()).isEqualTo(Long.MAX_VALUE);
    boolean[] again = new boolean[1];
    announcer.stop(nowNanos -> again[0] = true, town.dht.nowNanos);
    assertThat(again[0]).isTrue();

    announcer.start(town.dht.nowNanos);
    town.await(() -> announced == 2);
    assertThat(forwards()).isEqualTo(3);
  }

  @Test
  void stoppingMidwayLeavesNothingBehind() {
    for (int millis = 0; millis < 600; millis += 7) {
      announcer.start(town.dht.nowNanos);
      town.dht.run(millis * SECOND / 1000);
      boolean[] stopped = new boolean[1];
      announcer.stop(nowNanos -> stopped[0] = true, town.dht.nowNanos);
      town.await(() -> stopped[0]);
      town.dht.run(SECOND);
      assertThat(forwards()).as("stopped after %s ms", millis).isZero();
    }
  }

  @Test
  void stoppingMidwayEndsItForGoodAlsoIfItWasToAnnounceAgain() {
    for (int millis = 0; millis < 600; millis += 7) {
      announcer.start(town.dht.nowNanos);
      town.dht.run(millis * SECOND / 1000);
      announcer.refresh(town.dht.nowNanos);
      boolean[] stopped = new boolean[1];
      announcer.stop(nowNanos -> stopped[0] = true, town.dht.nowNanos);
      town.await(() -> stopped[0]);
      town.dht.run(5 * SECOND);
      assertThat(announcer.relays()).as("stopped after %s ms", millis).isEmpty();
      assertThat(announcer.nextTimeoutNanos()).isEqualTo(Long.MAX_VALUE);
      assertThat(forwards()).as("stopped after %s ms", millis).isZero();
    }
  }

  @Test
  void startingWhileItStopsKeepsTheKeyAnnounced() {
    start();
    boolean[] stopped = new boolean[1];
    announcer.stop(nowNanos -> stopped[0] = true, town.dht.nowNanos);
    announcer.start(town.dht.nowNanos);
    assertThat(stopped[0]).isTrue();
    town.await(() -> announced == 2);
    assertThat(forwards()).isEqualTo(3);
    assertThat(announcer.relays()).hasSize(3);
  }

  @Test
  void reachablePeerNamesItselfFirst() {
    Resident node = town.nodes.get(3);
    SelfAnnouncer ofNode = announcer(node);
    ofNode.start(town.dht.nowNanos);
    town.await(() -> announced == 1);
    assertThat(ofNode.relays()).hasSize(3);
    assertThat(ofNode.relayAddresses()).hasSize(3).startsWith(node.node.address);
    assertThat(ofNode.relayAddresses().subList(1, 3))
        .containsExactlyElementsOf(
            ofNode.relays().stream().map(Relay::relayAddress).limit(2).toList());
  }

  @Test
  void withoutAnyNodeItTriesEverLessOften() {
    town.nodes.forEach(node -> node.node.kill());
    announcer.start(town.dht.nowNanos);
    town.dht.run(60 * MINUTE);
    assertThat(announcer.relays()).isEmpty();
    assertThat(announced).isBetween(8, 25);
    int before = announced;
    town.dht.run(60 * MINUTE);
    assertThat(announced - before).as("in the second hour").isBetween(9, 13);
  }

  @Test
  void nodesThatRefuseTheAnnouncementAreNoRelays() {
    Set<Ipv4Address> refusing = new HashSet<>();
    for (int i = 0; i < 30; i++) {
      refusing.add(town.addNode((request, nowNanos) -> refuse(request)).node.address);
    }
    start();
    Set<Ipv4Address> asked =
        town.findPeer(bob, ALICE.publicKey()).result().closestNodes().stream()
            .limit(SelfAnnouncer.RELAYS)
            .collect(Collectors.toSet());
    assertThat(asked).as("of some it proves something").containsAnyElementsOf(refusing);
    asked.removeAll(refusing);
    assertThat(announcer.relays())
        .extracting(Relay::relayAddress)
        .containsExactlyInAnyOrderElementsOf(asked);
    assertThat(announcer.relayAddresses()).hasSameElementsAs(asked);
    assertThat(refusing).noneMatch(announcer::isRelay);
  }

  /** Knows nobody and takes no announcement. */
  private static boolean refuse(IncomingRequest request) {
    if (request.command() == Command.ANNOUNCE) {
      request.error(16);
    } else {
      request.reply(null);
    }
    return true;
  }

  @Test
  void suspendedNodeDoesNotKeepItBusy() {
    start();
    alice.node.dht.suspend(town.dht.nowNanos);
    town.dht.run(10 * MINUTE);
    assertThat(announced).isLessThan(20);
    alice.node.dht.resume(town.dht.nowNanos);
    announcer.refresh(town.dht.nowNanos);
    int before = announced;
    town.await(() -> announced > before && announcer.relays().size() == 3);
  }
}
