package dev.usernameregistry.net.dht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Collects what a query finds. */
final class Found implements QueryListener {
  final List<Reply> replies = new ArrayList<>();
  private @Nullable QueryResult result;

  QueryResult result() {
    return Objects.requireNonNull(result, "not done");
  }

  @Override
  public void replied(Reply reply, long nowNanos) {
    replies.add(reply);
  }

  @Override
  public void done(QueryResult result, long nowNanos) {
    assertThat(this.result).isNull();
    this.result = result;
  }

  boolean isDone() {
    return result != null;
  }

  List<Ipv4Address> addresses() {
    return result().closest().stream().map(Reply::from).toList();
  }
}
