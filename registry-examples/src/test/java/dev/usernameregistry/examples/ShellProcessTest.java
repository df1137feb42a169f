package dev.usernameregistry.examples;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Shells as other programs start them: how they begin, what they tell of each other, how they end.
 */
final class ShellProcessTest {
  private static final String ANY_PORT = "127.0.0.1:0";

  @TempDir Path folder;

  @Test
  void twoShellsTellOfEachOther() throws Exception {
    try (ProgramProcess alice = start("Alice", "--listen", ANY_PORT)) {
      JsonNode ready = alice.next("ready");
      String aliceKey = ready.path("registryKey").asText();
      try (ProgramProcess bob =
          start("Bob", "--connect", ready.path("listening").asText(), "--durability", "buffered")) {
        String bobKey = bob.next("ready").path("registryKey").asText();
        JsonNode came = bob.next("peer");
        assertThat(came.path("connected").asBoolean()).isTrue();
        assertThat(came.path("address").asText()).isEqualTo(ready.path("listening").asText());
        bob.next("registry", event -> event.path("registryKey").asText().equals(aliceKey));
        alice.next("registry", event -> event.path("registryKey").asText().equals(bobKey));

        alice.type("register ada {\"city\":\"London\"}");
        alice.next("registered");
        JsonNode change = bob.next("change");
        assertThat(change.path("kind").asText()).isEqualTo("registered");
        assertThat(change.path("username").asText()).isEqualTo("ada");
        bob.type("register ada");
        JsonNode taken = bob.next("taken").path("registration");
        assertThat(taken.path("registeredBy").asText()).isEqualTo("Alice");
        assertThat(taken.path("registryKey").asText()).isEqualTo(aliceKey);
        bob.type("release ada");
        assertThat(bob.next("error").path("message").asText())
            .isEqualTo("'ada' is not yours: it belongs to Alice");
        bob.type("sync");
        assertThat(bob.next("synced").path("complete").asBoolean()).isTrue();
        bob.type("peers");
        JsonNode peer = bob.next("peers").path("peers").get(0);
        assertThat(peer.path("registryKey").asText()).isEqualTo(aliceKey);

        alice.type("quit");
        alice.next("closed");
        assertThat(alice.exitCode()).isZero();
        bob.next("peer", event -> !event.path("connected").asBoolean());
        bob.type("lookup ada");
        bob.next("found");
        bob.type("status");
        JsonNode dial = bob.next("status").path("connect").get(0);
        assertThat(dial.path("address").asText()).isEqualTo(ready.path("listening").asText());
        assertThat(dial.path("connected").asBoolean()).isFalse();
        assertThat(dial.path("trouble").asText()).isNotEmpty();
        bob.type("registries");
        assertThat(bob.next("registries").path("registries").findValuesAsText("state"))
            .containsExactly("synced", "unconfirmed");
        bob.endInput();
        bob.next("closed");
        assertThat(bob.exitCode()).isZero();
        assertThat(alice.complaints() + bob.complaints()).isEmpty();
      }
    }
  }

