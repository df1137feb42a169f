package dev.usernameregistry.examples.shell;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ShellCommandTest {
  @Test
  void whoseAccountHasNoNameIsNotCalledAQuestionMark() {
    assertThat(ShellCommand.accountName("?")).isEmpty();
    assertThat(ShellCommand.accountName("ada")).isEqualTo("ada");
  }
}
