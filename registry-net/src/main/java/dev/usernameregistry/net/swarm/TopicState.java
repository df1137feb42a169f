package dev.usernameregistry.net.swarm;

import dev.usernameregistry.crypto.Key;

/**
 * How it stands with a joined topic.
 *
 * @param announced whether nodes have our announcement, as far as we know
 * @param refreshed whether a round has ended that somebody answered
 * @param foundCount how many different peers the latest round found so far
 */
public record TopicState(Key topic, boolean announced, boolean refreshed, int foundCount) {}
