package dev.usernameregistry.claims;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.crypto.Key;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the index keeps of a record says what the record says. */
class ClaimTest {
  private static final Key REGISTRY = Key.of(new byte[Key.BYTES]);
  private static final byte[] NAME = "ada".getBytes(StandardCharsets.UTF_8);

  private static Claim of(String json) {
    return Claim.of(REGISTRY, "ada", json.getBytes(StandardCharsets.UTF_8)).orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"publicKey\":\"ff00\",\"registeredAt\":17,\"registeredBy\":\"Ada\"}",
        "{\"publicKey\":\"\",\"registeredAt\":0,\"registeredBy\":\"Zoë 😀\"}",
        "{\"registeredAt\":8640000000000000}",
        "{\"publicKey\":\"0000000000000000000000000000000000000000000000000000000000000000\"}",
        "{\"publicKey\":\"000000000000000000000000000000000000000000000000000000000000000\"}",
        "{\"registeredBy\":\"Ada\"}",
        "{\"city\":\"Graz\",\"publicKey\":\"ff\"}",
        "{\"timestamp\":5}",
        "{\"timestamp\":5,\"registeredAt\":6}",
        "{\"registeredBy\":\"half \\ud800\"}",
        "{\"publicKey\":\"\\udc00\"}",
        "{\"registeredBy\":\"\\ufffd\"}",
        "{\"registeredBy\":\"\\u0000\"}",
        "{\"city\":\"Graz\",\"registeredBy\":\"Ada\"}"
      })
  void aStoredClaimIsReadAsItWas(String json) {
    Claim claim = of(json);

    Claim stored = Claim.stored(REGISTRY, NAME, claim.row());
    Claim owner = Claim.ofOwnerRow(NAME, claim.ownerRowValue());

    assertThat(stored.registration()).isEqualTo(claim.registration());
    assertThat(owner.registration()).isEqualTo(claim.registration());
    assertThat(owner.sameAs(claim)).isTrue();
  }

  /** Also those that begin with, or are the beginning of, what the row before has. */
  @Test
  void ownersAreReadOneAfterAnotherAsEachAlone() {
    List<Claim> claims = new ArrayList<>();
    for (int registry : new int[] {0, 0, 7, 0}) {
      String own = key(registry).hex();
      for (String publicKey : List.of("", "ff", own, own, "ff00", "ff", own, "half \\ud800")) {
        for (String registeredBy : List.of("Ada", "Ada", "Adam", "", "Zoë")) {
          String record =
              "{\"publicKey\":\"%s\",\"registeredBy\":\"%s\"}".formatted(publicKey, registeredBy);
          claims.add(
              Claim.of(key(registry), "ada", record.getBytes(StandardCharsets.UTF_8))
                  .orElseThrow());
        }
      }
    }
    Repeats repeats = new Repeats();

    assertThat(claims)
        .allSatisfy(
            claim ->
                assertThat(Claim.owner("ada", claim.ownerRowValue(), repeats))
                    .isEqualTo(claim.registration()));
  }

  private static Key key(int last) {
    byte[] bytes = new byte[Key.BYTES];
    bytes[Key.BYTES - 1] = (byte) last;
    return Key.of(bytes);
  }

  @Test
  void whatAnOwnerHasInCommonWithTheOneBeforeIsTheSameObject() {
    byte[] row = of("{\"publicKey\":\"ff\",\"registeredBy\":\"Ada\"}").ownerRowValue();
    Repeats repeats = new Repeats();
    Registration first = Claim.owner("ada", row, repeats);
    Registration second = Claim.owner("bob", row, repeats);

    assertThat(second.registryKey()).isSameAs(first.registryKey());
    assertThat(second.publicKey()).isSameAs(first.publicKey());
    assertThat(second.registeredBy()).isSameAs(first.registeredBy());
  }

  @Test
  void aClaimThatSaysSomethingElseIsAnother() {
    Claim claim = of("{\"publicKey\":\"ff\",\"registeredAt\":1,\"registeredBy\":\"Ada\"}");

    assertThat(claim.sameAs(of("{\"registeredBy\":\"Ada\",\"publicKey\":\"ff\",\"timestamp\":1}")))
        .isTrue();
    assertThat(
            claim.sameAs(of("{\"publicKey\":\"f\",\"registeredAt\":1,\"registeredBy\":\"fAda\"}")))
        .isFalse();
    assertThat(claim.sameAs(of("{\"publicKey\":\"ff\",\"registeredBy\":\"Ada\"}"))).isFalse();
    assertThat(of("{\"registeredBy\":\"\\ud800\"}").sameAs(of("{\"registeredBy\":\"?\"}")))
        .isFalse();
    assertThat(of("{\"x\":1}").sameAs(of("{\"x\":2}"))).isFalse();
  }
}
