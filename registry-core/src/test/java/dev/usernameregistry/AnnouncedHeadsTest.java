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

class AnnouncedHeadsTest {
  private final Missing.AnnouncedHeads news = new Missing.AnnouncedHeads();

  /** Returns a peer that takes as much room as so many heads. */
  private static PeerState peer(long room) {
    Map<Key, PeerState.RemoteHead> heads = new HashMap<>();
    for (int number = 1; number < room; number++) {
      heads.put(numbered(number), new PeerState.RemoteHead(1, 0, Optional.empty()));
    }
    return new PeerState(numbered(0), "h:1", true, Instant.EPOCH, Optional.empty(), heads);
  }

  @Test
  void whatIsTakenIsTakenOnceAndInItsOrder() {
    PeerState first = peer(2);
    PeerState second = peer(3);
    assertThat(news.add(List.of(first))).isTrue();
    assertThat(news.add(List.of(second, first))).isTrue();

    assertThat(news.take()).containsExactly(first, second, first);
    assertThat(news.take()).isEmpty();
  }

  @Test
  void asMuchIsKeptAsThereIsRoomForAndNothingThatComesAfterMoreThanThat() {
    PeerState most = peer(Missing.AnnouncedHeads.HEADS_MAX - 1);
    for (int round = 0; round < 2; round++) {
      assertThat(news.add(List.of(most))).isTrue();
      assertThat(news.add(List.of(peer(2)))).as("one too many").isFalse();
      assertThat(news.add(List.of(peer(1)))).as("after it").isFalse();
      assertThat(news.take()).containsExactly(most);
    }
  }

  @Test
  void whatIsTakenMakesRoom() {
    for (int round = 0; round < 3; round++) {
      assertThat(news.add(List.of(peer(Missing.AnnouncedHeads.HEADS_MAX))))
          .as("all of it")
          .isTrue();
      assertThat(news.take()).hasSize(1);
    }
  }

  /** Else peers that announce nothing, again and again, would take any amount of memory. */
  @Test
  void aPeerWithoutHeadsTakesRoom() {
    List<PeerState> many =
        Collections.nCopies(Math.toIntExact(Missing.AnnouncedHeads.HEADS_MAX) + 1, peer(1));

    assertThat(news.add(many)).isFalse();
  }
}
