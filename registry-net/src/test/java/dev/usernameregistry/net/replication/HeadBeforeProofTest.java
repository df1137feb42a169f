package dev.usernameregistry.net.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.Manifest;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.tree.ProofRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A log grows on the threads of its writer, whenever it likes. */
class HeadBeforeProofTest {
  private static final byte[] HANDSHAKE_HASH = new byte[64];

  @Test
  void headIsToldBeforeTheProofThatLeadsToItEvenIfTheLogGrewUnseen() throws IOException {
    KeyPair signer = KeyPair.fromSeed(new byte[32]);
    Manifest manifest = Manifest.single(signer.publicKey());
    Log log = Log.open(new MemoryStorage().openLog(manifest.key()), manifest, Optional.of(signer));
    log.append(List.of(new byte[] {1}));
    ReplicationSession session = new Replication(log).join(true, HANDSHAKE_HASH, new PageBudget());
    session.open(Handshake.of(false, HANDSHAKE_HASH, log.key()).encode(), 0);
    receive(session, new Sync(0, 0, 0, false, true, true, false, false, Sync.NO_TAG));
    assertThat(said(session)).contains(sync(log, 1));

    ProofRequest.Upgrade upgrade = new ProofRequest.Upgrade(0, 1);
    receive(session, new Message.Request(ProofRequest.of(1, 0, upgrade)));
    log.append(List.of(new byte[] {2}));
    Work answering = Objects.requireNonNull(session.nextAnswer());
    answering.run();
    answering.finish(0);

    List<Message> said = said(session);
    assertThat(said).hasAtLeastOneElementOfType(Message.Data.class).contains(sync(log, 2));
    assertThat(said.indexOf(sync(log, 2))).isLessThan(said.indexOf(first(said)));
  }

  private static Message first(List<Message> said) {
    return said.stream().filter(Message.Data.class::isInstance).findFirst().orElseThrow();
  }

  private static Sync sync(Log log, long length) {
    return new Sync(log.fork(), length, 0, true, true, true, true, false, Sync.NO_TAG);
  }

  private static void receive(ReplicationSession session, Message message) {
    session.receive(message.type(), new WireReader(message.payload()), 0);
  }

  private static List<Message> said(ReplicationSession session) {
    List<Message> said = new ArrayList<>();
    for (Message message; (message = session.nextMessage()) != null; ) {
      said.add(message);
    }
    return said;
  }
}
