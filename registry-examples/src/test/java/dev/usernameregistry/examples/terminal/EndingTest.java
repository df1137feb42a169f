package dev.usernameregistry.examples.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class EndingTest {

  @Test
  void cleansOnceHoweverOftenItIsTold() {
    AtomicInteger cleaned = new AtomicInteger();
    Ending ending = Ending.with("test", cleaned::incrementAndGet);
    assertThat(ending.begun()).isFalse();

    ending.close();
    ending.close();

    assertThat(ending.begun()).isTrue();
    assertThat(cleaned).hasValue(1);
  }
}
