package dev.usernameregistry.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A writer whose log may be cut or signed twice, and a reader of it. */
abstract class ForkScene {
  static final KeyPair SIGNER = KeyPair.fromSeed(new byte[32]);
  static final Manifest MANIFEST = Manifest.single(SIGNER.publicKey());

  final MemoryStorage readerStorage = new MemoryStorage();

  static Log writer() throws IOException {
    MemoryStorage storage = new MemoryStorage();
    return Log.open(storage.openLog(MANIFEST.key()), MANIFEST, Optional.of(SIGNER));
  }

  /** Returns a writer with its first {@code count} blocks. */
  static Log writer(int count) throws IOException {
    Log writer = writer();
    writer.append(blocks(0, count));
    return writer;
  }

  /** Returns a writer with its first {@code count} blocks, and {@code others} behind them. */
  static Log writer(int count, List<byte[]> others) throws IOException {
    Log writer = writer(count);
    writer.append(others);
    return writer;
  }

  final Log reader() throws IOException {
    return Log.open(readerStorage.openLog(MANIFEST.key()), MANIFEST.key());
  }

  /** Returns the reader's log, opened by its writer. */
  final Log writerHere() throws IOException {
    return Log.open(readerStorage.openLog(MANIFEST.key()), MANIFEST, Optional.of(SIGNER));
  }

  static List<byte[]> blocks(int from, int count) {
    List<byte[]> blocks = new ArrayList<>();
    for (int i = from; i < from + count; i++) {
      blocks.add(("block " + i).getBytes(UTF_8));
    }
    return blocks;
  }

  static void pullBlocks(Log from, Log to) throws IOException {
    for (long b = 0; b < from.length(); b++) {
      to.apply(ExchangeTest.ask(from, to.wanted(b), null, null));
    }
  }

  static void pullAll(Log from, Log to) throws IOException {
    to.apply(ExchangeTest.upgrade(from, to.length(), from.length() - to.length()));
    pullBlocks(from, to);
  }

  /** Returns a reader that has all that {@code writer} has. */
  final Log readerOf(Log writer) throws IOException {
    Log reader = reader();
    pullAll(writer, reader);
    return reader;
  }

  /** Has {@code reader} ask what it wants to know of the other tree; returns how often it did. */
  static int settle(Log reader, Log asked, Proof proof) throws IOException {
    return settle(reader, asked, reader.apply(proof));
  }

  static int settle(Log reader, Log asked, Applied first) throws IOException {
    Applied applied = first;
    int questions = 0;
    while (applied instanceof Applied.Conflict conflict && conflict.question().isPresent()) {
      ProofRequest.Hash question = conflict.question().get();
      applied = reader.apply(ExchangeTest.ask(asked, null, question, null));
      questions++;
    }
    assertThat(applied).isInstanceOf(Applied.Conflict.class);
    return questions;
  }

  /** Returns a reader of its own that has all blocks. */
  static Log copyOf(Log writer) throws IOException {
    Log copy = headOf(writer);
    pullBlocks(writer, copy);
    return copy;
  }

  /** Returns a reader of its own that has no block. */
  static Log headOf(Log writer) throws IOException {
    Log copy = Log.open(new MemoryStorage().openLog(MANIFEST.key()), MANIFEST.key());
    copy.apply(ExchangeTest.upgrade(writer, 0, writer.length()));
    return copy;
  }
}
