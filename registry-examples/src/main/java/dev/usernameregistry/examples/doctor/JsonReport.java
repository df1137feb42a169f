package dev.usernameregistry.examples.doctor;

import static dev.usernameregistry.examples.terminal.JsonLines.event;

import dev.usernameregistry.examples.terminal.JsonLines;

/**
 * For programs.
 *
 * <pre>
 * event    other fields
 * waiting  check, doing, secondsLeft
 * check    name (udp, dht, nat, peers, disk, clock), state (well, odd, ill, skipped), found,
 *          advice (null if nothing need be done), millis
 * done     ok
 * stopped  (in place of done: the process was told to end before)
 * error    code (badOptions), message
 * </pre>
 */
final class JsonReport implements Report {
  private final JsonLines lines;

  JsonReport(JsonLines lines) {
    this.lines = lines;
  }

  @Override
  public void waiting(Check check, long secondsLeft) {
    lines.say(
        event("waiting")
            .put("check", check.name())
            .put("doing", check.doing())
            .put("secondsLeft", secondsLeft));
  }

  @Override
  public void found(Check check, Finding finding, long millis) {
    lines.say(
        event("check")
            .put("name", check.name())
            .put("state", finding.state().word())
            .put("found", finding.found())
            .put("advice", finding.advice().isEmpty() ? null : finding.advice())
            .put("millis", millis));
  }

  @Override
  public void done(boolean well) {
    lines.say(event("done").put("ok", well));
  }

  @Override
  public void stopped() {
    lines.say(event("stopped"));
  }
}
