package dev.usernameregistry.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Blocks that were stored last are read from memory once, and take a bounded part of it. */
class RecentBlocksTest {
  private static final byte[] VALUE = {1, 2, 3};

  private final RecentBlocks recent = new RecentBlocks();

  @Test
  void aBlockIsThereOnceAndTakesNoRoomThen() {
    recent.add(1, Map.of(7L, VALUE));

    assertThat(recent.take(1, 8)).isNull();
    assertThat(recent.take(2, 7)).isNull();
    assertThat(recent.take(1, 7)).isSameAs(VALUE);
    assertThat(recent.take(1, 7)).isNull();
    assertThat(recent.weightBytes()).isZero();
  }

  @Test
  void theOldestGoWhenThereIsNoMoreRoom() {
    for (long block = 0; block < 20_000; block++) {
      recent.add(block % 3, Map.of(block, VALUE));
    }

    assertThat(recent.weightBytes()).isBetween(1_000_000L, 1L << 20);
    assertThat(recent.take(0, 0)).isNull();
    assertThat(recent.take(19_999 % 3, 19_999)).isSameAs(VALUE);
  }

  @Test
  void aBlockLargerThanAllTheRoomIsNotKeptAndDrivesOutNoOther() {
    recent.add(2, Map.of(7L, VALUE));
    recent.add(1, Map.of(7L, new byte[2 << 20]));

    assertThat(recent.take(1, 7)).isNull();
    assertThat(recent.take(2, 7)).isSameAs(VALUE);
    assertThat(recent.weightBytes()).isZero();
  }

  @Test
  void aBlockThatIsAddedAgainTakesItsRoomOnce() {
    byte[] again = {4};
    recent.add(1, Map.of(7L, VALUE));
    recent.add(1, Map.of(7L, again));

    assertThat(recent.take(1, 7)).isSameAs(again);
    assertThat(recent.weightBytes()).isZero();
  }

  @Test
  void whatIsStoredAnewIsGone() {
    recent.add(1, Map.of(6L, VALUE, 7L, VALUE));
    recent.add(2, Map.of(7L, VALUE));
    recent.remove(1, Set.of(7L, 8L));

    assertThat(recent.take(1, 7)).isNull();
    assertThat(recent.take(1, 6)).isSameAs(VALUE);
    assertThat(recent.take(2, 7)).isSameAs(VALUE);
    assertThat(recent.weightBytes()).isZero();
  }

  @Test
  void whatIsCutIsGone() {
    recent.add(1, Map.of(6L, VALUE, 7L, VALUE, 8L, VALUE));
    recent.add(2, Map.of(7L, VALUE));
    recent.removeFrom(1, 7);

    assertThat(recent.take(1, 7)).isNull();
    assertThat(recent.take(1, 8)).isNull();
    assertThat(recent.take(1, 6)).isSameAs(VALUE);
    assertThat(recent.take(2, 7)).isSameAs(VALUE);
    assertThat(recent.weightBytes()).isZero();
  }
}
