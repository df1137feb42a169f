package dev.usernameregistry.net.dht;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Keeps how a request ended, and insists that it ends once. */
final class Ended implements ReplyListener {
  private @Nullable Reply reply;
  boolean timedOut;

  Reply reply() {
    return Objects.requireNonNull(reply, "not answered");
  }

  boolean isAnswered() {
    return reply != null;
  }

  @Override
  public void replied(Reply reply, long nowNanos) {
    assertThat(this.reply == null && !timedOut).isTrue();
    this.reply = reply;
  }

  @Override
  public void timedOut(long nowNanos) {
    assertThat(this.reply == null && !timedOut).isTrue();
    timedOut = true;
  }
}
