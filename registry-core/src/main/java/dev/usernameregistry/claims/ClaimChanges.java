package dev.usernameregistry.claims;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What the writer of a registry makes of its names, so that the index need not read it back from
 * the log. Of several changes of one name the last counts. Not thread-safe.
 */
public final class ClaimChanges {
  private final Map<String, Put> lastPuts = new LinkedHashMap<>();

  /** Makes no change. */
  public ClaimChanges() {}

  /**
   * Adds a claim.
   *
   * @param record the bytes that {@code registration} is read from
   * @param free when nobody had the name, as {@link ClaimIndex#timeOfOthers} said before the index
   *     was asked; empty if the own log or the index has something for it
   */
  public void put(Registration registration, byte[] record, OptionalLong free) {
    String name = registration.username();
    lastPuts.remove(name);
    lastPuts.put(name, new Put(Claim.of(registration, record), free));
  }

  /** Adds the end of a claim. */
  public void remove(String name) {
    lastPuts.remove(name);
    lastPuts.put(name, Put.NOTHING);
  }

  void collect(ClaimBatch batch, long timeOfOthers) throws IOException {
    for (Map.Entry<String, Put> last : lastPuts.entrySet()) {
      byte[] key = last.getKey().getBytes(StandardCharsets.UTF_8);
      Claim claim = last.getValue().claim();
      if (claim == null) {
        batch.remove(key);
      } else {
        OptionalLong free = last.getValue().free();
        batch.put(key, claim, free.isPresent() && free.getAsLong() == timeOfOthers);
      }
    }
  }

  /** The claim that a name is put with; null if it is removed. */
  private record Put(@Nullable Claim claim, OptionalLong free) {
    static final Put NOTHING = new Put(null, OptionalLong.empty());
  }
}
