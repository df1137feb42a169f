package dev.usernameregistry.examples;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** The map of our packages, in a form that fails the build. Its readable half is in the README. */
@AnalyzeClasses(
    packages = PackageMapTest.BASE,
    importOptions = {
      ImportOption.DoNotIncludeTests.class,
      PackageMapTest.NoTestJars.class,
      PackageMapTest.NotGenerated.class
    })
final class PackageMapTest {
  static final String BASE = "dev.usernameregistry";

  /** What JMH makes of the small benchmarks, which is not ours to arrange. */
  private static final String GENERATED = "/jmh_generated/";

  /** The name of the room that is the base package itself. */
  private static final String FACADE = "facade";

  /** What the rooms of the examples have in common. */
  private static final String TERMINAL = "examples.terminal";

  /** What the rooms of the benchmark have in common. */
  private static final String MEASURING = "examples.bench.frame";

  private static final long FILES_MAX = 30;

  /** What each room may import of ours. A room that is not here may not exist. */
  private static final Map<String, Set<String>> MAY_IMPORT =
      Map.ofEntries(
          Map.entry("codec", Set.of()),
          Map.entry("crypto", Set.of()),
          Map.entry("tree", Set.of("crypto", "codec")),
          Map.entry("log", Set.of("tree", "crypto", "codec")),
          Map.entry("memory", Set.of("log", "tree", "crypto")),
          Map.entry("store", Set.of("log", "crypto")),
          Map.entry("bee", Set.of("log", "codec")),
          Map.entry("claims", Set.of("bee", "log", "crypto", "codec")),
          Map.entry(FACADE, Set.of("claims", "bee", "store", "memory", "log", "crypto")),
          Map.entry("storage", Set.of("log", "tree", "codec", "crypto")),
          Map.entry("net.udx", Set.of("net.udx.congestion", "codec")),
          Map.entry("net.udx.congestion", Set.of()),
          Map.entry("net.time", Set.of()),
          Map.entry("net.dht", Set.of("net.time", "codec", "crypto")),
          Map.entry("net.announce", Set.of("net.dht", "codec", "crypto")),
          Map.entry("net.punch", Set.of("net.dht", "codec", "crypto")),
          Map.entry(
              "net.peering",
              Set.of(
                  "net.peering.message",
                  "net.announce",
                  "net.dht",
                  "net.punch",
                  "net.noise",
                  "net.time",
                  "codec",
                  "crypto")),
          Map.entry("net.peering.message", Set.of("net.punch", "net.noise", "codec", "crypto")),
          Map.entry("net.swarm", Set.of("net.time", "codec", "crypto")),
          Map.entry("net.noise", Set.of("net.time", "crypto", "codec")),
          Map.entry("net.mux", Set.of("codec")),
          Map.entry("net.replication", Set.of("net.time", "log", "tree", "codec", "crypto")),
          Map.entry("net.directory", Set.of("log", "tree", "codec", "crypto")),
          Map.entry("net.netty", Set.of("codec")),
          Map.entry(
              "net.sharing",
              Set.of(
                  "net.noise",
                  "net.mux",
                  "net.replication",
                  "net.directory",
                  "net.netty",
                  "net.time",
                  FACADE,
                  "log",
                  "crypto",
                  "codec")),
          Map.entry(
              "net",
              Set.of(
                  "net.udx",
                  "net.dht",
                  "net.announce",
                  "net.punch",
                  "net.peering",
                  "net.peering.message",
                  "net.swarm",
                  "net.sharing",
                  "net.noise",
                  "net.mux",
                  "net.netty",
                  "net.time",
                  FACADE,
                  "log",
                  "crypto",
                  "codec")),
          Map.entry(TERMINAL, Set.of("crypto", "net")),
          Map.entry(
              "examples.demo", Set.of(FACADE, "claims", "crypto", "storage", "net", TERMINAL)),
          Map.entry(
              "examples.shell",
              Set.of(FACADE, "claims", "log", "crypto", "storage", "net", TERMINAL)),
          Map.entry("examples.doctor", Set.of(FACADE, "claims", "log", "storage", "net", TERMINAL)),
          Map.entry(MEASURING, Set.of(TERMINAL)),
          Map.entry("examples.bench.net", Set.of(FACADE, "claims", "net", TERMINAL, MEASURING)),
          Map.entry("examples.bench.limits", Set.of("crypto", MEASURING)),
          Map.entry(
              "examples.bench.registry",
              Set.of(
                  FACADE, "claims", "bee", "store", "log", "crypto", "storage", "net", MEASURING)),
          Map.entry(
              "examples.bench.micro",
              Set.of("bee", "log", "memory", "tree", "crypto", "codec", "net.noise")),
          Map.entry(
              "examples.bench",
              Set.of(
                  "crypto",
                  TERMINAL,
                  MEASURING,
                  "examples.bench.limits",
                  "examples.bench.registry",
                  "examples.bench.net")),
          Map.entry(
              "examples",
              Set.of(
                  "net",
                  TERMINAL,
                  "examples.demo",
                  "examples.shell",
                  "examples.doctor",
                  "examples.bench")));

  private static final String[] MACHINES = {
    BASE + ".codec..",
    BASE + ".tree..",
    BASE + ".net.udx..",
    BASE + ".net.dht..",
    BASE + ".net.announce..",
    BASE + ".net.punch..",
    BASE + ".net.peering..",
    BASE + ".net.swarm..",
    BASE + ".net.noise..",
    BASE + ".net.mux..",
    BASE + ".net.replication..",
    BASE + ".net.directory..",
    BASE + ".net.time.."
  };

