package dev.usernameregistry.net.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.log.Log;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.tree.Made;
import dev.usernameregistry.tree.ProofRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a peer is told of new blocks of a log that is not whole here. */
class AnnouncementsTest {
  private static final int LENGTH = 5_000;

  private final Log log = Air.openReader(new MemoryStorage(), Air.MANIFEST.key());
  private final RemoteBlocks theirs = new RemoteBlocks(new PageBudget());
  private final Announcements announcements =
      new Announcements(log, theirs, new TheirHead(log, theirs));

  @BeforeEach
  void open() throws IOException {
    Log writer = Air.openWriter(new MemoryStorage());
    writer.append(Collections.nCopies(LENGTH, new byte[1]));
    ProofRequest.Upgrade all = new ProofRequest.Upgrade(0, LENGTH);
    Made head = writer.prove(ProofRequest.of(1, 0, all).withManifest());
    log.apply(((Made.Ready) head).proof());
    announcements.open();
    drain();
  }

  private List<Message> drain() {
    List<Message> messages = new ArrayList<>();
    for (Message message; (message = announcements.next()) != null; ) {
      messages.add(message);
    }
    return messages;
  }

  private void stored(long... blocks) {
    for (long block : blocks) {
      announcements.stored(block, 1);
    }
  }

  private static Range range(long start, long length) {
    return new Range(false, start, length);
  }

  @Test
  void blocksNearTheEndAreToldToEverybodyAndOthersToWhoWantsThem() {
    stored(0, 1_000, LENGTH - 258);
    assertThat(drain()).isEmpty();
    stored(LENGTH - 257);
    assertThat(drain()).containsExactly(range(LENGTH - 257, 1));

    announcements.take(new Want(true, 1_000, 10, false));
    drain();
    stored(999, 1_000, 1_009, 1_010);
    assertThat(drain()).containsExactly(range(1_000, 1), range(1_009, 1));

    announcements.take(new Want(false, 1_000, 10, false));
    stored(1_005);
    assertThat(drain()).isEmpty();
  }

  @Test
  void whatIsWantedNoMoreIsThatAndNothingElse() {
    announcements.take(new Want(true, 0, 10, false));
    announcements.take(new Want(true, 100, 10, false));
    announcements.take(new Want(false, 0, 11, false));
    announcements.take(new Want(false, 1, 10, false));
    announcements.take(new Want(false, 100, 10, false));
    drain();

    stored(5, 105);

    assertThat(drain()).containsExactly(range(5, 1));
  }

  @Test
  void neighboursAreToldTogether() {
    stored(LENGTH - 9, LENGTH - 8, LENGTH - 7, LENGTH - 5);

    assertThat(drain()).containsExactly(range(LENGTH - 9, 3), range(LENGTH - 5, 1));
  }

  /** Every other block makes a range of its own; a bitfield says all of it in the end. */
  @Test
  void aPeerThatDoesNotReadIsToldInFewerWords() {
    announcements.take(new Want(true, 0, LENGTH, false));
    drain();
    for (long block = 0; block < LENGTH; block += 2) {
      stored(block);
    }

    List<Message> messages = drain();

    assertThat(messages).hasSizeLessThanOrEqualTo(1_024 + 1).last().isInstanceOf(Bitfield.class);
    assertThat(messages).filteredOn(Bitfield.class::isInstance).hasSize(1);
  }
}
