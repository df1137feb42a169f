package dev.usernameregistry.net.dht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.dht.RoutingTable.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which nodes are kept, and which are named near a target. */
final class RoutingTableTest {
  private static final Key OWN = Key.of(new byte[Key.BYTES]);

  private final Random random = new Random(6);

  private Ipv4Address randomAddress() {
    return new Ipv4Address(random.nextInt(), 1 + random.nextInt(0xffff));
  }

  private Key randomKey() {
    byte[] bytes = new byte[Key.BYTES];
    random.nextBytes(bytes);
    return Key.of(bytes);
  }

  /** Returns a key that agrees with {@code key} in its first bits. */
  private Key near(Key key, int bits) {
    byte[] bytes = randomKey().bytes();
    byte[] first = key.bytes();
    System.arraycopy(first, 0, bytes, 0, bits / 8);
    int mask = 0xff00 >> bits % 8;
    bytes[bits / 8] = (byte) ((first[bits / 8] & mask) | (bytes[bits / 8] & ~mask));
    return Key.of(bytes);
  }

  @Test
  void theNearestAreThoseThatASearchOfAllNodesFinds() {
    for (int size : new int[] {0, 1, 15, 100, 3000}) {
      RoutingTable table = new RoutingTable(RoutingTable.idOf(randomAddress()));
      List<Entry> all = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        Ipv4Address at = randomAddress();
        Entry entry = new Entry(RoutingTable.idOf(at), at);
        if (table.add(entry)) {
          all.add(entry);
        }
      }
      for (int i = 0; i < 200; i++) {
        Key target = near(table.id(), random.nextInt(20));
        int max = 1 + random.nextInt(25);
        all.sort((a, b) -> RoutingTable.compareDistance(target, a.id, b.id));
        assertThat(table.nearest(target, max)).isEqualTo(all.subList(0, Math.min(max, all.size())));
      }
    }
  }

  /** Returns a node whose id has these two bytes, and else the bits of {@link #OWN}. */
  private static Entry entry(int firstByte, int lastByte) {
    byte[] id = new byte[Key.BYTES];
    id[0] = (byte) firstByte;
    id[Key.BYTES - 1] = (byte) lastByte;
    return new Entry(Key.of(id), Ipv4Address.of("10.0.0.1", 1 + lastByte));
  }

  @Test
  void aRowHasTwentyNodesAndThoseOfOtherRowsFindRoomBesides() {
    RoutingTable table = new RoutingTable(OWN);
    for (int i = 0; i < 20; i++) {
      assertThat(table.add(entry(0x80, i))).isTrue();
    }
    assertThat(table.add(entry(0x80, 20))).isFalse();
    assertThat(table.add(entry(0x80, 7))).as("in the place of the same id").isTrue();
    assertThat(table.add(entry(0x40, 20))).isTrue();
    assertThat(table.size()).isEqualTo(21);

    assertThat(table.remove(entry(0x80, 3).id)).isTrue();
    assertThat(table.add(entry(0x80, 20))).isTrue();
  }

  @Test
  void theOwnIdIsNoNodeOfTheTable() {
    RoutingTable table = new RoutingTable(OWN);
    assertThat(table.add(new Entry(OWN, Ipv4Address.of("10.0.0.1", 1)))).isFalse();
    assertThat(table.size()).isZero();
  }
}
