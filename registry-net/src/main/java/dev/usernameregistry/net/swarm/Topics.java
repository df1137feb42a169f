package dev.usernameregistry.net.swarm;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.time.Times;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The topics that are joined, and those whose announcement is still being taken back. */
final class Topics implements Topic.Surroundings {
  private final Discovery discovery;
  private final Entrance entrance;
  private final Dialling dialling;
  private final RandomGenerator random;
  private final Map<Key, Topic> topics = new LinkedHashMap<>();

  /** When the topics that were left are gone. */
  private final Map<Key, Milestone> leaving = new LinkedHashMap<>();

  /** Whether nothing is to be looked up or announced for now. */
  private boolean stopped;

  Topics(Discovery discovery, Entrance entrance, Dialling dialling, RandomGenerator random) {
    this.discovery = discovery;
    this.entrance = entrance;
    this.dialling = dialling;
    this.random = random;
  }

  List<TopicState> states() {
    return topics.values().stream().map(Topic::state).toList();
  }

  void join(Key key, JoinOptions options, long nowNanos) {
    Topic topic = topics.get(key);
    if (topic == null) {
      topic = add(key, options, nowNanos);
    }
    topic.join(options, nowNanos);
  }

  private Topic add(Key key, JoinOptions options, long nowNanos) {
    if (topics.size() >= SwarmPolicy.TOPICS_MAX) {
      throw new IllegalStateException("more than " + SwarmPolicy.TOPICS_MAX + " topics");
    }
    Topic topic = new Topic(key, options, this, untilLeft(key, nowNanos), nowNanos);
    topics.put(key, topic);
    if (stopped) {
      topic.stop(false, nowNanos);
    }
    return topic;
  }

  private Milestone untilLeft(Key key, long nowNanos) {
    Milestone left = leaving.get(key);
    return left == null ? Milestone.reached(nowNanos) : left;
  }

  void leave(Key key, Done done, long nowNanos) {
    Topic topic = topics.remove(key);
    if (topic == null) {
      untilLeft(key, nowNanos).then(done, nowNanos);
      return;
    }
    Milestone gone = topic.stop(true, nowNanos);
    leaving.put(key, gone);
    dialling.leaveTopic(key, nowNanos);
    gone.then((complete, now) -> leaving.remove(key, gone), nowNanos);
    gone.then(done, nowNanos);
  }

  /** Tells when every topic's running round has ended. */
  void flushed(Done done, long nowNanos) {
    List<Milestone> rounds = topics.values().stream().map(Topic::flushed).toList();
    Milestone.all(rounds, nowNanos).then(done, nowNanos);
  }

  void refresh(long nowNanos) {
    List.copyOf(topics.values()).forEach(topic -> topic.refresh(nowNanos));
  }

  void onTimeout(long nowNanos) {
    List.copyOf(topics.values()).forEach(topic -> topic.onTimeout(nowNanos));
  }

  long nextTimeoutNanos() {
    return topics.values().stream()
        .mapToLong(Topic::nextTimeoutNanos)
        .reduce(Long.MAX_VALUE, Times::earlier);
  }

  /** Stops all topics; reached when nothing of them is left at any node. */
  Milestone stop(boolean unannounce, long nowNanos) {
    stopped = true;
    List<Milestone> parts = new ArrayList<>(leaving.values());
    for (Topic topic : List.copyOf(topics.values())) {
      parts.add(topic.stop(unannounce, nowNanos));
    }
    return Milestone.all(parts, nowNanos);
  }

  void resume(long nowNanos) {
    stopped = false;
    for (Topic topic : List.copyOf(topics.values())) {
      if (!stopped && topics.get(topic.key()) == topic) {
        topic.resume(nowNanos);
      }
    }
  }

  /** Forgets all topics, after they have been stopped. */
  void clear() {
    topics.clear();
  }

  @Override
  public Discovery discovery() {
    return discovery;
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public void whenReachable(Done done, long nowNanos) {
    entrance.whenOpen(done, nowNanos);
  }

  @Override
  public boolean found(Key topic, Key peer, List<Ipv4Address> relayAddresses, long nowNanos) {
    return dialling.found(topic, peer, relayAddresses, nowNanos);
  }

  @Override
  public void foundAgain(Key peer, List<Ipv4Address> relayAddresses) {
    dialling.foundAgain(peer, relayAddresses);
  }
}
