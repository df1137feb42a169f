package dev.usernameregistry.claims;

import java.util.Comparator;

/**
 * Decides whose a name is when several registries hold it: the first in this order is the owner.
 *
 * <p>A pure and total order over what the registries say, so that peers with the same registries
 * give the same answer: it never looks at a clock, at arrival or at who asks. No two claims of one
 * name from different registries compare as equal.
 */
public interface ClaimOrder extends Comparator<Registration> {

  /**
   * Returns a text that names this order. It is stored with the index, which is built anew when
   * another text is found, so a new rule needs a new text.
   */
  String id();

  /** Returns in a few words why {@code winner} comes before {@code loser}, for people. */
  String reason(Registration winner, Registration loser);

  /**
   * Returns the default: the earliest registration time first, a claim without a time last, equal
   * times by registry key, in unsigned byte order.
   */
  static ClaimOrder earliest() {
    return EarliestClaim.INSTANCE;
  }
}
