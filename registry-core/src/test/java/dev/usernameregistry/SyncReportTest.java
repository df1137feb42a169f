package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.crypto.Key;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SyncReportTest {
  private static final Key ONE = Key.fromHex("01".repeat(Key.BYTES));
  private static final Key TWO = Key.fromHex("02".repeat(Key.BYTES));

  @Test
  void aReportReadsAsItsVerdict() {
    assertThat(new SyncReport(0, List.of())).hasToString("complete: 0 peers, 0 registries behind");
    assertThat(new SyncReport(1, List.of(entry(ONE, Optional.of(ONE), Optional.empty()))))
        .hasToString("complete: 1 peer, 0 registries behind");
  }

  @Test
  void aRegistryThatSeveralPeersHaveMoreOfIsBehindOnce() {
    SyncReport.Entry atOne = entry(ONE, Optional.of(ONE), Optional.of("behind"));
    SyncReport.Entry atTwo = entry(TWO, Optional.of(ONE), Optional.of("behind"));
    SyncReport.Entry untold = entry(TWO, Optional.empty(), Optional.of("not told yet"));

    assertThat(new SyncReport(2, List.of(atOne, atTwo)))
        .hasToString("not complete: 2 peers, 1 registry behind");
    assertThat(new SyncReport(2, List.of(atOne, atTwo, untold)))
        .hasToString("not complete: 2 peers, 2 registries behind");
  }

  private static SyncReport.Entry entry(
      Key peer, Optional<Key> registryKey, Optional<String> reason) {
    return new SyncReport.Entry(peer, "h:1", registryKey, 2, 1, reason);
  }
}
