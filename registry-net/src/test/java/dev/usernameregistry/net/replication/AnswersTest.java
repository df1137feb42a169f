package dev.usernameregistry.net.replication;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.LogStorage;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.testkit.ForwardingLogStorage;
import dev.usernameregistry.tree.ProofRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AnswersTest {
  /** Fails as no storage may. */
  private static final class Mistaken extends ForwardingLogStorage {
    Mistaken(LogStorage storage) {
      super(storage);
    }

    @Override
    public byte @Nullable [] readBlock(long block) {
      throw new IllegalStateException("a mistake");
    }
  }

  @Test
  void aRequestOverWhichProvingFailsByAMistakeIsRefusedAndNotTriedForEver() throws IOException {
    LogStorage storage = new Mistaken(new MemoryStorage().openLog(Air.MANIFEST.key()));
    Log log = Log.open(storage, Air.MANIFEST, Optional.of(Air.SIGNER));
    log.append(List.of("a".getBytes(UTF_8), "b".getBytes(UTF_8)));
    Answers answers = new Answers(log);
    answers.take(ProofRequest.of(1, 0, new ProofRequest.Block(0, 0)));
    answers.take(ProofRequest.of(2, 0, new ProofRequest.Upgrade(0, 2)));

    List<Message> made = new ArrayList<>();
    for (int works = 0; works < 10 && answers.hasWork(); works++) {
      Work work = Objects.requireNonNull(answers.nextWork(() -> {}));
      try {
        work.run();
      } catch (IllegalStateException mistake) {
        assertThat(mistake).hasMessage("a mistake"); // logged by whoever runs it
      }
      work.finish(0);
      for (Message next; (next = answers.next()) != null; ) {
        made.add(next);
      }
    }

    assertThat(answers.hasWork()).isFalse();
    assertThat(made).hasSize(2);
    assertThat(made.get(0)).isEqualTo(new NoData(1, NoData.NOT_AVAILABLE));
    assertThat(made.get(1)).isInstanceOf(Message.Data.class);
  }
}
