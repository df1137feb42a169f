package dev.usernameregistry.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Ipv4AddressTest {

  @Test
  void hostIsInDottedOrderAndPortLittleEndian() {
    WireWriter out = new WireWriter();
    Ipv4Address.of("127.0.0.1", 49737).encode(out);
    assertThat(HexFormat.of().formatHex(out.toByteArray())).isEqualTo("7f00000149c2");
    assertThat(Ipv4Address.decode(new WireReader(out.toByteArray())))
        .isEqualTo(Ipv4Address.of("127.0.0.1", 49737))
        .hasToString("127.0.0.1:49737");
  }

  @Test
  void highestHostAndPortComeBack() {
    WireWriter out = new WireWriter();
    Ipv4Address.of("255.254.253.252", 65535).encode(out);
    assertThat(Ipv4Address.decode(new WireReader(out.toByteArray())))
        .hasToString("255.254.253.252:65535");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.4.",
        "1.2.3.256",
        "1.2.3.0004",
        "1.2.3.99999999999",
        "1.2.3.-4",
        "::1"
      })
  void whatIsNoAddressIsNamed(String host) {
    assertThatThrownBy(() -> Ipv4Address.of(host, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(host);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 65_536})
  void aPortHasSixteenBits(int port) {
    assertThatThrownBy(() -> Ipv4Address.of("127.0.0.1", port))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("port " + port);
  }

  @Test
  void shortBytesAreMalformed() {
    assertThatThrownBy(() -> Ipv4Address.decode(new WireReader(new byte[5])))
        .isInstanceOf(MalformedMessageException.class);
  }
}
