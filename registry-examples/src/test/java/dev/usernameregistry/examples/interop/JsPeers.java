package dev.usernameregistry.examples.interop;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Starts JavaScript processes for tests, and kills after each test those that are left.
 *
 * <p>Where they cannot run, the tests are skipped with the reason; with the system property {@code
 * interop} set to {@code required} they fail with it.
 */
public final class JsPeers implements BeforeEachCallback, AfterEachCallback {
  private static final Workshop WORKSHOP = new Workshop();

  private final List<JsProcess> started = new ArrayList<>();

  @Override
  public void beforeEach(ExtensionContext context) {
    Optional<String> obstacle = Obstacle.FOUND;
    if (obstacle.isPresent() && "required".equals(System.getProperty("interop"))) {
      throw new AssertionError("interop tests are required, but " + obstacle.get());
    }
    obstacle.ifPresent(why -> abort("interop tests are skipped: " + why));
  }

  /** Starts a peer with the Corestore in {@code folder}, which is made if there is none. */
  JsPeer start(Path folder) throws IOException {
    return start(UnaryOperator.identity(), folder);
  }

  /**
   * As {@link #start(Path)}, in another place.
   *
   * @param place makes of a command the one that runs it there
   */
  public JsPeer start(UnaryOperator<List<String>> place, Path folder) throws IOException {
    JsPeer peer = new JsPeer(WORKSHOP.folder(), place, folder);
    started.add(peer);
    return peer.ready();
  }

  /** Starts a script of ours. */
  JsProcess run(String script) throws IOException {
    return run(UnaryOperator.identity(), script);
  }

  /**
   * Starts a script of ours in another place.
   *
   * @param place makes of a command the one that runs it there
   */
  public JsProcess run(UnaryOperator<List<String>> place, String script) throws IOException {
    JsProcess process = new JsProcess(WORKSHOP.folder(), place, script);
    started.add(process);
    return process;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    started.forEach(JsProcess::kill);
    started.clear();
  }

  /** Prepared once, for all test classes; what is in the way is also told once on the console. */
  private static final class Obstacle {
    static final Optional<String> FOUND = WORKSHOP.prepare();

    static {
      FOUND.ifPresent(why -> System.err.println("No JavaScript peers for interop tests: " + why));
    }
  }
}
