package dev.usernameregistry.net.swarm;

/** Records whether and how something ended. */
final class Ended implements Done {
  int count;
  boolean complete;

  @Override
  public void done(boolean complete, long nowNanos) {
    count++;
    this.complete = complete;
  }

  boolean isComplete() {
    return count == 1 && complete;
  }

  boolean isCutShort() {
    return count == 1 && !complete;
  }
}
