package dev.usernameregistry.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.examples.interop.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The benchmark as a user starts it: all rows, as little of each as there can be. */
final class BenchProcessTest {
  @TempDir Path folder;

  @Test
  void everyRowOfTheNetworkIsMeasured() throws Exception {
    try (ProgramProcess bench = new ProgramProcess(folder, "bench", "--net", "--quick")) {
      JsonNode results = bench.next("results");

      assertThat(results.path("rows").findValuesAsText("row"))
          .containsExactly(
              "limit-sha256",
              "limit-sign",
              "limit-verify",
              "limit-hash",
              "limit-fsync",
              "limit-loopback",
              "idle-cpu",
              "idle-packets",
              "idle-pair-cpu",
              "idle-pair-packets",
              "join-p50",
              "join-p95",
              "start-p50",
              "start-p95",
              "udx-64mib");
      assertThat(results.path("rows"))
          .allSatisfy(
              row -> {
                assertThat(row.path("ours").path("median").asDouble()).isNotNegative();
                assertThat(row.path("js").isNull()).isTrue();
              });
      assertThat(results.path("machine").path("cores").asInt()).isPositive();
      assertThat(bench.exitCode()).isZero();
    }
  }

  @Test
  void everyRowOfTheRegistryIsMeasured() throws Exception {
    List<String> rows =
        List.of(
            "register",
            "register-8",
            "register-sync",
            "register-sync-8",
            "register-all",
            "batch",
            "alloc-register",
            "lookup-hit",
            "lookup-miss",
            "list",
            "alloc-lookup",
            "replicate",
            "alloc-replicate",
            "many",
            "lookup-miss-5000",
            "memory",
            "memory-heap",
            "live-p50",
            "live-p99",
            "cold-start",
            "cold-process",
            "reopen",
            "jvm-start");
    String chosen = String.join(",", rows);
    try (ProgramProcess bench = new ProgramProcess(folder, "bench", "--quick", "--rows", chosen)) {
      JsonNode results = bench.next("results");

      assertThat(results.path("rows").findValuesAsText("row"))
          .endsWith(rows.toArray(String[]::new));
      assertThat(results.path("rows"))
          .allSatisfy(
              row -> {
                JsonNode median = row.path("ours").path("median");
                // of so few registries, two processes may swing by more than they take
                boolean tooFew = row.path("row").asText().startsWith("memory");
                assertThat(median.isNumber() || (tooFew && median.isNull())).as("%s", row).isTrue();
              });
      assertThat(bench.exitCode()).isZero();
    }
  }

  @Test
  void recordsCanBeLargerThanUsual() throws Exception {
    try (ProgramProcess bench =
        new ProgramProcess(
            folder, "bench", "--quick", "--rows", "register,replicate", "--text-bytes", "3000")) {
      JsonNode results = bench.next("results");

      assertThat(results.path("load").path("textBytes").asInt()).isEqualTo(3000);
      assertThat(results.path("rows"))
          .filteredOn(row -> row.path("row").asText().startsWith("alloc-re"))
          .hasSize(2)
          .allSatisfy(
              row -> assertThat(row.path("ours").path("median").asDouble()).isGreaterThan(3000));
      assertThat(bench.exitCode()).isZero();
    }
  }

  @Test
  void costsAreShownAsTheyGrow() throws Exception {
    try (ProgramProcess bench = new ProgramProcess(folder, "bench", "--quick", "--growth")) {
      JsonNode tables = bench.next("growth").path("tables");

      assertThat(tables.findValuesAsText("sized")).containsExactly("names", "registries");
      assertThat(tables.findValuesAsText("column"))
          .contains("register", "look-up", "sync", "heap", "resident");
      assertThat(bench.exitCode()).isZero();
    }
  }

