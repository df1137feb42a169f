package dev.usernameregistry.net.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.log.Evidence;
import dev.usernameregistry.net.replication.Air.End;
import dev.usernameregistry.net.replication.Air.Peer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Honest peers in any connected graph, of which two append to copies of one log. They append while
 * they connect, and some leave and come back.
 */
final class ForkedGraphTest {
  /** So do the first 20,000 seeds; see {@link ReplicationTest#seeds}. */
  @ParameterizedTest
  @MethodSource("dev.usernameregistry.net.replication.ReplicationTest#seeds")
  void allEndWithWhatBothHistoriesHaveInCommon(long seed) throws IOException {
    assertThat(run(new Random(seed))).isEqualTo("ok");
  }

  private static String run(Random random) throws IOException {
    Air air = new Air(random);
    Peer writer = air.writer("writer");
    Peer copy = air.writer("copy");
    int count = 6 + random.nextInt(30);
    List<byte[]> common = ReplicationTest.values(random, count);
    List<Peer> peers = new ArrayList<>(List.of(writer, copy));
    int readers = 1 + random.nextInt(5);
    for (int i = 0; i < readers; i++) {
      peers.add(air.reader("r" + i));
    }
    int split = random.nextInt(count);
    writer.append(common.subList(0, split));
    copy.append(common.subList(0, split));
    // a spanning tree, in random order, and some more edges
    List<int[]> edges = new ArrayList<>();
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < peers.size(); i++) {
      order.add(i);
    }
    Collections.shuffle(order, random);
    for (int i = 1; i < order.size(); i++) {
      edges.add(new int[] {order.get(i), order.get(random.nextInt(i))});
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      int a = random.nextInt(peers.size());
      int b = random.nextInt(peers.size());
      if (a != b
          && edges.stream().noneMatch(e -> (e[0] == a && e[1] == b) || (e[0] == b && e[1] == a))) {
        edges.add(new int[] {a, b});
      }
    }
    Collections.shuffle(edges, random);

    int[] own = {1 + random.nextInt(12), 1 + random.nextInt(12)};
    if (own[0] == own[1]) {
      own[0]++;
    }
    Peer[] writers = {writer, copy};
    boolean reconnect = random.nextBoolean();
    while (!edges.isEmpty() || own[0] + own[1] > 0) {
      int what = random.nextInt(4);
      if (what == 0 && !edges.isEmpty()) {
        int[] edge = edges.remove(edges.size() - 1);
        List<End> ends = air.connect(peers.get(edge[0]), peers.get(edge[1]));
        ends.forEach(end -> end.session.allowPush());
        if (reconnect && random.nextInt(3) == 0) {
          for (int i = random.nextInt(40); i > 0; i--) {
            air.step();
          }
          ends.get(0).disconnect();
          edges.add(0, edge);
          reconnect = random.nextInt(4) != 0;
        }
      } else if (what == 1) {
        int w = random.nextInt(2);
        int at = (int) writers[w].log.length();
        if (at < count) {
          int n = Math.min(count - at, 1 + random.nextInt(8));
          if (!writers[w].log.writable()) {
            return "frozen early";
          }
          writers[w].append(common.subList(at, at + n));
        } else if (own[w] > 0) {
          int n = Math.min(own[w], 1 + random.nextInt(5));
          if (writers[w].log.writable() && writers[w].log.length() >= count) {
            writers[w].append(Collections.nCopies(n, new byte[] {(byte) w}));
          }
          own[w] -= n;
        }
      } else {
        for (int i = random.nextInt(20); i > 0; i--) {
          air.step();
        }
      }
    }
    air.drive();
    boolean anyEvidence = peers.stream().anyMatch(p -> p.log.evidence().isPresent());
    if (!anyEvidence) {
      long distinct =
          peers.stream()
              .map(peer -> HexFormat.of().formatHex(peer.log.head().signature()))
              .distinct()
              .count();
      return distinct == 1 ? "ok" : "UNNOTICED(" + describe(peers, count);
    }
    long agreed = writer.log.length();
    for (Peer peer : peers) {
      if (!peer.log.evidence().map(Evidence::isExact).orElse(false)
          || peer.log.length() != agreed
          || peer.log.contiguousLength() != agreed) {
        String kind =
            peer.log.evidence().isEmpty()
                ? "NOT FROZEN"
                : !peer.log.evidence().get().isExact() ? "INEXACT" : "LENGTH";
        return kind + "(" + describe(peers, count);
      }
    }
    return "ok";
  }

  private static String describe(List<Peer> peers, int count) {
    StringBuilder out = new StringBuilder("common " + count);
    for (Peer p : peers) {
      out.append(", ")
          .append(p.name)
          .append(" head ")
          .append(p.log.head().length())
          .append(" len ")
          .append(p.log.length())
          .append(" cont ")
          .append(p.log.contiguousLength())
          .append(
              p.log
                  .evidence()
                  .map(
                      e ->
                          (e.isExact() ? " exact " : " inexact ")
                              + e.agreedLength()
                              + "/"
                              + e.length())
                  .orElse(" free"));
    }
    return out.toString();
  }
}
