package dev.usernameregistry.examples.bench;

import dev.usernameregistry.examples.bench.frame.GrowthWork;
import dev.usernameregistry.examples.bench.frame.Row;
import dev.usernameregistry.examples.bench.frame.Workload;
import dev.usernameregistry.examples.bench.limits.LimitWorkload;
import dev.usernameregistry.examples.bench.net.IdleWorkload;
import dev.usernameregistry.examples.bench.net.JoinWorkload;
import dev.usernameregistry.examples.bench.net.UdxWorkload;
import dev.usernameregistry.examples.bench.registry.ColdWorkload;
import dev.usernameregistry.examples.bench.registry.LiveWorkload;
import dev.usernameregistry.examples.bench.registry.ManyWorkload;
import dev.usernameregistry.examples.bench.registry.NamesGrowth;
import dev.usernameregistry.examples.bench.registry.ReadWorkload;
import dev.usernameregistry.examples.bench.registry.RegistriesGrowth;
import dev.usernameregistry.examples.bench.registry.ReplicateWorkload;
import dev.usernameregistry.examples.bench.registry.StartWorkload;
import dev.usernameregistry.examples.bench.registry.WriteWorkload;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All workloads that there are. */
final class Catalogue {
  /** Measured in every run: others are shown beside these. */
  private static final List<Workload.Kind> LIMITS = List.of(LimitWorkload.kind());

  /** One registry, and many. */
  private static final List<Workload.Kind> REGISTRY =
      List.of(
          WriteWorkload.kind(),
          ReadWorkload.kind(),
          ReplicateWorkload.kind(),
          ManyWorkload.kind(),
          LiveWorkload.kind(),
          ColdWorkload.kind(),
          StartWorkload.kind());

  /** Peers that find and reach each other. */
  private static final List<Workload.Kind> NET =
      List.of(IdleWorkload.kind(), JoinWorkload.kind(), UdxWorkload.kind());

  /** What is measured at several sizes. */
  static final List<GrowthWork> GROWTH = List.of(NamesGrowth.work(), RegistriesGrowth.work());

  private Catalogue() {}

  /**
   * Returns the workloads of a run, the limits first.
   *
   * @param net whether to leave out those about registries
   * @param rows the rows that are wanted; empty for all
   * @throws IllegalArgumentException naming a row that does not exist, and all that do
   */
  static List<Workload.Kind> choose(boolean net, List<String> rows) {
    Set<String> known =
        Stream.of(LIMITS, REGISTRY, NET)
            .flatMap(List::stream)
            .flatMap(Catalogue::ids)
            .collect(Collectors.toCollection(TreeSet::new));
    for (String row : rows) {
      if (!known.contains(row)) {
        throw new IllegalArgumentException(
            "there is no row '" + row + "'; there are " + String.join(", ", known));
      }
    }
    Stream<Workload.Kind> wanted =
        (net ? Stream.of(NET) : Stream.of(REGISTRY, NET))
            .flatMap(List::stream)
            .filter(kind -> rows.isEmpty() || ids(kind).anyMatch(rows::contains));
    return Stream.concat(LIMITS.stream(), wanted).toList();
  }

  private static Stream<String> ids(Workload.Kind kind) {
    return kind.rows().stream().map(Row::id);
  }
}
