package dev.usernameregistry.net.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.net.replication.Air.End;
import dev.usernameregistry.net.replication.Air.Peer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/**
 * Conversations that a person can read: what was done, and everything that was said and stored. The
 * flag {@code -Dtranscripts=rewrite} writes them anew; commit only what you understand.
 */
class ReplicationTranscriptTest {
  private static final String FOLDER = "transcripts/replication/";

  private final Air air = new Air(null);

  @BeforeEach
  void nothingIsSaidYet() {
    assertThat(air.transcript).isEmpty();
  }

  @Test
  void emptyReaderCatchesUp() {
    Peer writer = air.writer("writer");
    does("append 3 blocks", () -> writer.append("one", "two", "three"));
    Peer reader = air.reader("reader");
    does("connect reader to writer", () -> air.connect(reader, writer));
  }

  @Test
  void liveAppend() {
    Peer writer = air.writer("writer");
    Peer reader = air.reader("reader");
    does("connect reader to writer", () -> air.connect(reader, writer));
    does("append 1 block", () -> writer.append("one"));
    does("append 2 blocks", () -> writer.append("two", "three"));
  }

  @Test
  void truncation() {
    Peer writer = air.writer("writer");
    Peer reader = air.reader("reader");
    does("append 5 blocks", () -> writer.append("one", "two", "three", "four", "five"));
    does("connect reader to writer", () -> air.connect(reader, writer));
    does("cut to 3 blocks", () -> writer.truncate(3));
    does("append 1 block", () -> writer.append("4"));
  }

  @Test
  void sparseServer() {
    Peer writer = air.writer("writer");
    Peer sparse = air.reader("sparse");
    Peer reader = air.reader("reader");
    does("append 6 blocks", () -> writer.append("one", "two", "three", "four", "five", "six"));
    writer.tongue =
        message ->
            message instanceof Message.Data data
                    && data.proof().block() != null
                    && data.proof().block().index() % 2 == 1
                ? new NoData(data.proof().request(), NoData.NOT_AVAILABLE)
                : message;
    End[] source = new End[1];
    does(
        "connect sparse to writer, who keeps blocks 1, 3 and 5 for itself",
        () -> source[0] = air.connect(sparse, writer).get(0));
    does("connect reader to sparse", () -> air.connect(reader, sparse));
    source[0].disconnect();
    writer.tongue = message -> message;
    does("connect sparse to writer again", () -> air.connect(sparse, writer));
  }

  @Test
  void conflict() {
    Peer writer = air.writer("writer");
    Peer copy = air.writer("copy");
    Peer reader = air.reader("reader");
    does("append 2 blocks", () -> writer.append("one", "two"));
    does("append 3 blocks, the second another one", () -> copy.append("one", "2", "three"));
    does("connect reader to writer", () -> air.connect(reader, writer));
    does("connect reader to copy", () -> air.connect(reader, copy));
  }

  @Test
  void badData() {
    Peer writer = air.writer("writer");
    Peer reader = air.reader("reader");
    does("append 4 blocks", () -> writer.append("one", "two", "three", "four"));
    boolean[] lied = {false};
    writer.tongue =
        message -> {
          if (!lied[0]
              && message instanceof Message.Data data
              && data.proof().block() != null
              && data.proof().block().index() == 2) {
            lied[0] = true;
            return new Message.Data(data.proof().withValues(List.of(new byte[] {1})));
          }
          return message;
        };
    does(
        "connect reader to writer, who sends a wrong block 2 once",
        () -> air.connect(reader, writer));
  }

  private void does(String what, Runnable action) {
    air.note(what);
    air.note("----");
    action.run();
    air.drive();
    air.note("");
  }

  @AfterEach
  void conversationIsAsRecorded(TestInfo test) throws IOException {
    String name = test.getTestMethod().orElseThrow().getName();
    String file = name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT) + ".txt";
    String text = String.join("\n", air.transcript.stream().map(String::stripTrailing).toList());
    if (System.getProperty("transcripts", "").equals("rewrite")) {
      Path path = Path.of("src/test/resources", FOLDER, file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, text);
      return;
    }
    try (InputStream in = getClass().getResourceAsStream("/" + FOLDER + file)) {
      assertThat(in).as("transcript " + file).isNotNull();
      if (in != null) {
        assertThat(text).isEqualTo(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
  }
}