  @Test
  void namesAreThereAfterARestart() throws Exception {
    String key;
    try (ProgramProcess before = start("Alice")) {
      key = before.next("ready").path("registryKey").asText();
      before.type("register ada");
      before.next("registered");
      before.endInput();
      before.next("closed");
      assertThat(before.exitCode()).isZero();
    }
    try (ProgramProcess after = start("Alice")) {
      assertThat(after.next("ready").path("registryKey").asText()).isEqualTo(key);
      after.type("lookup ada");
      after.next("found");
    }
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC}) // where permissions are
  void aFolderThatOthersCanLookIntoIsWarnedOfOnceAndStaysAsItIs() throws Exception {
    Path store = Files.createDirectory(folder.resolve("Alice"));
    for (Path each : List.of(folder, store)) {
      Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    for (Path above = folder.getParent(); above != null; above = above.getParent()) {
      assumeThat(Files.getPosixFilePermissions(above)).contains(PosixFilePermission.OTHERS_EXECUTE);
    }
    try (ProgramProcess shell = start("Alice")) {
      shell.next("ready");
      shell.endInput();
      shell.next("closed");
      assertThat(shell.exitCode()).isZero();
      assertThat(shell.complaints().lines())
          .singleElement(as(STRING))
          .startsWith("WARN")
          .contains("look into " + store + ",", "chmod 700");
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(store)))
        .isEqualTo("rwxr-xr-x");
    Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("rwx------"));
    try (ProgramProcess shell = start("Alice")) {
      shell.next("ready");
      shell.endInput();
      shell.next("closed");
      assertThat(shell.complaints()).isEmpty();
    }
  }

  @Test
  void terminatingClosesTheRegistryFirst() throws Exception {
    try (ProgramProcess shell = start("Alice", "--listen", ANY_PORT)) {
      shell.next("ready");
      shell.terminate();
      shell.next("closed");
      assertThat(shell.exitCode()).isZero();
      assertThat(shell.complaints()).isEmpty();
    }
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC}) // where kill is
  void ctrlCClosesTheRegistryFirst() throws Exception {
    try (ProgramProcess shell = start("Alice")) {
      shell.next("ready");
      shell.interrupt();
      shell.next("closed");
      assertThat(shell.exitCode()).isZero();
      assertThat(shell.complaints()).isEmpty();
    }
  }

  @Test
  void whateverWasCarriedOutBeforeTheEndIsAnswered() throws Exception {
    List<String> answered = new ArrayList<>();
    try (ProgramProcess shell = start("Alice")) {
      shell.next("ready");
      shell.type(IntStream.range(0, 3000).mapToObj(i -> "register n" + i).collect(joining("\n")));
      answered.add(name(shell.next("registered")));
      shell.terminate();
      List<JsonNode> rest = shell.rest();
      assertThat(event(rest.get(rest.size() - 1))).isEqualTo("closed");
      rest.stream()
          .filter(said -> event(said).equals("registered"))
          .forEach(said -> answered.add(name(said)));
      assertThat(shell.exitCode()).isZero();
      assertThat(shell.complaints()).isEmpty();
    }
    try (ProgramProcess after = start("Alice")) {
      after.next("ready");
      after.type("list");
      List<String> stored = new ArrayList<>();
      after
          .next("list")
          .path("registrations")
          .forEach(one -> stored.add(one.path("username").asText()));
      assertThat(stored).containsExactlyInAnyOrderElementsOf(answered);
    }
  }

  private static String event(JsonNode said) {
    return said.path("event").asText();
  }

  private static String name(JsonNode registered) {
    return registered.path("registration").path("username").asText();
  }

  @Test
  void aFolderThatIsInUseIsSaidInOneLine() throws Exception {
    try (ProgramProcess first = start("Alice")) {
      first.next("ready");
      try (ProgramProcess second = start("Alice")) {
        JsonNode error = second.next("error");
        assertThat(error.path("message").asText()).contains("open in another");
        assertThat(error.path("code").asText()).isEqualTo("storageInUse");
        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.complaints().lines())
            .singleElement()
            .asString()
            .startsWith("registry shell: ");
      }
    }
  }

  @Test
  void aFolderThatIsDamagedIsSaidInOneLine() throws Exception {
    try (ProgramProcess before = start("Alice")) {
      before.next("ready");
      before.endInput();
      before.next("closed");
      assertThat(before.exitCode()).isZero();
    }
    try (Stream<Path> files = Files.list(folder.resolve("Alice"))) {
      Path manifest =
          files
              .filter(file -> file.getFileName().toString().startsWith("MANIFEST"))
              .findFirst()
              .orElseThrow();
      Files.write(manifest, new byte[0]);
    }
    try (ProgramProcess after = start("Alice")) {
      JsonNode error = after.next("error");
      assertThat(error.path("message").asText()).contains("is damaged: ", "restore a backup");
      assertThat(error.path("code").asText()).isEqualTo("storageDamaged");
      assertThat(after.exitCode()).isEqualTo(1);
      assertThat(after.complaints().lines()).hasSize(1);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX) // which tells what the input is
  void closedInputIsAtItsEndAndNotTheFirstFileOfTheJvm() throws Exception {
    try (ProgramProcess shell = ProgramProcess.withInput("<&-", folder, "shell", "--memory")) {
      assertThat(shell.rest())
          .extracting(ShellProcessTest::event)
          .containsExactly("ready", "closed");
      assertThat(shell.exitCode()).isZero();
    }
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC}) // where sh is
  void inputThatCannotBeReadIsSaidInOneLine() throws Exception {
    try (ProgramProcess shell =
        ProgramProcess.withInput("< '" + folder + "'", folder, "shell", "--memory")) {
      assertThat(shell.rest())
          .extracting(ShellProcessTest::event)
          .containsExactly("ready", "error", "closed");
      assertThat(shell.exitCode()).isEqualTo(1);
      assertThat(shell.complaints()).isEmpty();
    }
  }

  @Test
  void aPortThatIsInUseIsSaidInOneLine() throws Exception {
    try (ServerSocket used = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ProgramProcess shell = start("Alice", "--listen", "127.0.0.1:" + used.getLocalPort())) {
      JsonNode error = shell.next("error");
      assertThat(error.path("code").asText()).isEqualTo("cannotListen");
      assertThat(error.path("message").asText())
          .contains("cannot listen on 127.0.0.1:" + used.getLocalPort(), "choose another port");
      assertThat(shell.exitCode()).isEqualTo(1);
      assertThat(shell.complaints().lines()).hasSize(1);
    }
  }

  @Test
  void whoCannotBeReachedIsTold() throws Exception {
    try (Socket nobody = new Socket()) { // bound, and does not listen
      nobody.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      String address = "127.0.0.1:" + nobody.getLocalPort();
      try (ProgramProcess shell = start("Alice", "--connect", address)) {
        JsonNode dial = shell.next("dial");
        assertThat(dial.path("address").asText()).isEqualTo(address);
        assertThat(dial.path("connected").asBoolean()).isFalse();
        assertThat(dial.path("trouble").asText()).isNotEmpty();
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--memory --name Zo\ufffd               | your name, --name or your account's,",
        "--memory --name=                     | --name: the name is empty; without --name it is your account's",
        "--memory --dance                     | --dance",
        "--memory --listen here               | HOST:PORT",
        "--memory --connect 127.0.0.1:0       | --connect: '127.0.0.1:0' has port 0, where nobody can be reached",
        "--memory --store x                   | only one of these can be given: --store=DIR, --memory",
        "--name Ada                           | one of these is needed: --store=DIR | --memory",
        "--memory --memory                    | only one of these can be given, and once: (--store",
        "--memory --name Ada --name Bob       | --name is there twice",
        "--memory --topic                     | --topic needs a value: --topic HEX|TEXT",
        "--memory --topic example usernames   | 'usernames' belongs to no option; a value with blanks",
        "--memory help                        | did you mean --help?",
        "--memory --connect http://foo:1      | 'http://foo:1' is a URL: HOST:PORT is needed, without what is before and behind",
        "--memory --topik x                   | there is no option --topik; did you mean --topic?",
        "--memory --verbose=loud              | --verbose takes no value",
        "--store=                             | --store: the path is empty; the current folder is .",
        "--store x --durability never         | it is sync or buffered, not 'never'",
        "--memory --durability sync           | add --store instead of --memory",
        "--memory --topic t --listen 127.0.0.1:0 | leave them out",
        "--memory --bootstrap 127.0.0.1:4001  | add --topic or --package-json",
        "--memory --package-json none.json    | there is no file none.json",
        "--memory --topic t --dht-port 70000  | a port is from 0 to 65535, got '70000'",
        "--memory --topic t --dht-port x      | a port is from 0 to 65535, got 'x'"
      })
  void optionsThatMakeNoSenseAreSaidInOneLine(String options, String message) throws Exception {
    try (ProgramProcess shell = new ProgramProcess(folder, "shell", options.split(" +"))) {
      JsonNode error = shell.next("error");
      assertThat(error.path("message").asText()).contains(message);
      assertThat(error.path("code").asText()).isEqualTo("badOptions");
      assertThat(shell.exitCode()).isEqualTo(2);
      assertThat(shell.complaints().lines()).hasSize(1);
    }
  }

  private ProgramProcess start(String name, String... more) throws IOException {
    String[] arguments = new String[more.length + 4];
    arguments[0] = "--name";
    arguments[1] = name;
    arguments[2] = "--store";
    arguments[3] = folder.resolve(name).toString();
    System.arraycopy(more, 0, arguments, 4, more.length);
    return new ProgramProcess(folder, "shell", arguments);
  }
}
