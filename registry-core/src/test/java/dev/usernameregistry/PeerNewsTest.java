package dev.usernameregistry;

import static dev.usernameregistry.KnownRegistriesTest.numbered;
import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.crypto.Key;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PeerNewsTest {
  private final Missing.PeerNews news = new Missing.PeerNews();

  /** Returns a peer that takes as much room as so many heads. */
  private static PeerState peer(long room) {
    Map<Key, PeerState.RemoteHead> heads = new HashMap<>();
    for (int number = 1; number < room; number++) {
      heads.put(numbered(number), new PeerState.RemoteHead(1, 0, Optional.empty()));
    }
    return new PeerState(numbered(0), "h:1", true, Instant.EPOCH, Optional.empty(), true, heads);
  }

  /**
   * Returns whether {@code added} came so late or was so much that all peers are to be looked at.
   */
  private boolean isTooMuch(List<PeerState> added) {
    news.takeOutdated();
    news.add(added);
    return news.isOutdated();
  }

  @Test
  void atFirstAllPeersAreToBeLookedAt() {
    assertThat(news.takeOutdated()).isTrue();
    assertThat(news.takeOutdated()).as("once taken").isFalse();
  }

  @Test
  void allPeersAreToBeLookedAtOnceAfterThatWasTold() {
    news.takeOutdated();
    news.outdate();

    assertThat(news.isOutdated()).isTrue();
    assertThat(news.isOutdated()).as("only looked at").isTrue();
    assertThat(news.takeOutdated()).isTrue();
    assertThat(news.isOutdated()).isFalse();
  }

  @Test
  void whatIsTakenIsTakenOnceAndInItsOrder() {
    PeerState first = peer(2);
    PeerState second = peer(3);
    assertThat(isTooMuch(List.of(first))).isFalse();
    assertThat(isTooMuch(List.of(second, first))).isFalse();

    assertThat(news.take()).containsExactly(first, second, first);
    assertThat(news.take()).isEmpty();
  }

  @Test
  void asMuchIsKeptAsThereIsRoomForAndNothingThatComesAfterMoreThanThat() {
    PeerState most = peer(Missing.PeerNews.HEADS_MAX - 1);
    for (int round = 0; round < 2; round++) {
      assertThat(isTooMuch(List.of(most))).isFalse();
      assertThat(isTooMuch(List.of(peer(2)))).as("one too many").isTrue();
      assertThat(isTooMuch(List.of(peer(1)))).as("after it").isTrue();
      assertThat(news.take()).containsExactly(most);
    }
  }

  @Test
  void whatIsTakenMakesRoom() {
    for (int round = 0; round < 3; round++) {
      assertThat(isTooMuch(List.of(peer(Missing.PeerNews.HEADS_MAX)))).as("all of it").isFalse();
      assertThat(news.take()).hasSize(1);
    }
  }

  /** Else peers that announce nothing, again and again, would take any amount of memory. */
  @Test
  void aPeerWithoutHeadsTakesRoom() {
    List<PeerState> many =
        Collections.nCopies(Math.toIntExact(Missing.PeerNews.HEADS_MAX) + 1, peer(1));

    assertThat(isTooMuch(many)).isTrue();
  }
}
