package dev.usernameregistry.net.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.log.Log;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.tree.InvalidProofException;
import org.junit.jupiter.api.Test;

/** When a peer is asked again whose proofs did not hold. */
final class TrustTest {
  private final Log log = Air.openReader(new MemoryStorage(), Air.MANIFEST.key());
  private final Trust trust =
      new Trust(log, new TheirHead(log, new RemoteBlocks(new PageBudget())), new Outbox(() -> {}));

  @Test
  void oneWrongProofMayHaveBeenAnAccidentButNotThree() {
    trust.fault(new InvalidProofException("one"));
    assertThat(trust.trouble()).contains("sent a wrong proof: one");
    trust.agreed();
    assertThat(trust.trouble()).isEmpty();

    trust.fault(new InvalidProofException("two"));
    trust.fault(new InvalidProofException("three"));
    trust.agreed();
    assertThat(trust.trouble()).contains("sent a wrong proof: three");
  }

  @Test
  void anyNumberIsForgivenOnceItIsKnownThatThereAreTwoTrees() {
    for (int fault = 0; fault < 5; fault++) {
      trust.fault(new InvalidProofException("of the other tree"));
    }
    trust.forgive();
    assertThat(trust.trouble()).isEmpty();

    trust.fault(new InvalidProofException("later"));
    trust.agreed();
    assertThat(trust.trouble()).isEmpty();
  }

  @Test
  void whatCannotBeStoredHereIsAskedOfNobodyWhateverThePeerShows() {
    trust.stop("the disk is full");
    trust.agreed();
    trust.forgive();
    assertThat(trust.trouble()).contains("the disk is full");
  }
}
