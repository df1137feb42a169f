package dev.usernameregistry.net.swarm;

import dev.usernameregistry.crypto.Key;

/**
 * One user's share in a topic. A topic is announced while any session is a server, and looked up
 * and dialled while any is a client. The event loop of the swarm only.
 */
public final class TopicSession {
  private final Topics topics;
  private final Topic topic;
  private JoinOptions options;

  TopicSession(Topics topics, Topic topic, JoinOptions options) {
    this.topics = topics;
    this.topic = topic;
    this.options = options;
  }

  /** Returns the topic. */
  public Key topic() {
    return topic.key();
  }

  /** Returns what this session asks for. */
  public JoinOptions options() {
    return options;
  }

  /** Asks for something else, and refreshes the topic. Does nothing after the session has left. */
  public void change(JoinOptions options, long nowNanos) {
    this.options = options;
    topic.refresh(nowNanos);
  }

  /** Looks up and announces now, unless that is under way. */
  public void refresh(long nowNanos) {
    topic.refresh(nowNanos);
  }

  /** Returns whether a round has ended that somebody answered. */
  public boolean isRefreshed() {
    return topic.isAnswered();
  }

  /** Returns whether nodes have our announcement, as far as we know. */
  public boolean isAnnounced() {
    return topic.isAnnounced();
  }

  /** Returns how many different peers the latest round found so far. */
  public int foundCount() {
    return topic.foundCount();
  }

  /**
   * Tells {@code done} when the topic is announced to the closest nodes and looked up, as far as
   * the sessions want that: when the running round, or one that replaces it, has ended; at once if
   * none runs. Does not wait for any connection.
   */
  public void flushed(Done done, long nowNanos) {
    topic.flushed().then(done, nowNanos);
  }

  /**
   * Leaves. The last session to leave makes the swarm leave the topic; without a server session
   * left, the announcement is taken back. Connections stay.
   *
   * @param done called once when nothing of it is left
   */
  public void leave(Done done, long nowNanos) {
    topics.leave(this, topic, done, nowNanos);
  }
}
