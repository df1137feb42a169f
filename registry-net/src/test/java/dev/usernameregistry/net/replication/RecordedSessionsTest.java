package dev.usernameregistry.net.replication;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.Manifest;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.testkit.Vectors;
import dev.usernameregistry.tree.Made;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sessions of two peers of the reference, with our session in the place of the serving one. */
class RecordedSessionsTest {
  private static final Vectors VECTORS = Vectors.load("replication");

  static Stream<Arguments> sessions() {
    return VECTORS.arguments("sessions");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sessions")
  void everyMessageIsReadAndWrittenBack(String name, JsonNode session) {
    int count = 0;
    for (Line line : lines(session)) {
      for (Said said : line.said) {
        if (said.payload == null) {
          continue;
        }
        Message message = Message.decode(said.type, new WireReader(said.payload));
        assertThat(message).isNotNull();
        if (message != null) {
          assertThat(encode(message)).isEqualTo(said.payload);
        }
        count++;
      }
    }
    boolean rejected = session.path("result").isNull();
    assertThat(count > 0 || rejected).isTrue();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sessions")
  void ourAnswersAreThoseOfTheReference(String name, JsonNode session) throws IOException {
    for (JsonNode core : session.get("cores")) {
      List<Line> lines = lines(session);
      String id = core.get("discoveryKey").asText();
      String server = servingSide(lines, id);
      if (server == null) {
        continue;
      }
      Replay replay = new Replay(session, core, lines, server);
      replay.run();

      assertThat(replay.ours).containsExactlyInAnyOrderElementsOf(replay.theirs).isNotEmpty();
      // the reference acknowledges a length later than we do, so the syncs need not be the same
      assertThat(replay.lastHead()).isEqualTo(replay.theirLastHead());
    }
  }

  @Test
  void thereIsAServingSideInMostSessions() {
    long serving =
        VECTORS.cases("sessions").stream()
            .filter(s -> servingSide(lines(s), s.at("/cores/0/discoveryKey").asText()) != null)
            .count();
    assertThat(serving).isGreaterThanOrEqualTo(VECTORS.cases("sessions").size() / 2);
  }

  /** Returns which side sent data of a log, or null. */
  private static @Nullable String servingSide(List<Line> lines, String id) {
    for (Line line : lines) {
      for (Said said : line.said) {
        if (said.is(id, Message.Data.TYPE)) {
          return line.from;
        }
      }
    }
    return null;
  }

  /** Takes all frames apart; a frame that belongs to no log says nothing here. */
  private static List<Line> lines(JsonNode session) {
    Map<String, Map<Long, byte[]>> channels = new HashMap<>();
    List<Line> lines = new ArrayList<>();
    for (JsonNode message : session.get("messages")) {
      if (message.has("note")) {
        lines.add(new Line(message.get("note").asText(), "", List.of()));
        continue;
      }
      String from = message.get("from").asText();
      List<Said> said = new ArrayList<>();
      WireReader frame = new WireReader(Vectors.bytes(message.get("hex")));
      if (frame.remaining() != Key.BYTES) {
        read(frame.uint(), frame, channels.computeIfAbsent(from, side -> new HashMap<>()), said);
      }
      lines.add(new Line(null, from, said));
    }
    return lines;
  }

  private static void read(long channel, WireReader in, Map<Long, byte[]> ids, List<Said> said) {
    long type = in.uint();
    byte[] id = ids.get(channel);
    if (channel == 0 && type == 0) {
      readBatch(in, ids, said);
    } else if (channel == 0 && type == 1) {
      long number = in.uint();
      boolean ofLog = in.string(100).equals("hypercore/alpha");
      byte[] opened = in.bytes(100);
      ids.put(number, ofLog ? opened : new byte[0]);
      if (ofLog) {
        said.add(new Said(opened, -1, null, in.raw()));
      }
    } else if (channel != 0 && id != null && id.length > 0) {
      said.add(new Said(id, type, in.raw(), null));
    }
  }

  private static void readBatch(WireReader in, Map<Long, byte[]> ids, List<Said> said) {
    long channel = in.uint();
    while (in.hasRemaining()) {
      long length = in.uint();
      if (length == 0) {
        channel = in.uint();
      } else {
        read(channel, in.part((int) length), ids, said);
      }
    }
  }

  private static byte[] encode(Message message) {
    WireWriter out = new WireWriter();
    message.encode(out);
    return out.toByteArray();
  }

  /** A frame, or a note of what was done at that moment. */
  private record Line(@Nullable String note, String from, List<Said> said) {}

  /** An open of a channel, which has a handshake, or a message. */
  private record Said(
      byte[] id, long type, byte @Nullable [] payload, byte @Nullable [] handshake) {
    boolean is(String otherId, long otherType) {
      return HexFormat.of().formatHex(id).equals(otherId) && type == otherType;
    }

    boolean isOf(String otherId) {
      return HexFormat.of().formatHex(id).equals(otherId);
    }
  }

  /** Our session in the place of the one that served a log. */
  private static final class Replay {
    final List<String> ours = new ArrayList<>();
    final List<String> theirs = new ArrayList<>();
    private @Nullable Sync lastSync;
    private @Nullable Sync theirLastSync;

    private final JsonNode session;
    private final List<Line> lines;
    private final String server;
    private final String id;
    private final List<byte[]> blocks;
    private final Log log;
    private final Replication replication;
    private @Nullable ReplicationSession serving;

    Replay(JsonNode session, JsonNode core, List<Line> lines, String server) throws IOException {
      this.session = session;
      this.lines = lines;
      this.server = server;
      id = core.get("discoveryKey").asText();
      blocks = Vectors.bytesList(core.get("blocks"));
      replaceBlocks(servedUntil("truncate"));
      KeyPair signer = KeyPair.fromSeed(Vectors.bytes(core.get("secretKeySeed")));
      Manifest manifest = Manifest.decode(new WireReader(Vectors.bytes(core.get("manifest"))));
      Key key = Key.of(Vectors.bytes(core.get("key")));
      assertThat(manifest.key()).isEqualTo(key);
      MemoryStorage storage = new MemoryStorage();
      Log whole = Log.open(storage.openLog(key), manifest, Optional.of(signer));
      whole.append(blocks.subList(0, (int) firstLength()));
      log = session.path("result").has("readerHas") ? sparse(whole, session) : whole;
      replication = new Replication(log);
    }

    private long firstLength() {
      for (Line line : lines) {
        for (Said said : line.said) {
          if (line.from.equals(server) && said.is(id, Sync.TYPE) && said.payload != null) {
            return Sync.decode(new WireReader(said.payload)).length();
          }
        }
      }
      throw new AssertionError("the server never said how long its log is");
    }

    private static Log sparse(Log whole, JsonNode session) throws IOException {
      Log log = Air.openReader(new MemoryStorage(), whole.key());
      apply(log, whole, null, new ProofRequest.Upgrade(0, whole.length()));
      JsonNode has = session.at("/result/readerHas");
      for (int block = 0; block < has.size(); block++) {
        if (has.get(block).asBoolean()) {
          apply(log, whole, log.wanted(block), null);
        }
      }
      return log;
    }

    private static void apply(
        Log log,
        Log whole,
        ProofRequest.@Nullable Block block,
        ProofRequest.@Nullable Upgrade upgrade)
        throws IOException {
      Made made =
          whole.prove(new ProofRequest(1, 0, block, null, null, upgrade, upgrade != null, 0));
      log.apply(((Made.Ready) made).proof());
    }

    void run() throws IOException {
      boolean initiator = server.equals("initiator");
      for (Line line : lines) {
        if (line.note != null) {
          act(line.note);
        }
        for (Said said : line.said) {
          if (!said.isOf(id)) {
            continue;
          }
          if (line.from.equals(server)) {
            recordTheirs(said);
          } else {
            feed(said, initiator);
          }
          pump();
        }
      }
    }

    private void recordTheirs(Said said) {
      growTo(said);
      if (said.type == Message.Data.TYPE && said.payload != null) {
        theirs.add(HexFormat.of().formatHex(said.payload));
      } else if (said.type == Sync.TYPE && said.payload != null) {
        theirLastSync = Sync.decode(new WireReader(said.payload));
      }
    }

    /** What the recorded server announced next, ours has by now, whatever the note called it. */
    private void growTo(Said said) {
      if (said.type != Range.TYPE || said.payload == null) {
        return;
      }
      Range range = Range.decode(new WireReader(said.payload));
      long end = range.start() + range.length();
      if (!range.drop() && end > log.length() && end <= blocks.size() && log.writable()) {
        try {
          log.append(blocks.subList((int) log.length(), (int) end));
        } catch (IOException e) {
          throw new AssertionError(e);
        }
        replication.lengthened(0);
        replication.stored(0, end, 0);
      }
    }

    private void act(String note) throws IOException {
      if (note.startsWith("truncate to ")) {
        long length = Long.parseLong(note.substring("truncate to ".length()));
        long previous = log.length();
        log.truncate(length);
        replication.truncated(length, previous, 0);
        replaceBlocks(servedUntil("nothing"));
        pump();
      }
    }

    /** Which values a log had before it was cut is seen in the answers only. */
    private void replaceBlocks(Map<Long, byte[]> served) {
      served.forEach((block, value) -> blocks.set((int) (long) block, value));
    }

    private Map<Long, byte[]> servedUntil(String notePrefix) {
      Map<Long, byte[]> served = new HashMap<>();
      for (Line line : lines) {
        if (line.note != null && line.note.startsWith(notePrefix)) {
          break;
        }
        for (Said said : line.said) {
          if (said.is(id, Message.Data.TYPE) && said.payload != null) {
            Proof.Block block = Proof.decode(new WireReader(said.payload)).block();
            if (block != null) {
              served.put(block.index(), block.value());
            }
          }
        }
      }
      return served;
    }

    List<Long> lastHead() {
      return head(lastSync);
    }

    List<Long> theirLastHead() {
      return head(theirLastSync);
    }

    private static List<Long> head(@Nullable Sync sync) {
      return sync == null ? List.of() : List.of(sync.fork(), sync.length());
    }

    private void feed(Said said, boolean initiator) {
      if (said.handshake != null) {
        byte[] hash = Vectors.bytes(session.get("handshakeHash"));
        serving = replication.join(initiator, hash, new PageBudget());
        serving.open(said.handshake, 0);
      } else if (serving != null && said.payload != null) {
        serving.receive(said.type, new WireReader(said.payload), 0);
      }
    }

    private void pump() {
      boolean busy = true;
      while (busy && serving != null) {
        busy = false;
        for (Work work; (work = nextWork(serving)) != null; busy = true) {
          work.run();
          work.finish(0);
        }
        for (Message message; (message = serving.nextMessage()) != null; busy = true) {
          if (message instanceof Message.Data data) {
            ours.add(HexFormat.of().formatHex(encode(data)));
          } else if (message instanceof Sync sync) {
            lastSync = sync;
          }
        }
      }
    }

    private @Nullable Work nextWork(ReplicationSession session) {
      Work work = replication.nextWork();
      return work != null ? work : session.nextAnswer();
    }
  }
}
