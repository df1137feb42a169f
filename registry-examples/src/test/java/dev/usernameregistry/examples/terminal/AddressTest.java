package dev.usernameregistry.examples.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AddressTest {

  @Test
  void hostAndPortAreSplitAtTheLastColon() {
    assertThat(Address.parse("localhost:4001")).isEqualTo(new Address("localhost", 4001));
    assertThat(Address.parse("127.0.0.1:0")).isEqualTo(new Address("127.0.0.1", 0));
    assertThat(Address.parse("[::1]:65535")).isEqualTo(new Address("::1", 65_535));
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, has no port",
    "http://foo:1, is a URL: HOST:PORT is needed",
    "4001, has no port",
    "[::1], has no port",
    ":4001, has no host",
    "[]:4001, has no host",
    "localhost:, a port is from 0 to 65535",
    "localhost:65536, a port is from 0 to 65535",
    "localhost:-1, a port is from 0 to 65535",
    "localhost:http, a port is from 0 to 65535",
    "::1:4001, put it in brackets"
  })
  void whatIsWrongIsSaid(String text, String message) {
    assertThatThrownBy(() -> Address.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'")
        .hasMessageContaining(message);
  }
}