  @Test
  void anEarlierRunThatWasFasterIsNoticed() throws Exception {
    Path earlier =
        Files.writeString(
            folder.resolve("earlier.json"),
            """
            {"event":"results","rows":[
            {"row":"limit-sha256","ours":{"median":1}},
            {"row":"limit-hash","ours":{"median":1000000}}]}
            """
                .replace("\n", ""));
    try (ProgramProcess bench =
        new ProgramProcess(
            folder, "bench", "--quick", "--rows", "limit-hash", "--check", earlier.toString())) {
      JsonNode rows = bench.next("compared").path("rows");

      assertThat(rows)
          .singleElement()
          .satisfies(
              row -> {
                assertThat(row.path("row").asText()).isEqualTo("limit-hash");
                assertThat(row.path("yardstick").asText()).isEqualTo("limit-sha256");
                assertThat(row.path("slower").asBoolean()).isTrue();
              });
      assertThat(bench.exitCode()).isEqualTo(3);
    }
  }

  @Test
  void withoutNodeItSaysSoAndMeasuresOurs() throws Exception {
    Map<String, String> nothingOnThePath = Map.of("PATH", folder.toString());
    try (ProgramProcess bench =
        new ProgramProcess(
            folder, nothingOnThePath, "bench", "--rows", "udx-64mib", "--quick", "--vs-js")) {
      assertThat(bench.next("failed").path("what").asText()).contains("Node.js 20 or newer");
      assertThat(bench.next("results").path("rows"))
          .allSatisfy(
              row -> {
                assertThat(row.path("ours").path("median").asDouble()).isPositive();
                assertThat(row.path("js").isNull()).isTrue();
              });
      assertThat(bench.exitCode()).isZero();
    }
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC}) // where kill is
  void ctrlCEndsItAndItsChildren() throws Exception {
    try (ProgramProcess bench = new ProgramProcess(folder, "bench", "--rows", "idle-cpu")) {
      bench.next("begins");
      bench.interrupt();
      assertThat(bench.exitCode()).isEqualTo(130);
      assertThat(bench.complaints()).isEmpty();
    }
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC}) // where kill is
  void ctrlCWhileItInstallsLeavesNothingBehind() throws Exception {
    Path npmIsRunning = folder.resolve("npm-is-running");
    Map<String, String> environment = slowNpm(npmIsRunning);
    try (ProgramProcess bench =
        new ProgramProcess(folder, environment, "bench", "--rows", "udx-64mib", "--vs-js")) {
      assertThat(bench.next("begins").path("what").asText()).contains("npm");
      Await.until("npm runs", () -> Files.exists(npmIsRunning), yes -> yes);
      assertThat(bench.temporaryFiles()).isNotEmpty();

      bench.interrupt();

      assertThat(bench.exitCode()).isEqualTo(130);
      assertThat(bench.rest()).isEmpty();
      assertThat(bench.temporaryFiles()).isEmpty();
    }
  }

  /** Returns an environment in which npm writes for a minute, through a process of its own. */
  private Map<String, String> slowNpm(Path isRunning) throws IOException {
    Path programs = Files.createDirectory(folder.resolve("bin"));
    script(programs.resolve("node"), "echo v20.0.0");
    script(
        programs.resolve("npm"),
        "sh -c 'for i in $(seq 600); do echo $i > file-$i; touch "
            + isRunning
            + "; sleep 0.1; done'");
    return new HashMap<>(Map.of("PATH", programs + ":" + System.getenv("PATH")));
  }

  private static void script(Path file, String line) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + line + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--rows x | udx-64mib",
        "--rounds 0 | --rounds takes from 1",
        "--check none.json | there is no file none.json",
        "--net --rows list | --net and --rows both choose rows",
        "--size 0 | --size takes from 0.01 to 10, got 0",
        "--size 2 --quick | --quick is as little as possible",
        "--size 2 --growth | --growth has sizes of its own",
        "--text-bytes 10001 | --text-bytes takes from 0 to 10000, divided by --size, got 10001",
        "--text-bytes 1001 --size 10 | divided by --size, got 1001",
        "--net --size 2 | --net measures no registries",
        "--profile pom.xml/x | pom.xml/x cannot be made",
        "--growth --net | --growth measures ours alone",
        "--dance | --dance"
      })
  void optionsThatMakeNoSenseAreSaidInOneLine(String options, String message) throws Exception {
    try (ProgramProcess bench = new ProgramProcess(folder, "bench", options.split(" "))) {
      assertThat(bench.next("error").path("message").asText()).contains(message);
      assertThat(bench.exitCode()).isEqualTo(2);
      assertThat(bench.complaints().lines()).hasSize(1);
    }
  }
}
