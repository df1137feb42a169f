package dev.usernameregistry.claims;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ProfileValuesTest {
  @Test
  void aNumberThatWouldBeReadAsAnotherIsRefused() {
    ObjectNode profile = JsonNodeFactory.instance.objectNode();
    ObjectNode inside = profile.putArray("list").addObject();

    for (long exact : new long[] {0, -(1L << 53), 1L << 53, (1L << 53) + 2}) {
      inside.put("n", exact);
      assertThatCode(() -> RegistrationRecord.requireReadAsGiven(profile))
          .doesNotThrowAnyException();
    }
    inside.put("n", (1L << 53) + 1);
    assertThatThrownBy(() -> RegistrationRecord.requireReadAsGiven(profile))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("read 9007199254740993 as 9007199254740992; give it as a text");
    inside.put("n", 1L << 60); // a double, of which JavaScript writes fewer digits
    assertThatThrownBy(() -> RegistrationRecord.requireReadAsGiven(profile))
        .hasMessageContaining("as a text");
    inside.put("n", Long.MAX_VALUE);
    assertThatThrownBy(() -> RegistrationRecord.requireReadAsGiven(profile))
        .hasMessageContaining("as a text");
    inside.put("n", new BigDecimal("0.1234567890123456789"));
    assertThatThrownBy(() -> RegistrationRecord.requireReadAsGiven(profile))
        .hasMessageContaining("as a text");
    inside.put("n", BigInteger.TEN.pow(100).add(BigInteger.ONE));
    assertThatThrownBy(() -> RegistrationRecord.requireReadAsGiven(profile))
        .hasMessageContaining("read 1" + "0".repeat(39) + "… as 1e+100");
    inside.put("n", Double.POSITIVE_INFINITY);
    assertThatThrownBy(() -> RegistrationRecord.requireReadAsGiven(profile))
        .hasMessageContaining("as null");
    for (double read : new double[] {0.1, -0.0, Double.MIN_VALUE, Double.MAX_VALUE, 1e21}) {
      inside.put("n", read);
      assertThatCode(() -> RegistrationRecord.requireReadAsGiven(profile))
          .doesNotThrowAnyException();
    }
    inside.put("n", 0.1f).put("price", new BigDecimal("19.99"));
    assertThatCode(() -> RegistrationRecord.requireReadAsGiven(profile)).doesNotThrowAnyException();
  }

  @Test
  void whatIsNotJsonIsRefusedWithTheFieldThatHasIt() {
    ObjectNode profile = JsonNodeFactory.instance.objectNode().put("city", "Oslo");
    ObjectNode inside = profile.putArray("list").addObject().put("n", 1);
    profile.put("photo", new byte[] {1, 2});

    assertThatThrownBy(() -> RegistrationRecord.requireReadAsGiven(profile))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("its field 'photo' has something else (binary)");
    profile.remove("photo");
    inside.putArray("when").addPOJO(Instant.EPOCH);
    assertThatThrownBy(() -> RegistrationRecord.requireReadAsGiven(profile))
        .hasMessageContaining("its field 'when' has something else (pojo)");
    inside.put("when", (String) null).put("open", true);
    assertThatCode(() -> RegistrationRecord.requireReadAsGiven(profile)).doesNotThrowAnyException();
  }
}
