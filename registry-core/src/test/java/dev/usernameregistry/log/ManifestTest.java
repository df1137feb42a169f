package dev.usernameregistry.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.PeerFault;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.tree.Made;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import dev.usernameregistry.tree.Roots;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Logs with other manifests than the usual one. */
class ManifestTest {
  private static final Key NAMESPACE = Key.of(new byte[32]);
  private static final KeyPair ALICE = keyPair(1);
  private static final KeyPair BOB = keyPair(2);
  private static final List<byte[]> BLOCKS = List.of(bytes("a"), bytes("bb"), bytes("ccc"));

  private static KeyPair keyPair(int seed) {
    byte[] bytes = new byte[32];
    bytes[0] = (byte) seed;
    return KeyPair.fromSeed(bytes);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static Manifest manifest(
      int version, int quorum, List<KeyPair> signers, Optional<Manifest.Prologue> prologue) {
    return new Manifest(
        version,
        false,
        quorum,
        signers.stream().map(s -> new Manifest.Signer(NAMESPACE, s.publicKey())).toList(),
        prologue,
        Optional.empty(),
        Optional.empty());
  }

  private static Log log(Manifest manifest, KeyPair signer) throws IOException {
    LogStorage storage = new MemoryStorage().openLog(manifest.key());
    return Log.open(storage, manifest, Optional.of(signer));
  }

  private static void assertReaderFollows(Log writer) throws IOException {
    Log reader = Log.open(new MemoryStorage().openLog(writer.key()), writer.key());
    reader.apply(ExchangeTest.upgrade(writer, 0, writer.length()));
    for (long block = 0; block < writer.length(); block++) {
      reader.apply(ExchangeTest.ask(writer, reader.wanted(block), null, null));
      assertThat(reader.get(block)).isEqualTo(writer.get(block));
    }
    assertThat(reader.manifest()).isEqualTo(writer.manifest());
  }

  @Test
  void logFromBeforeManifestsIsNamedByItsSignerAndHasBareSignatures() throws IOException {
    Key key = ALICE.publicKey();
    Manifest manifest = Manifest.single(key);
    Log log = Log.open(new MemoryStorage().openLog(key), key, manifest, Optional.of(ALICE));
    log.append(BLOCKS);
    assertThat(log.head().signature()).hasSize(64);
    assertReaderFollows(log);
    assertThatThrownBy(
            () ->
                Log.open(
                    new MemoryStorage().openLog(NAMESPACE), NAMESPACE, manifest, Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void everyManifestThatOneSignerCanServeIsWritten() throws IOException {
    for (int version = 0; version <= 3; version++) {
      for (List<KeyPair> signers : List.of(List.of(ALICE), List.of(BOB, ALICE))) {
        Log log = log(manifest(version, 1, signers, Optional.empty()), ALICE);
        log.append(BLOCKS);
        log.append(BLOCKS);
        log.truncate(4);
        assertReaderFollows(log);
      }
    }
  }

  @Test
  void oneOfTwoNeededSignersCannotWriteAlone() throws IOException {
    Log log = log(manifest(1, 2, List.of(ALICE, BOB), Optional.empty()), ALICE);
    assertThat(log.writable()).isFalse();
    assertThatThrownBy(() -> log.append(BLOCKS)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatSeveralSignedElsewhereIsAppendedIfAllSignaturesHold() throws IOException {
    Manifest manifest = manifest(1, 2, List.of(ALICE, BOB), Optional.empty());
    Log log = log(manifest, ALICE);
    Roots roots = Roots.EMPTY.append(BLOCKS).roots();
    HeadVerifier verifier = HeadVerifier.of(manifest.key(), manifest).orElseThrow();
    byte[] signable = verifier.signable(0, roots.treeHash(), 3, 0);
    WireWriter both = new WireWriter().uint(2);
    both.uint(1).raw(BOB.sign(signable)).uint(0);
    both.uint(0).raw(ALICE.sign(signable)).uint(0).uint(0);
    byte[] one = MultiSignature.single(0, ALICE.sign(signable), 1);
    assertThatThrownBy(() -> log.append(BLOCKS, one)).isInstanceOf(IllegalArgumentException.class);
    assertThat(log.length()).isZero();
    assertThat(log.append(BLOCKS, both.toByteArray())).isEqualTo(3);
    for (List<byte[]> values :
        List.of(List.<byte[]>of(), List.of(new byte[Log.BLOCK_BYTES_MAX + 1]))) {
      assertThatThrownBy(() -> log.append(values, both.toByteArray()))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (byte[] noSignature : List.of(new byte[0], new byte[] {2, 1})) {
      assertThatThrownBy(() -> log.append(BLOCKS, noSignature))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertReaderFollows(log);
  }

  @Test
  void aPinnedStartNeedsNoSignatureAndCannotBeCut() throws IOException {
    Roots roots = Roots.EMPTY.append(BLOCKS).roots();
    Manifest.Prologue prologue = new Manifest.Prologue(Key.of(roots.treeHash()), 3);
    Manifest manifest = manifest(1, 1, List.of(ALICE), Optional.of(prologue));
    Log log = log(manifest, ALICE);
    assertThatThrownBy(() -> log.append(List.of(bytes("x"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("pins");
    log.append(BLOCKS);
    assertThat(log.head().signature()).isEmpty();
    assertReaderFollows(log);
    log.append(List.of(bytes("d")));
    assertThat(log.head().signature()).hasSize(68);
    assertReaderFollows(log);
    assertThatThrownBy(() -> log.truncate(2)).isInstanceOf(IllegalArgumentException.class);
    log.truncate(3);
    assertThat(log.fork()).isEqualTo(1);

    // whoever asks for less than the pinned start gets all of it
    ProofRequest request = ProofRequest.of(1, 1, new ProofRequest.Upgrade(1, 1));
    Proof proof = ((Made.Ready) log.prove(request)).proof();
    assertThat(proof.upgrade())
        .extracting(Proof.Upgrade::start, Proof.Upgrade::length)
        .containsExactly(0L, 3L);
  }

  @Test
  void aLogThatIsAllPinnedIsCompleteWithoutAnySigner() throws IOException {
    Roots roots = Roots.EMPTY.append(BLOCKS).roots();
    Manifest.Prologue prologue = new Manifest.Prologue(Key.of(roots.treeHash()), 3);
    Manifest manifest = manifest(1, 0, List.of(), Optional.of(prologue));
    LogStorage storage = new MemoryStorage().openLog(manifest.key());
    CompleteLog.write(storage, manifest.key(), manifest, BLOCKS, 0, new byte[0]);
    Log log = Log.open(storage, manifest.key());
    assertReaderFollows(log);

    Log reader = Log.open(new MemoryStorage().openLog(manifest.key()), manifest.key());
    CompleteLog.write(
        storage,
        manifest.key(),
        manifest,
        List.of(bytes("b"), bytes("bb"), bytes("c")),
        0,
        new byte[0]);
    Proof forged = ExchangeTest.upgrade(Log.open(storage, manifest.key()), 0, 3);
    assertThatThrownBy(() -> reader.apply(forged)).isInstanceOf(PeerFault.class);
  }

  @Test
  void manifestAloneIsLearntAndKept() throws IOException {
    Log writer = log(manifest(1, 1, List.of(ALICE), Optional.empty()), ALICE);
    LogStorage storage = new MemoryStorage().openLog(writer.key());
    Log reader = Log.open(storage, writer.key());
    Made made = writer.prove(new ProofRequest(1, 0, null, null, null, null, true, 0));
    Proof proof = ((Made.Ready) made).proof();
    assertThat(reader.apply(proof)).isEqualTo(new Applied.Stored(0));
    assertThat(reader.apply(proof)).isEqualTo(new Applied.NothingNew());
    assertThat(Log.open(storage, writer.key()).manifest()).isEqualTo(writer.manifest());

    Proof other = proof.withManifest(Manifest.single(BOB.publicKey()).encode());
    assertThatThrownBy(() -> reader.apply(other)).isInstanceOf(PeerFault.class);
  }

  @Test
  void whoSignsTwoTreesIsFoundOutUpToTheLargestManifestThatIsLearnt() throws IOException {
    int others = withUserData(500).encode().length - 500;
    Manifest largest = withUserData(Manifest.LEARNT_BYTES_MAX - others);
    Log one = log(largest, ALICE);
    Log other = log(largest, ALICE);
    one.append(BLOCKS);
    other.append(List.of(bytes("a"), bytes("bb"), bytes("other")));
    Log reader = Log.open(new MemoryStorage().openLog(one.key()), one.key());
    reader.apply(ExchangeTest.upgrade(one, 0, 3));
    assertThat(reader.apply(ExchangeTest.upgrade(other, 0, 3)))
        .isInstanceOf(Applied.Conflict.class);
    assertThat(reader.length()).isEqualTo(2);

    Log larger = log(withUserData(Manifest.LEARNT_BYTES_MAX - others + 1), ALICE);
    larger.append(BLOCKS);
    Log third = Log.open(new MemoryStorage().openLog(larger.key()), larger.key());
    assertThatThrownBy(() -> third.apply(ExchangeTest.upgrade(larger, 0, 3)))
        .isInstanceOf(TooLargeToKeepException.class)
        .hasMessageContaining("at most " + Manifest.LEARNT_BYTES_MAX);
  }

  private static Manifest withUserData(int bytes) {
    return new Manifest(
        2,
        false,
        1,
        Manifest.single(ALICE.publicKey()).signers(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(new byte[bytes]));
  }

  @Test
  void manifestThatContradictsItselfIsMalformed() {
    byte[] quorumOfThree = Manifest.single(ALICE.publicKey()).encode();
    quorumOfThree[3] = 3;
    assertThatThrownBy(() -> Manifest.decode(new WireReader(quorumOfThree)))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("quorum of 3");
    byte[] version4 = new WireWriter().uint(4).toByteArray();
    assertThatThrownBy(() -> Manifest.decode(new WireReader(version4)))
        .isInstanceOf(MalformedMessageException.class);
  }

  /** Places in the encoded manifest: of the hash's kind, and of the kind of the first signature. */
  @Test
  void anUnknownKindOfHashOrSignatureIsMalformed() {
    for (int at : new int[] {2, 5}) {
      assertUnknown(Manifest.single(ALICE.publicKey()), at);
    }
    for (int at : new int[] {1, 3}) {
      assertUnknown(manifest(0, 1, List.of(ALICE), Optional.empty()), at);
    }
  }

  private static void assertUnknown(Manifest manifest, int at) {
    byte[] bytes = manifest.encode();
    assertThat(bytes[at]).isZero();
    bytes[at] = 1;
    assertThatThrownBy(() -> Manifest.decode(new WireReader(bytes)))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("only 0 is known");
  }

  @Test
  void partsThatDoNotFitTogetherAreTheCallersMistake() {
    assertThatThrownBy(() -> manifest(1, -1, List.of(ALICE), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
    for (int version : new int[] {0, 1}) {
      assertThatThrownBy(
              () ->
                  new Manifest(
                      version,
                      false,
                      0,
                      List.of(),
                      Optional.empty(),
                      Optional.of(List.of(NAMESPACE)),
                      Optional.empty()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("need version 2");
    }
  }

  @Test
  void aManifestKeepsItsSignersWhateverBecomesOfTheList() {
    List<Manifest.Signer> signers = new ArrayList<>(Manifest.single(ALICE.publicKey()).signers());
    Manifest manifest =
        new Manifest(1, false, 1, signers, Optional.empty(), Optional.empty(), Optional.empty());
    signers.clear();
    assertThat(manifest).isEqualTo(Manifest.single(ALICE.publicKey()));
  }
}
