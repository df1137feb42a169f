package dev.usernameregistry;

import dev.usernameregistry.claims.ClaimIndex;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.claims.RegistrationRecord;
import java.io.IOException;
import java.util.List;

/**
 * A claim that a caller wants to make, with all that can be looked up and written down before it is
 * the caller's turn.
 *
 * @param record the bytes of {@code claim}
 * @param time {@link ClaimIndex#timeOfOthers} before {@code claims} were read
 * @param claims all claims on the name that the index had then
 */
record Proposal(Registration claim, byte[] record, long time, List<Registration> claims) {

  /** Encodes {@code claim} and looks its name up; throws as {@link RegistrationRecord#encode}. */
  static Proposal of(Registration claim, ClaimIndex index) throws IOException {
    return of(claim, RegistrationRecord.encode(claim), index);
  }

  /** Looks the name of {@code claim} up, which is encoded already. */
  static Proposal of(Registration claim, byte[] record, ClaimIndex index) throws IOException {
    long time = index.timeOfOthers();
    return new Proposal(claim, record, time, index.claims(claim.username()));
  }

  String name() {
    return claim.username();
  }
}
