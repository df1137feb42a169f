package dev.usernameregistry.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AddressTest {

  @ParameterizedTest
  @CsvSource({"localhost, localhost:4001", "::1, [::1]:4001", "[::1], [::1]:4001"})
  void ipv6IsToldInBrackets(String host, String text) {
    assertThat(new Address(host, 4001)).hasToString(text);
  }
}
