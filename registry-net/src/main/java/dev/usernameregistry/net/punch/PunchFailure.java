package dev.usernameregistry.net.punch;

/** Why a punch ended without a way through. */
public enum PunchFailure {
  /** The relay did not answer in time, so the peer may not even know. */
  RELAY_SILENT("the relay did not answer"),
  /** The answer was not sealed by the peer. */
  ANSWER_INVALID("the answer was not sealed by the peer"),
  /** The peer gave up. */
  REMOTE_ABORTED("the peer gave up"),
  /** The peer is at its limit of punches through random NATs. */
  REMOTE_BUSY("the peer is busy with another punch through a random NAT"),
  /** The peer did not begin to punch although we did. */
  REMOTE_NOT_PUNCHING("the peer did not begin to punch"),
  /** No address of the peer is known, or none whose host is proven, which a random NAT needs. */
  REMOTE_NOT_PUNCHABLE("the peer named no address that can be punched to"),
  /** One of the two sides could not find out what kind of NAT it is behind. */
  NAT_UNKNOWN("too few nodes answered to find out the kind of NAT"),
  /** Both sides are behind random NATs, which cannot be punched. */
  DOUBLE_RANDOM("both sides are behind NATs with random ports"),
  /** We are at our limit of punches through random NATs. */
  LOCAL_BUSY("another punch through a random NAT is under way or has just ended"),
  /** Both sides punched, and no probe came through. */
  NO_PROBE_ARRIVED("both sides punched and no probe came through"),
  /** The peer said nothing for too long. */
  TIMED_OUT("the peer did not go on in time");

  private final String sentence;

  PunchFailure(String sentence) {
    this.sentence = sentence;
  }

  /** Returns the reason in words. */
  public String sentence() {
    return sentence;
  }
}
