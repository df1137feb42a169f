package dev.usernameregistry.examples.bench.registry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextsTest {
  @Test
  void eachRecordHasATextOfTheBytesThatWereAskedFor() {
    Texts texts = Texts.of("500");

    assertThat(texts.none()).isFalse();
    assertThat(texts.fields(999).path("text").asText()).hasSize(500).matches("[a-z]+");
    assertThat(texts.fields(1)).isNotEqualTo(texts.fields(2));
    assertThat(texts.fields(1)).isEqualTo(texts.fields(1001));
  }

  @Test
  void withoutATextThereAreOnlyTheRegistrysOwnFields() {
    assertThat(Texts.of("0").none()).isTrue();
    assertThat(Texts.of().fields(7)).isEmpty();
  }
}