  private static final String[] OTHERS = {
    "io.netty.", "org.rocksdb.", "org.bouncycastle.", "org.slf4j.", "picocli.", "org.jline."
  };

  @ArchTest
  static final ArchRule roomsImportOnlyWhatTheMapAllows =
      classes().should(importOnlyWhatTheMapAllows());

  @ArchTest
  static final ArchRule noRoomImportsItselfThroughOthers =
      slices().assignedFrom(new Rooms()).should().beFreeOfCycles();

  @ArchTest
  static final ArchRule onlyOneRoomKnowsNetty =
      noClasses()
          .that()
          .resideOutsideOfPackage(BASE + ".net.netty..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.netty..");

  @ArchTest
  static final ArchRule onlyOneRoomKnowsRocks =
      noClasses()
          .that()
          .resideOutsideOfPackage(BASE + ".storage..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.rocksdb..");

  @ArchTest
  static final ArchRule machinesHaveNoSocketsThreadsOrFiles =
      noClasses()
          .that()
          .resideInAnyPackage(MACHINES)
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                      "java.net..",
                      "java.nio.channels..",
                      "java.nio.file..",
                      "java.util.concurrent..")
                  .or(describe("are threads", to -> to.isEquivalentTo(Thread.class))));

  @ArchTest
  static final ArchRule machinesHaveNoClocks =
      noClasses()
          .that()
          .resideInAnyPackage(MACHINES)
          .should()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Instant.class, "now");

  @ArchTest
  static final ArchRule whatWeShowIsOurOwn =
      methods()
          .that()
          .arePublic()
          .and()
          .areDeclaredInClassesThat()
          .arePublic()
          .and()
          .areDeclaredInClassesThat()
          .resideOutsideOfPackage(BASE + ".net.netty..")
          .should(showNoTypesOf(OTHERS));

  @ArchTest
  static final ArchRule namesAreNamesOfThings =
      noClasses()
          .that()
          .resideOutsideOfPackage(BASE + ".net.netty..")
          .should()
          .haveNameMatching(".*(Manager|Helper|Handler|Processor|Utils?|Impl)");

  @ArchTest
  static void everyRoomIsNullMarked(JavaClasses ours) {
    assertThat(ours.stream().map(JavaClass::getPackage).distinct())
        .isNotEmpty()
        .allSatisfy(
            room -> assertThat(room.isAnnotatedWith(NullMarked.class)).as("%s", room).isTrue());
  }

  @ArchTest
  static void noRoomIsOvercrowded(JavaClasses ours) {
    Map<String, Long> files =
        ours.stream()
            .filter(JavaClass::isTopLevelClass)
            .filter(type -> !type.getSimpleName().equals("package-info"))
            .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
    assertThat(files)
        .allSatisfy((room, count) -> assertThat(count).as(room).isLessThanOrEqualTo(FILES_MAX));
  }

  private static ArchCondition<JavaClass> importOnlyWhatTheMapAllows() {
    return new ArchCondition<>("import only what the map allows") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        String room = roomOf(type);
        Set<String> allowed = MAY_IMPORT.get(room);
        if (allowed == null) {
          events.add(SimpleConditionEvent.violated(type, room + " is not on the map"));
          return;
        }
        type.getDirectDependenciesFromSelf().stream()
            .filter(dependency -> isOurs(dependency.getTargetClass()))
            .filter(dependency -> leadsOut(dependency, room, allowed))
            .map(Dependency::getDescription)
            .forEach(found -> events.add(SimpleConditionEvent.violated(type, found)));
      }
    };
  }

  private static boolean leadsOut(Dependency dependency, String room, Set<String> allowed) {
    String target = roomOf(dependency.getTargetClass());
    return !target.equals(room) && !allowed.contains(target);
  }

  private static ArchCondition<JavaMethod> showNoTypesOf(String... libraries) {
    return new ArchCondition<>("show no types of " + String.join(", ", libraries)) {
      @Override
      public void check(JavaMethod method, ConditionEvents events) {
        boolean shows =
            method.getAllInvolvedRawTypes().stream()
                .map(JavaClass::getName)
                .anyMatch(name -> Stream.of(libraries).anyMatch(name::startsWith));
        events.add(new SimpleConditionEvent(method, !shows, method.getFullName()));
      }
    };
  }

  private static boolean isOurs(JavaClass type) {
    String name = type.getBaseComponentType().getPackageName();
    return name.equals(BASE) || name.startsWith(BASE + ".");
  }

  private static String roomOf(JavaClass type) {
    String name = type.getBaseComponentType().getPackageName();
    return name.equals(BASE) ? FACADE : name.substring(BASE.length() + 1);
  }

  /** Each package is a slice of its own, the base package too. */
  private static final class Rooms implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      return isOurs(type) ? SliceIdentifier.of(roomOf(type)) : SliceIdentifier.ignore();
    }

    @Override
    public String getDescription() {
      return "rooms";
    }
  }

  /** Leaves out what JMH generates. */
  static final class NotGenerated implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains(GENERATED);
    }
  }

  /** Leaves out the contract tests that one module lends to another. */
  static final class NoTestJars implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("-tests.jar");
    }
  }
}
