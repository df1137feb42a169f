package dev.usernameregistry.examples.doctor;

import dev.usernameregistry.examples.terminal.Ending;
import dev.usernameregistry.examples.terminal.Entrance;
import dev.usernameregistry.examples.terminal.ErrorCode;
import dev.usernameregistry.examples.terminal.JsonLines;
import dev.usernameregistry.examples.terminal.PathConverter;
import dev.usernameregistry.examples.terminal.StandardOutput;
import dev.usernameregistry.examples.terminal.TopicOptions;
import dev.usernameregistry.net.Swarm;
import dev.usernameregistry.net.Topic;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The doctor's options. */
@Command(
    name = "doctor",
    header = "Says what keeps peers apart here, and what to do about it.",
    description = {
      "Looks at UDP, the DHT, the gateway, peers on a topic, the disk and the clock, one after the"
          + " other. Takes a minute at most, and leaves nothing behind."
    },
    abbreviateSynopsis = true,
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Without --bootstrap the public DHT is asked. With a topic it joins for a",
      "moment, as a peer with an empty registry.",
      "Exit code: 0 if nothing is in the way, 1 if something is, 2 if the options",
      "make no sense; 130 after Ctrl-C, 143 after SIGTERM."
    })
public final class DoctorCommand implements Callable<Integer> {

  @Mixin private TopicOptions meeting = new TopicOptions();

  @Option(
      names = "--store",
      paramLabel = "DIR",
      converter = PathConverter.class,
      description =
          "the folder that a registry is kept in, or shall be (a new one in the current folder)")
  private @Nullable Path store;

  @Option(names = "--json", description = "report in JSON, one object a line")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    JsonLines lines = new JsonLines(System.out);
    Swarm swarm;
    try {
      List<Topic> topics = meeting.topics();
      swarm = meeting.swarm(topics.isEmpty() ? List.of(nobodysTopic()) : topics);
    } catch (IllegalArgumentException e) {
      if (json) {
        lines.say(JsonLines.error(ErrorCode.BAD_OPTIONS, String.valueOf(e.getMessage())));
      }
      System.err.println("registry doctor: " + e.getMessage());
      return CommandLine.ExitCode.USAGE;
    }
    Doctor doctor = new Doctor(report(lines));
    Visit visit = new Visit(swarm);
    DiskCheck disk = store == null ? DiskCheck.within(Path.of("")) : DiskCheck.of(store);
    Ending ending =
        Ending.with(
            "doctor",
            () -> {
              doctor.stop();
              visit.close();
              disk.close();
            });
    try {
      boolean well = doctor.examine(checks(visit, disk));
      return well ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    } finally {
      ending.close();
    }
  }

  private List<Check> checks(Visit visit, DiskCheck disk) {
    return List.of(
        new UdpCheck(),
        new DhtCheck(visit, Entrance.by(meeting.bootstrap())),
        new NatCheck(visit),
        new PeersCheck(visit, meeting.haveTopic()),
        disk,
        new ClockCheck(InstantSource.system(), System::nanoTime, visit::newestRegistration));
  }

  private Report report(JsonLines lines) {
    if (json) {
      return new JsonReport(lines);
    }
    return new TextReport(System.out, StandardOutput.ink(), StandardOutput.isTerminal());
  }

  /** Enough to enter the DHT and to be seen there. */
  private static Topic nobodysTopic() {
    return Topic.random(new SecureRandom());
  }
}
