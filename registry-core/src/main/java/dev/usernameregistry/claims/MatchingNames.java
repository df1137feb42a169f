package dev.usernameregistry.claims;

import java.util.Optional;
import java.util.regex.Pattern;

/** Names that match a pattern. */
record MatchingNames(Pattern pattern, String allowed) implements NamePolicy {

  @Override
  public Optional<String> problem(String name) {
    return pattern.matcher(name).matches() ? Optional.empty() : Optional.of("a name is " + allowed);
  }

  @Override
  public String id() {
    return "pattern " + pattern.pattern() + " flags " + pattern.flags();
  }
}
