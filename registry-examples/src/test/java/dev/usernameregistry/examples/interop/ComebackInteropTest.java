package dev.usernameregistry.examples.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.examples.interop.OurPeers.Dialler;
import dev.usernameregistry.examples.interop.OurPeers.Kept;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Peers that go without a word, and what stays of them. */
final class ComebackInteropTest {
  @RegisterExtension static final JsPeers JS = new JsPeers();
  @RegisterExtension final OurPeers our = new OurPeers();

  @TempDir Path folder;

  @ParameterizedTest(name = "{0} dial")
  @EnumSource
  void aKilledPeerComesBackAndBothCatchUp(Dialler dialler) throws IOException {
    Path theirFolder = folder.resolve("theirs");
    JsPeer before = JS.start(theirFolder);
    int theirPort = before.listen(true);
    UsernameRegistry ours =
        dialler == Dialler.WE
            ? our.dial(theirPort, Kept.ON_DISK, folder.resolve("ours"))
            : our.listen(Kept.ON_DISK, folder.resolve("ours"));
    dialIfTheyDo(dialler, before, ours);
    before.ask("register", Map.of("name", "js_before"));
    Await.until("a name", () -> ours.lookup("js_before"), Optional::isPresent);

    before.kill();
    Await.until("no peer", ours::peers, List::isEmpty);
    assertThat(ours.lookup("js_before")).isPresent();
    ours.register("java_between");

    JsPeer after = JS.start(theirFolder);
    assertThat(after.registry()).isEqualTo(before.registry());
    if (dialler == Dialler.WE) {
      after.ask("listen", Map.of("port", theirPort, "rawKey", true));
    }
    dialIfTheyDo(dialler, after, ours);
    after.ask("register", Map.of("name", "js_after"));

    Await.until("a new name", () -> ours.lookup("js_after"), Optional::isPresent);
    after.awaitLength(ours.key().hex(), 2);
    assertThat(after.names(ours.key().hex()).has("java_between")).isTrue();
  }

  @Test
  void ourPeerRemembersTheirNamesOverARestart() throws IOException {
    JsPeer theirs = JS.start(folder.resolve("theirs"));
    theirs.ask("register", Map.of("name", "js_name"));
    UsernameRegistry before = our.meet(theirs, Dialler.WE, Kept.ON_DISK, folder.resolve("ours"));
    Await.until("their name", () -> before.lookup("js_name"), Optional::isPresent);
    before.close();
    theirs.kill();

    UsernameRegistry after = our.listen(Kept.ON_DISK, folder.resolve("ours"));

    assertThat(after.lookup("js_name").orElseThrow().registryKey().hex())
        .isEqualTo(theirs.registry());
    assertThat(after.key()).isEqualTo(before.key());
  }

  @Test
  void aThirdPeerReadsFromUsTheNamesOfOneThatIsGone() throws IOException {
    JsPeer gone = JS.start(folder.resolve("gone"));
    gone.ask("putMany", Map.of("prefix", "name_", "count", 100));
    UsernameRegistry ours = our.meet(gone, Dialler.WE, Kept.ON_DISK, folder.resolve("ours"));
    Await.until("all names", ours::listAll, listed -> listed.size() == 100);
    gone.kill();
    ours.close();

    UsernameRegistry again = our.listen(Kept.ON_DISK, folder.resolve("ours"));
    JsPeer third = JS.start(folder.resolve("third"));
    third.ask("connect", Map.of("port", OurPeers.port(again), "rawKey", true));
    third.ask("open", Map.of("key", gone.registry()));

    third.awaitLength(gone.registry(), 101);
    assertThat(third.names(gone.registry())).hasSize(100);
  }

  private static void dialIfTheyDo(Dialler dialler, JsPeer peer, UsernameRegistry ours) {
    if (dialler == Dialler.THEY) {
      peer.ask("connect", Map.of("port", OurPeers.port(ours), "rawKey", true));
    }
  }
}
