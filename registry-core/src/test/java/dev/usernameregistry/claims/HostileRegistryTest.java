package dev.usernameregistry.claims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.bee.Bee;
import dev.usernameregistry.bee.BeeHeader;
import dev.usernameregistry.bee.BeeOptions;
import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.Storage;
import dev.usernameregistry.log.Table;
import dev.usernameregistry.testkit.ForwardingTable;
import dev.usernameregistry.testkit.KeptStorage;
import dev.usernameregistry.testkit.WritableLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a writer can put into its log, or do to it, to make following it dear. */
class HostileRegistryTest {
  private final KeptStorage storage = new KeptStorage();
  private Log log;
  private Bee bee;
  private ClaimIndex index;

  @BeforeEach
  void open() throws IOException {
    Storage opened = storage.open();
    log = WritableLog.open(opened, 0);
    bee = new Bee(log);
    index =
        ClaimIndex.open(
            opened.openTable("claims"), NamePolicy.standard(), ClaimOrder.earliest(), change -> {});
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] record(String by, long at) {
    return utf8("{\"registeredAt\":" + at + ",\"registeredBy\":\"" + by + "\"}");
  }

  private List<String> names() throws IOException {
    return index.owners("").stream().map(Registration::username).toList();
  }

  @Test
  void ofLargeBlocksAndKeysAStepReadsOnlyAFew() throws Exception {
    bee.put(utf8("ada"), record("A", 1));
    byte[] large = new byte[1 << 20];
    for (int n = 0; n < 8; n++) {
      log.append(List.of(block(utf8("bob"), large), block(large, new byte[0])));
    }
    RegistryReader reader = new RegistryReader(log, index);

    int steps = 1; // the last one says that there is no more to take in
    while (reader.advance()) {
      steps++;
    }

    assertThat(steps).isGreaterThanOrEqualTo(16);
    assertThat(names()).containsExactly("ada", "bob");
    assertThat(index.progress(log.key()).unusableRecords()).isEqualTo(1);
  }

  /** By the rules of Unicode each of these letters depends on all that stand before it. */
  @Test
  @Timeout(30)
  void aPublicKeyOfManyCapitalLettersIsReadAsFastAsOthers() throws Exception {
    String sigmas = "\u03a3".repeat(32_000);
    for (String name : List.of("ada", "bob", "cyd", "dan", "eva", "fay", "gus", "hal")) {
      bee.put(utf8(name), utf8("{\"publicKey\":\"" + sigmas + name + "\"}"));
    }

    RegistryReader reader = new RegistryReader(log, index);
    while (reader.advance()) {}

    assertThat(index.ownersByPublicKey(sigmas + "ADA"))
        .extracting(Registration::username)
        .containsExactly("ada");
  }

  @Test
  void aLargeHeaderIsReadOnce() throws Exception {
    BeeHeader large = new BeeHeader(new BeeHeader.Metadata(null, new byte[1 << 20]));
    Bee wordy = new Bee(log, BeeOptions.DEFAULT.withHeader(large));
    wordy.put(utf8("ada"), record("A", 1));
    RegistryReader reader = new RegistryReader(log, index);
    while (reader.advance()) {}
    long reads = storage.blockReads.get();

    for (String name : List.of("bob", "cyd", "dan", "eva")) {
      wordy.put(utf8(name), record("A", 1));
      while (reader.advance()) {}
    }

    assertThat(storage.blockReads.get() - reads).isEqualTo(4);
    assertThat(names()).containsExactly("ada", "bob", "cyd", "dan", "eva");
  }

  /** Else whoever has two registries could have one of them ask for all claims of the other. */
  @Test
  void anOwnerThatStaysTheFirstIsNotComparedWithAllOthers() throws Exception {
    AtomicInteger scans = new AtomicInteger();
    Storage opened = storage.open();
    Table counted = countingScans(opened.openTable("counted"), scans);
    ClaimIndex counting =
        ClaimIndex.open(counted, NamePolicy.standard(), ClaimOrder.earliest(), change -> {});
    Log rival = WritableLog.open(opened, 1);
    new Bee(rival).put(utf8("ada"), record("B", 5));
    bee.put(utf8("ada"), record("A", 2));
    for (Log followed : List.of(rival, log)) {
      RegistryReader reader = new RegistryReader(followed, counting);
      while (reader.advance()) {}
    }
    scans.set(0);

    RegistryReader reader = new RegistryReader(log, counting);
    for (byte[] next : List.of(record("AA", 2), record("A", 1))) {
      bee.put(utf8("ada"), next);
      while (reader.advance()) {}
    }
    assertThat(scans).hasValue(0);
    bee.put(utf8("ada"), record("A", 6));
    while (reader.advance()) {}

    assertThat(scans).hasValue(1);
    assertThat(counting.claims("ada"))
        .extracting(Registration::registeredBy)
        .containsExactly("B", "A");
  }

  private static Table countingScans(Table table, AtomicInteger scans) {
    return new ForwardingTable(table) {
      @Override
      public void scan(byte[] from, byte @Nullable [] to, RowVisitor visitor) throws IOException {
        scans.incrementAndGet();
        super.scan(from, to, visitor);
      }
    };
  }

