package dev.usernameregistry.claims;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.usernameregistry.crypto.Key;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClaimOrderTest {
  private static final ClaimOrder ORDER = ClaimOrder.earliest();

  private static Registration claim(int registry, Optional<Instant> at) {
    byte[] key = new byte[32];
    key[0] = (byte) registry;
    return new Registration("ada", "", at, "", Key.of(key), JsonNodeFactory.instance.objectNode());
  }

  private static Registration claim(int registry, long millis) {
    return claim(registry, Optional.of(Instant.ofEpochMilli(millis)));
  }

  @Test
  void theEarlierComesFirstThenTheSmallerKeyAndNoTimeComesLast() {
    List<Registration> sorted =
        List.of(
            claim(9, 0),
            claim(3, 5),
            claim(200, 5),
            claim(1, RegistrationRecord.TIME_MAX_MILLIS),
            claim(0, Optional.empty()),
            claim(255, Optional.empty()));
    List<Registration> shuffled = new ArrayList<>(sorted);
    for (int seed = 0; seed < 100; seed++) {
      Collections.shuffle(shuffled, new Random(seed));
      shuffled.sort(ORDER);
      assertThat(shuffled).isEqualTo(sorted);
    }
  }

  @Test
  void theReasonSaysWhatDecided() {
    assertThat(ORDER.reason(claim(9, 1), claim(1, 2))).isEqualTo("it was registered earlier");
    assertThat(ORDER.reason(claim(1, 2), claim(9, 2))).contains("key is smaller");
    assertThat(ORDER.reason(claim(9, 2), claim(1, Optional.empty()))).contains("no time");
  }
}
