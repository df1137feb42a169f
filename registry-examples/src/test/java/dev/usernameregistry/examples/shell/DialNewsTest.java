package dev.usernameregistry.examples.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.net.TcpNetwork.Dial;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class DialNewsTest {
  private static final Dial REFUSED = new Dial("a:1", false, Optional.of("Connection refused"));
  private static final Dial LATER = new Dial("a:1", false, Optional.of("the peer has gone"));
  private static final Dial REACHED = new Dial("b:1", true, Optional.empty());
  private static final Dial GONE = new Dial("b:1", false, Optional.of("the peer has gone"));
  private static final Dial UNKNOWN = new Dial("c:1", false, Optional.of("the name is not known"));

  private final DialNews dials = new DialNews();
  private final List<Dial> told = new ArrayList<>();

  @Test
  void whoCannotBeReachedAtFirstIsToldOfOnceAndNotBeforeItMay() {
    dials.heard(REFUSED);
    dials.heard(REACHED);
    assertThat(told).isEmpty();

    dials.begin(told::add);
    assertThat(told).containsExactly(REFUSED);
    dials.heard(GONE);
    dials.heard(LATER);
    dials.heard(UNKNOWN);

    assertThat(told).containsExactly(REFUSED, UNKNOWN);
  }

  @Test
  void nothingIsToldOnceItIsClosed() {
    dials.begin(told::add);
    dials.close();
    dials.heard(REFUSED);

    assertThat(told).isEmpty();
  }
}
