package dev.usernameregistry.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The small benchmarks, each done once and not measured. */
final class MicroTest {

  @Test
  void eachSmallPieceCanBeMeasured() throws Exception {
    System.setProperty("jmh.ignoreLock", "true"); // it measures nothing that others could disturb

    List<RunResult> results =
        List.copyOf(
            new Runner(
                    new OptionsBuilder()
                        .include("examples[.]bench[.]micro[.]")
                        .forks(0)
                        .mode(Mode.SingleShotTime)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .measurementTime(TimeValue.milliseconds(1))
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run());

    assertThat(results)
        .extracting(result -> result.getParams().getBenchmark().replaceAll(".*[.](.*[.])", "$1"))
        .contains(
            "HashBenchmark.leaf",
            "SignatureBenchmark.sign",
            "SignatureBenchmark.verify",
            "CodecBenchmark.decode",
            "TreeBenchmark.append",
            "TreeBenchmark.run",
            "BeeBenchmark.get",
            "BeeBenchmark.put",
            "CipherBenchmark.sendAndReceive");
  }
}
