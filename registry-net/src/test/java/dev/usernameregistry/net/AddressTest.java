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

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, true",
    "255.0.10.249, true",
    "::1, true",
    "[fe80::1%7], true",
    "localhost, false",
    "1.2.3.256, false",
    "1.2.3, false",
    "example.org, false"
  })
  void onlyALiteralAddressIsNotLookedUp(String host, boolean literal) {
    assertThat(new Address(host, 4001).isLiteral()).isEqualTo(literal);
  }
}
