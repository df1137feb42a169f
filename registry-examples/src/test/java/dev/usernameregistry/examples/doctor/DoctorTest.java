package dev.usernameregistry.examples.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.usernameregistry.examples.doctor.Finding.State;
import dev.usernameregistry.examples.terminal.Address;
import dev.usernameregistry.examples.terminal.Entrance;
import dev.usernameregistry.examples.terminal.Ink;
import dev.usernameregistry.examples.terminal.JsonLines;
import dev.usernameregistry.log.Storage;
import dev.usernameregistry.net.LocalDht;
import dev.usernameregistry.net.Swarm;
import dev.usernameregistry.net.SwarmStatus;
import dev.usernameregistry.net.Topic;
import dev.usernameregistry.storage.RocksStorage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The checks that need no DHT, and the doctor with checks of all kinds. */
final class DoctorTest {
  private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

  private final ByteArrayOutputStream told = new ByteArrayOutputStream();

  @TempDir Path folder;

  @Test
  void everyFindingIsOneLineForPeople() throws InterruptedException {
    Report report = new TextReport(new PrintStream(told, true), new Ink(false, false), false);

    boolean well =
        new Doctor(report)
            .examine(
                List.of(
                    check("one", () -> Finding.well("as it must be")),
                    check("two", () -> Finding.odd("not quite", "do this")),
                    check("three", () -> Finding.skipped("not looked at", "do that"))));

    assertThat(well).isTrue();
    assertThat(told())
        .isEqualTo(
            """
            ok one    as it must be
            -- two    not quite: do this
              three  not looked at: do that
            ok nothing is in the way
            """);
  }

  @Test
  void everyFindingIsOneObjectForPrograms() throws Exception {
    Report report = new JsonReport(new JsonLines(told));

    boolean well =
        new Doctor(report).examine(List.of(check("one", () -> Finding.ill("broken", "mend it"))));

    assertThat(well).isFalse();
    List<String> lines = told().lines().toList();
    JsonNode found = new ObjectMapper().readTree(lines.get(1));
    assertThat(lines.get(0)).contains("\"event\":\"waiting\"", "\"check\":\"one\"");
    assertThat(found.path("state").asText()).isEqualTo("ill");
    assertThat(found.path("advice").asText()).isEqualTo("mend it");
    assertThat(found.path("millis").isIntegralNumber()).isTrue();
    assertThat(lines.get(2)).isEqualTo("{\"event\":\"done\",\"ok\":false}");
  }

  @Test
  void aCheckThatIsStuckOrFailsDoesNotKeepTheOthers() throws InterruptedException {
    Report report = new JsonReport(new JsonLines(told));
    CountDownLatch never = new CountDownLatch(1);

    new Doctor(report)
        .examine(
            List.of(
                check(
                    "stuck",
                    Duration.ofMillis(300),
                    () -> {
                      never.await();
                      return Finding.well("");
                    }),
                check(
                    "fails",
                    () -> {
                      throw new IOException("no disk");
                    }),
                check("last", () -> Finding.well("reached"))));

    assertThat(told())
        .contains("no result after", "this could not be looked at: no disk", "reached")
        .doesNotContain("IOException");
  }

  @Test
  void onceStoppedItSaysSoAndBeginsNothingElse() throws InterruptedException {
    Doctor doctor =
        new Doctor(new TextReport(new PrintStream(told, true), new Ink(false, false), false));

    boolean well =
        doctor.examine(
            List.of(
                check("one", () -> Finding.well("as it must be")),
                check(
                    "two",
                    () -> {
                      doctor.stop();
                      return Finding.well("too late");
                    }),
                check("three", () -> Finding.well("not begun"))));

    assertThat(well).isFalse();
    assertThat(told()).isEqualTo("ok one    as it must be\nstopped; the rest was not looked at\n");
  }

  @Test
  void udpWorksHere() throws IOException {
    assertThat(new UdpCheck().look().state()).isEqualTo(State.WELL);
  }