  @Test
  void aRecordInTheIndexCanBeReadAgainAndAgain() throws Exception {
    List<String> fields = RegistrationRecordTest.sameHash("favouriteAnimal", 250);
    bee.put(utf8("ada"), RegistrationRecordTest.recordWith(fields));

    RegistryReader reader = new RegistryReader(log, index);
    while (reader.advance()) {}

    for (int times = 0; times < 6; times++) {
      assertThat(names()).containsExactly("ada");
    }
  }

  @Test
  void aKeyThatIsTheHashOfALongOneIsAnother() throws Exception {
    byte[] key = new byte[RegistrationRecord.NAME_BYTES_MAX + 1];
    RegistryReader reader = new RegistryReader(log, index);
    bee.put(key, record("A", 1));
    while (reader.advance()) {}
    bee.put(Blake2b.hash(key), record("A", 1));
    while (reader.advance()) {}
    assertThat(index.progress(log.key()).unusableRecords()).isEqualTo(2);

    bee.delete(key);
    while (reader.advance()) {}

    assertThat(index.progress(log.key()).unusableRecords()).isEqualTo(1);
  }

  @Test
  void aKeyThatLooksLikeWhatStandsForALongOneIsAnother() throws Exception {
    byte[] key = new byte[RegistrationRecord.NAME_BYTES_MAX + 1];
    byte[] standIn =
        ByteBuffer.allocate(1 + Blake2b.BYTES).put((byte) 0xff).put(Blake2b.hash(key)).array();
    RegistryReader reader = new RegistryReader(log, index);
    bee.put(key, record("A", 1));
    while (reader.advance()) {}
    bee.put(standIn, record("A", 1));
    while (reader.advance()) {}
    assertThat(index.progress(log.key()).unusableRecords()).isEqualTo(2);

    bee.delete(standIn);
    while (reader.advance()) {}
    assertThat(index.progress(log.key()).unusableRecords()).isEqualTo(1);
    log.truncate(1);
    while (reader.advance()) {}

    assertThat(index.progress(log.key()).unusableRecords()).isZero();
  }

  /** Returns a block that puts an empty record, with {@code junk} in a field that means nothing. */
  private static byte[] block(byte[] key, byte[] junk) {
    ByteBuffer out = ByteBuffer.allocate(key.length + junk.length + 20).put(new byte[] {0x0a, 0});
    field(out, 0x12, key);
    field(out, 0x1a, utf8("{}"));
    field(out, 0x7a, junk);
    return Arrays.copyOf(out.array(), out.position());
  }

  private static void field(ByteBuffer out, int tag, byte[] bytes) {
    out.put((byte) tag);
    int length = bytes.length;
    for (; length >= 0x80; length >>>= 7) {
      out.put((byte) (length | 0x80));
    }
    out.put((byte) length).put(bytes);
  }

  @Test
  void aBrokenBlockIsReadOnce() throws Exception {
    bee.put(utf8("ada"), record("A", 1));
    log.append(List.of(utf8("broken")));
    RegistryReader reader = new RegistryReader(log, index);
    assertThat(reader.advance()).isTrue();
    assertThatThrownBy(reader::advance).isInstanceOf(UnreadableRegistryException.class);
    long reads = storage.blockReads.get();

    for (int n = 0; n < 10; n++) {
      log.append(List.of(utf8("more")));
      assertThatThrownBy(reader::advance).isInstanceOf(UnreadableRegistryException.class);
    }
    assertThat(storage.blockReads.get()).isEqualTo(reads);

    log.truncate(2);
    new Bee(log).put(utf8("bob"), record("A", 1));
    while (reader.advance()) {}
    assertThat(names()).containsExactly("ada", "bob");
  }

  /** Else who has followed it before would answer otherwise than who comes now. */
  @Test
  void ofALogThatIsCutAndBrokenThenOnlyWhatComesBeforeIsListed() throws Exception {
    for (String name : List.of("ada", "bob", "cyd")) {
      bee.put(utf8(name), record("A", 1));
    }
    RegistryReader reader = new RegistryReader(log, index);
    while (reader.advance()) {}
    log.truncate(2);
    log.append(List.of(utf8("broken"), utf8("more")));

    assertThatThrownBy(
            () -> {
              while (reader.advance()) {}
            })
        .isInstanceOf(UnreadableRegistryException.class);

    assertThat(names()).containsExactly("ada");
    assertThat(index.progress(log.key()).names()).isEqualTo(1);
  }

  @Test
  void aLogThatIsCutWhileItIsReadIsNoFault() throws Exception {
    AtomicReference<Log> cut = new AtomicReference<>();
    storage.beforeRead =
        block -> {
          Log read = cut.get();
          if (block == 1 && read != null && read.fork() == 0) {
            truncate(read, 2);
          }
        };
    for (String name : List.of("ada", "bob", "carol")) {
      bee.put(utf8(name), record("A", 1));
    }
    cut.set(log);

    RegistryReader reader = new RegistryReader(log, index);
    while (reader.advance()) {}

    assertThat(names()).containsExactly("ada");
  }

  private static void truncate(Log log, long length) {
    try {
      log.truncate(length);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
