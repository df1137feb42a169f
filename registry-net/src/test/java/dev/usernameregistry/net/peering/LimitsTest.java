package dev.usernameregistry.net.peering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.peering.Budget.Rate;
import dev.usernameregistry.net.peering.ServerHandshake.Origin;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Alarms, rates and memories: on a clock that may wrap around, and never more than they may. */
class LimitsTest {
  private static final Ipv4Address RELAY = Ipv4Address.of("1.1.1.1", 1);
  private static final Ipv4Address CLIENT = Ipv4Address.of("2.2.2.2", 2);

  @Test
  void alarmsGoOffInTheirOrderAlsoWhenTheClockWrapsAround() {
    Alarms alarms = new Alarms();
    long start = Long.MAX_VALUE - 5;
    List<String> heard = new ArrayList<>();
    alarms.set(10, now -> heard.add("second"), start);
    alarms.set(2, now -> heard.add("first"), start);
    alarms.set(10, now -> heard.add("third"), start);
    Alarms.Alarm stopped = alarms.set(5, now -> heard.add("stopped"), start);
    alarms.stop(stopped);
    alarms.run(start + 1);
    assertThat(heard).isEmpty();
    assertThat(alarms.nextNanos()).isEqualTo(start + 2);
    alarms.run(start + 2);
    assertThat(heard).containsExactly("first");
    alarms.run(start + 20);
    assertThat(heard).containsExactly("first", "second", "third");
    assertThat(alarms.nextNanos()).isEqualTo(Long.MAX_VALUE);
    alarms.stop(stopped);
  }

  @Test
  void alarmMayStopAndSetOthers() {
    Alarms alarms = new Alarms();
    List<String> heard = new ArrayList<>();
    List<Alarms.Alarm> victims = new ArrayList<>();
    alarms.set(
        1,
        now -> {
          victims.forEach(alarms::stop);
          alarms.set(1, later -> heard.add("later"), now);
        },
        0);
    victims.add(alarms.set(1, now -> heard.add("victim"), 0));
    alarms.run(1);
    assertThat(heard).isEmpty();
    alarms.run(2);
    assertThat(heard).containsExactly("later");
  }

  @Test
  void whatAClientAsksTooMuchIsNotTakenFromItsRelay() {
    Budget budget = new Budget(new Rate(2, 1), new Rate(5, 1), new Rate(100, 1));
    Origin flooding = new Origin(RELAY, CLIENT, RELAY, 0, false);
    for (int i = 0; i < 50; i++) {
      budget.take(flooding, 0);
    }
    assertThat(budget.refusedCount()).isEqualTo(48);
    for (int host = 10; host < 13; host++) {
      assertThat(budget.take(new Origin(RELAY, new Ipv4Address(host, 1), RELAY, 0, false), 0))
          .isTrue();
    }
    assertThat(budget.take(new Origin(RELAY, new Ipv4Address(13, 1), RELAY, 0, false), 0))
        .as("the relay's share is used up")
        .isFalse();
    assertThat(budget.take(new Origin(CLIENT, CLIENT, RELAY, 0, true), 0))
        .as("who asks us directly is not counted with a relay")
        .isTrue();
  }

  @Test
  void allTogetherHaveALimitToo() {
    Budget budget = new Budget(new Rate(2, 1), new Rate(5, 1), new Rate(7, 1));
    int taken = 0;
    for (int host = 1; host < 100; host++) {
      Ipv4Address client = new Ipv4Address(host, 1);
      taken += budget.take(new Origin(client, client, RELAY, 0, true), 0) ? 1 : 0;
    }
    assertThat(taken).isEqualTo(7);
    assertThat(budget.refusedCount()).isEqualTo(92);
  }

  @Test
  void whatIsRefusedToOneIsNotTakenFromAll() {
    Budget budget = new Budget(new Rate(2, 1), new Rate(4, 1), new Rate(7, 1));
    for (int i = 0; i < 50; i++) {
      budget.take(new Origin(CLIENT, CLIENT, RELAY, 0, true), 0);
      budget.take(new Origin(RELAY, new Ipv4Address(100 + i, 1), RELAY, 0, false), 0);
    }
    assertThat(budget.take(new Origin(RELAY, RELAY, RELAY, 0, true), 0)).as("the seventh").isTrue();
    assertThat(budget.take(new Origin(RELAY, RELAY, RELAY, 0, true), 0)).isFalse();
  }

  @Test
  void aThousandSourcesAreKnownAtATime() {
    Budget budget = new Budget(new Rate(2, 1), new Rate(5, 1), new Rate(10_000, 1));
    int taken = 0;
    for (int i = 0; i < 3000; i++) {
      Ipv4Address client = new Ipv4Address(1 + i % 1000, 1);
      taken += budget.take(new Origin(client, client, RELAY, 0, true), 0) ? 1 : 0;
    }
    assertThat(taken).isEqualTo(2 * 1000);
  }

  @Test
  void relaysOfTheLastPeersAreRemembered() {
    Peering.RelayMemory memory = new Peering.RelayMemory();
    for (int i = 0; i < Peering.RelayMemory.PEERS_MAX + 10; i++) {
      memory.remember(key(i), List.of(new Ipv4Address(i, 1)));
    }
    memory.remember(key(0), List.of());
    assertThat(memory.of(key(0))).isEmpty();
    assertThat(memory.of(key(10))).containsExactly(new Ipv4Address(10, 1));
    memory.remember(key(10), List.of(RELAY, RELAY, RELAY, RELAY, CLIENT));
    assertThat(memory.of(key(10))).hasSize(4);
  }

  private static Key key(int number) {
    byte[] bytes = new byte[Key.BYTES];
    bytes[0] = (byte) number;
    bytes[1] = (byte) (number >> 8);
    return Key.of(bytes);
  }
}