  @Test
  void aRegistryCanBeKeptInAFolderThatIsNotThereYetAndNothingStays() throws IOException {
    Finding finding = DiskCheck.of(folder.resolve("a").resolve("b")).look();

    assertThat(finding.state()).isIn(State.WELL, State.ODD); // odd where the disk is nearly full
    assertThat(finding.found()).startsWith("a registry can be kept in " + folder);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aTrialThatCannotBeRemovedDoesNotSayThatNoRegistryCanBeKept() {
    List<Path> made = new ArrayList<>();
    DiskCheck check =
        DiskCheck.of(
            folder,
            trial -> {
              made.add(trial);
              throw new FileSystemException(trial.toString(), null, "Device or resource busy");
            });

    Finding finding = check.look();

    assertThat(finding.state()).isEqualTo(State.ODD);
    assertThat(finding.found())
        .startsWith("a registry can be kept in " + folder)
        .endsWith(
            String.format(
                "; but %1$s, made to try it, stays: %1$s cannot be used (Device or resource busy)",
                made.get(0)));
    assertThat(finding.advice()).endsWith("remove that folder yourself");
  }

  @Test
  void whatTheProgramLoadsAtFirstIsNotCalledTheDisksTime() {
    AtomicLong nowNanos = new AtomicLong();
    long[] took = {900, 3, 1, 2, 70};

    assertThat(DiskCheck.usualNanos(nowNanos::get, number -> nowNanos.addAndGet(took[number])))
        .isEqualTo(3);
  }

  @Test
  void aDiskCheckThatIsClosedMeanwhileLeavesNothing() throws Exception {
    DiskCheck check = DiskCheck.of(folder);
    FutureTask<Finding> looking = new FutureTask<>(check::look);
    try (WatchService watch = folder.getFileSystem().newWatchService()) {
      folder.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      new Thread(looking, "looks at the disk").start();
      assertThat(watch.poll(60, TimeUnit.SECONDS)).as("a folder of the check").isNotNull();

      check.close();

      assertThat(folder).isEmptyDirectory();
    }
    assertThat(looking.get().state()).isIn(State.WELL, State.ODD);
    assertThatThrownBy(check::look).isInstanceOf(IllegalStateException.class);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFileAndOtherFilesAreInTheWayOfARegistryButNotOfOneBesideThem() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    assertThat(DiskCheck.of(file).look().found()).startsWith(file + " is a file");
    assertThat(DiskCheck.of(folder).look().found()).startsWith(folder + " holds other files");
    assertThat(DiskCheck.of(folder).look().state()).isEqualTo(State.ILL);
    assertThat(DiskCheck.within(folder).look().state()).isIn(State.WELL, State.ODD);
    assertThat(folder).isDirectoryContaining(file::equals);
  }

  @Test
  void aStoreIsLookedAtAsItIs() throws IOException {
    Storage inUse = RocksStorage.at(folder).open();
    try (inUse) {
      Finding open = DiskCheck.of(folder).look();
      assertThat(open.state()).isEqualTo(State.ODD);
      assertThat(open.found()).isEqualTo(folder + " holds a storage that another program has open");
      assertThat(open.advice()).isEqualTo("end that program to have it looked at");
    }
    assertThat(DiskCheck.of(folder).look().found()).contains("holds a storage that can be opened");

    Files.delete(folder.resolve("CURRENT"));
    Finding damaged = DiskCheck.of(folder).look();
    assertThat(damaged.state()).isEqualTo(State.ILL);
    assertThat(damaged.found()).contains("is damaged").contains("restore a backup");
  }

  @Test
  void aStoreWithAFileThatCannotBeReadIsSaidInPlainWords() throws IOException {
    RocksStorage.at(folder).open().close();
    Files.delete(folder.resolve("FLOOR"));
    Files.createDirectory(folder.resolve("FLOOR"));

    Finding finding = DiskCheck.of(folder).look();

    assertThat(finding.state()).isEqualTo(State.ILL);
    assertThat(finding.found())
        .startsWith("no registry can be kept in " + folder + ": ")
        .contains(folder.resolve("FLOOR").toString())
        .doesNotContain("Exception");
    assertThat(finding.advice()).isEqualTo("see to that, or choose another folder with --store");
  }

  @Test
  @EnabledOnOs(OS.LINUX) // where even the superuser cannot make folders in /proc
  void aPlaceThatCannotHoldFoldersIsIll() throws IOException {
    Finding finding = DiskCheck.of(Path.of("/proc/x")).look();

    assertThat(finding.state()).isEqualTo(State.ILL);
    assertThat(finding.found()).contains("/proc cannot be written to: its file system");
    assertThat(finding.advice()).contains("choose another folder");
  }

  @Test
  void aClockIsJudgedByWhatItShows() {
    assertThat(clockCheck(NOW, Duration.ZERO, null).state()).isEqualTo(State.WELL);
    assertThat(clockCheck(Instant.EPOCH, Duration.ZERO, null).state()).isEqualTo(State.ILL);
    assertThat(clockCheck(NOW, Duration.ofSeconds(-3), null).found()).contains("was set, by 3000");
    assertThat(clockCheck(NOW, Duration.ZERO, NOW.plusSeconds(60)).state()).isEqualTo(State.WELL);
    assertThat(clockCheck(NOW, Duration.ZERO, NOW.plusSeconds(600)).found())
        .contains("a peer registered a name at 2026-11-26T12:10:00Z");
  }

  @Test
  void withoutADhtOrATopicItIsSaidWhatIsMissing() throws InterruptedException {
    Visit notBegun = new Visit(Swarm.onTopic(Topic.of("t")));

    assertThat(new NatCheck(notBegun).look().state()).isEqualTo(State.SKIPPED);
    assertThat(new PeersCheck(notBegun, true).look().state()).isEqualTo(State.SKIPPED);
    assertThat(new PeersCheck(notBegun, false).look().advice()).contains("--topic");
    notBegun.close();
  }

  @Test
  void onLoopbackNothingIsSaidOfGateways() throws Exception {
    try (LocalDht dht = LocalDht.start();
        Visit visit = new Visit(Swarm.onTopic(Topic.of("t")).bootstrap(dht.bootstrap()).port(0))) {
      Address entry = new Address("127.0.0.1", dht.bootstrap().getPort());
      Finding entered = new DhtCheck(visit, Entrance.by(List.of(entry))).look();
      assertThat(entered.state()).as(entered.found()).isEqualTo(State.WELL);

      Finding nat = new NatCheck(visit).look();

      assertThat(nat.state()).isEqualTo(State.WELL);
      assertThat(nat.found()).contains("only this machine's loopback").doesNotContain("behind");
    }
  }

  @Test
  void closingAVisitEndsWhatWaitsForIt() throws Exception {
    try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      Swarm swarm = Swarm.onTopic(Topic.of("t")).port(0);
      Visit visit = new Visit(swarm.bootstrap("127.0.0.1", silent.getLocalPort()));
      visit.begin();
      CountDownLatch waiting = new CountDownLatch(1);
      FutureTask<SwarmStatus> await =
          new FutureTask<>(
              () ->
                  visit.await(
                      status -> {
                        waiting.countDown();
                        return status.connections() > 0;
                      },
                      Duration.ofDays(1)));
      new Thread(await, "waits for a peer").start();
      assertThat(waiting.await(60, TimeUnit.SECONDS)).isTrue();

      visit.close();

      assertThat(await.get(60, TimeUnit.SECONDS).connections()).isZero();
    }
  }

  private static Finding clockCheck(Instant start, Duration jump, @Nullable Instant newest) {
    AtomicReference<Instant> clock = new AtomicReference<>(start);
    ClockCheck check = new ClockCheck(clock::get, () -> 0, () -> Optional.ofNullable(newest));
    clock.set(start.plus(jump));
    return check.look();
  }

  private static Check check(String name, Callable<Finding> look) {
    return check(name, Duration.ofMinutes(1), look);
  }

  private static Check check(String name, Duration patience, Callable<Finding> look) {
    return new Check() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public String doing() {
        return "doing " + name;
      }

      @Override
      public Duration patience() {
        return patience;
      }

      @Override
      public Finding look() throws Exception {
        return look.call();
      }
    };
  }

  private String told() {
    return told.toString(StandardCharsets.UTF_8);
  }
}
