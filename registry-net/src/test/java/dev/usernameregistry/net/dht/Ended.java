package dev.usernameregistry.net.dht;

import static org.assertj.core.api.Assertions.assertThat;

/** Keeps how a request ended, and insists that it ends once. */
final class Ended implements ReplyListener {
  Reply reply;
  boolean timedOut;

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
