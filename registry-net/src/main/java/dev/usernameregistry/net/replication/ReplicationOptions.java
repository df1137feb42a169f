package dev.usernameregistry.net.replication;

import java.time.Duration;

/**
 * How a log is replicated.
 *
 * @param requestsMax blocks of the log asked of one peer at a time, 1 to 512; a peer that has many
 *     logs is asked for so many of each
 * @param answerTimeout how long a peer may let us wait for its next answer
 */
public record ReplicationOptions(int requestsMax, Duration answerTimeout) {
  /** 512 requests and 30 seconds. The reference has 48 on TCP, and 16 to 512 on UDX. */
  public static final ReplicationOptions DEFAULT =
      new ReplicationOptions(512, Duration.ofSeconds(30));

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if one is not kept
   */
  public ReplicationOptions {
    if (requestsMax < 1 || requestsMax > 512) {
      throw new IllegalArgumentException(requestsMax + " requests, not between 1 and 512");
    }
    if (answerTimeout.isNegative() || answerTimeout.isZero()) {
      throw new IllegalArgumentException("an answer timeout of " + answerTimeout);
    }
  }
}
