package dev.usernameregistry.examples.shell;

import dev.usernameregistry.PeerState;
import dev.usernameregistry.RegisterResult;
import dev.usernameregistry.RegistryException;
import dev.usernameregistry.RegistryInfo;
import dev.usernameregistry.RenameResult;
import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.examples.shell.Answers.Outcome;
import dev.usernameregistry.examples.terminal.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out commands on a registry, one line at a time. Safe from any thread. */
final class Shell {
  private static final Logger LOG = LoggerFactory.getLogger(Shell.class);

  /** What a key of this library looks like. */
  static final String KEY = "[0-9a-fA-F]{64}";

  /** As much of a key as tells it from others; answers show eight digits. */
  private static final String KEY_BEGINNING = "[0-9a-fA-F]{4,63}";

  /** How long register and rename wait for peers. */
  static final Duration PEERS_WAIT = Duration.ofSeconds(5);

  private static final int SYNC_SECONDS_DEFAULT = 5;
  private static final int SYNC_SECONDS_MAX = 3600;

  private final UsernameRegistry registry;
  private final Supplier<Standing> standing;
  private final Answers answers;
  private final Patience patience;
  private final ReentrantLock busy = new ReentrantLock();
  private volatile boolean ended;

  /** Makes one that never tells what it waits for. */
  Shell(UsernameRegistry registry, Supplier<Standing> standing, Answers answers) {
    this(registry, standing, answers, telling -> {});
  }

  /**
   * @param standing says how {@code registry} stands
   * @param later has told what is waited for when people begin to wonder, on any thread
   */
  Shell(UsernameRegistry registry, Supplier<Standing> standing, Answers answers, Executor later) {
    this.registry = registry;
    this.standing = standing;
    this.answers = answers;
    this.patience = new Patience(later, standing, answers::waiting);
  }

  /**
   * Carries out one line, and answers. What cannot be done is answered as an error and changes
   * nothing.
   *
   * @return false if the line asks to leave, or nothing is carried out any more
   */
  boolean carryOut(String line) {
    busy.lock();
    try {
      return !ended && (line.isBlank() || answer(line));
    } finally {
      busy.unlock();
    }
  }

  /**
   * Carries out nothing more and closes the registry. A command that is under way has {@code grace}
   * to end before that, as all do that do not wait for peers: if the registry is closed between a
   * change and the look-up of what to say of it, nobody is told that the change was written. Then
   * waits until the command is answered, or for at most {@code timeout}.
   */
  void close(Duration grace, Duration timeout) {
    ended = true;
    boolean answered = awaitAnswer(grace);
    registry.close();
    if (!answered) {
      awaitAnswer(timeout);
    }
  }

  /** Returns whether no command is under way any more. */
  private boolean awaitAnswer(Duration atMost) {
    try {
      if (busy.tryLock(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
        busy.unlock();
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  private boolean answer(String line) {
    Order order;
    try {
      order = Order.parse(line);
    } catch (IllegalArgumentException e) {
      answers.error(ErrorCode.BAD_COMMAND, String.valueOf(e.getMessage()));
      return true;
    }
    if (order.verb() == Verb.QUIT) {
      return false;
    }
    try {
      carryOut(order);
    } catch (IllegalArgumentException e) {
      answers.error(Codes.of(e, order.verb()), String.valueOf(e.getMessage()));
    } catch (RegistryException e) {
      answers.error(Codes.of(e), String.valueOf(e.getMessage()));
    } catch (IllegalStateException e) {
      if (ended) {
        answers.error(
            ErrorCode.ENDED,
            "this program was told to end meanwhile; after its next start, mine says what of this"
                + " was done");
      } else {
        answers.error(ErrorCode.NOT_POSSIBLE, String.valueOf(e.getMessage()));
      }
    } catch (RuntimeException e) {
      LOG.warn("Our own mistake, in answer to: {}", line, e);
      answers.error(ErrorCode.OUR_MISTAKE, "that failed for a reason that is not yours: " + e);
    }
    return true;
  }

  private void carryOut(Order order) {
    switch (order.verb()) {
      case REGISTER -> register(order);
      case UPDATE -> update(order);
      case RENAME -> rename(order.words().get(0), order.words().get(1));
      case RELEASE -> release(order.words().get(0));
      case LOOKUP -> lookup(order.words().get(0));
      case WHOIS -> whois(order.words().get(0));
      case LIST -> answers.list(list(order.words()));
      case MINE -> answers.mine(registry.ownNames());
      case CLAIMS -> answers.claims(order.words().get(0), registry.claims(order.words().get(0)));
      case REGISTRIES -> answers.registries(registry.registries());
      case PEERS -> answers.peers(registry.peers());
      case STATUS -> answers.status(standing.get());
      case SYNC -> sync(timeout(order.words()));
      case FOLLOW -> follow(key(order.words().get(0)));
      case FORGET -> forget(knownKey(order.words().get(0)));
      case HELP ->
          answers.help(
              order.words().isEmpty()
                  ? List.of(Verb.values())
                  : order.words().stream().map(Order::verb).toList());
      case QUIT -> throw new AssertionError("quit is not carried out here");
    }
  }

  private void register(Order order) {
    String name = order.words().get(0);
    RegisterResult result =
        patience.await(
            PEERS_WAIT,
            () ->
                order
                    .json()
                    .map(profile -> registry.register(name, profile))
                    .orElseGet(() -> registry.register(name)));
    if (result instanceof RegisterResult.Registered registered) {
      answers.outcome(Outcome.REGISTERED, registered.registration(), registered.sync());
      tellAlike(name);
    } else if (result instanceof RegisterResult.Taken taken) {
      answers.outcome(Outcome.TAKEN, taken.registration());
    } else {
      answers.outcome(
          order.json().isPresent() ? Outcome.ALREADY_YOURS_CHANGED : Outcome.ALREADY_YOURS,
          result.registration());
    }
  }

  private void update(Order order) {
    String name = order.words().get(0);
    ifYours(
        name,
        registry.update(name, order.json().orElseThrow()),
        registration -> answers.outcome(Outcome.UPDATED, registration, registry.lookup(name)));
  }

  private void release(String name) {
    ifYours(
        name,
        registry.release(name),
        registration -> answers.outcome(Outcome.RELEASED, registration, registry.lookup(name)));
  }

  private void rename(String oldName, String newName) {
    RenameResult result = patience.await(PEERS_WAIT, () -> registry.rename(oldName, newName));
    if (result instanceof RenameResult.Renamed renamed) {
      answers.renamed(renamed.registration(), renamed.sync(), registry.lookup(oldName));
      tellAlike(newName);
    } else if (result instanceof RenameResult.Taken taken) {
      answers.outcome(Outcome.TAKEN, taken.registration());
    } else if (result instanceof RenameResult.AlreadyYours yours) {
      answers.outcome(Outcome.ALREADY_YOURS, yours.registration());
    } else {
      ifYours(oldName, Optional.empty(), registration -> {});
    }
  }

  private void ifYours(
      String name, Optional<Registration> registration, Consumer<Registration> answer) {
    registration.ifPresentOrElse(answer, () -> answers.error(ErrorCode.NOT_YOURS, notYours(name)));
  }

  private String notYours(String name) {
    return registry
        .lookup(name)
        .map(owner -> "'" + name + "' is not yours: it belongs to " + whoIs(owner))
        .orElse("'" + name + "' is not yours: nobody has it");
  }

  private static String whoIs(Registration owner) {
    return owner.registeredBy().isEmpty()
        ? "registry " + owner.registryKey().shortHex()
        : owner.registeredBy();
  }

  private void lookup(String name) {
    registry
        .lookup(name)
        .ifPresentOrElse(
            registration -> answers.found(List.of(registration)),
            () -> {
              answers.nameNotFound(
                  name, registry.nameProblem(name), registry.awaitSynced(Duration.ZERO));
              tellAlike(name);
            });
  }

  /** Tells of names that are easily taken for this one; of the usual ones only, not to scan. */
  private void tellAlike(String name) {
    OtherCases.of(name).stream()
        .flatMap(other -> registry.lookup(other).stream())
        .forEach(answers::alike);
  }

  private void whois(String publicKey) {
    List<Registration> registrations = registry.lookupByPublicKey(publicKey);
    if (registrations.isEmpty()) {
      answers.publicKeyNotFound(publicKey, registry.awaitSynced(Duration.ZERO));
    } else {
      answers.found(registrations);
    }
  }

  private void sync(Duration atMost) {
    answers.synced(patience.await(atMost, () -> registry.awaitSynced(atMost)));
  }

  private List<Registration> list(List<String> words) {
    return words.isEmpty() ? registry.listAll() : registry.listByPrefix(words.get(0));
  }

  private static Key key(String hex) {
    if (!hex.matches(KEY)) {
      throw new IllegalArgumentException(
          "a key is 64 hexadecimal digits, as the first line of its owner's shell shows it, and"
              + " the command registries; got '"
              + hex
              + "'");
    }
    return Key.fromHex(hex);
  }

  /** Returns the key of a registry that is known, by its first digits as answers show them. */
  private Key knownKey(String digits) {
    if (digits.matches(KEY)) {
      return Key.fromHex(digits);
    }
    if (!digits.matches(KEY_BEGINNING)) {
      throw new IllegalArgumentException(
          "a registry is named by its key's 64 hexadecimal digits, or the first 4 or more of them;"
              + " registries and peers list keys; got '"
              + digits
              + "'");
    }
    List<Key> known =
        registry.registries().stream()
            .map(RegistryInfo::key)
            .filter(key -> key.hex().startsWith(digits.toLowerCase(Locale.ROOT)))
            .toList();
    if (known.size() == 1) {
      return known.get(0);
    }
    throw new IllegalArgumentException(
        known.isEmpty()
            ? "no registry " + digits + " is known"
            : known.size() + " registries begin with " + digits + "; give more digits");
  }

  private void forget(Key key) {
    RegistryInfo forgotten =
        registry
            .forget(key)
            .orElseThrow(
                () -> new IllegalArgumentException("no registry " + key.shortHex() + " is known"));
    answers.forgotten(forgotten);
  }

  private void follow(Key key) {
    answers.following(key);
    registry.follow(key);
    RegistryInfo followed =
        registry.registries().stream()
            .filter(info -> info.key().equals(key))
            .findFirst()
            .orElseThrow(() -> new AssertionError("a followed registry is not known"));
    List<PeerState> peers = registry.peers();
    long holders = Standing.peers(peers.stream().filter(peer -> has(peer, key)));
    answers.followed(followed, Standing.peers(peers.stream()), holders);
  }

  /** Returns whether a registry is a peer's own, which may be empty, or announced by it. */
  private static boolean has(PeerState peer, Key key) {
    PeerState.RemoteHead head = peer.heads().get(key);
    return peer.registryKey().filter(key::equals).isPresent()
        || (head != null && head.length() > 0);
  }

  private static Duration timeout(List<String> words) {
    if (words.isEmpty()) {
      return Duration.ofSeconds(SYNC_SECONDS_DEFAULT);
    }
    String seconds = words.get(0);
    if (seconds.matches("[0-9]{1,4}") && Integer.parseInt(seconds) <= SYNC_SECONDS_MAX) {
      return Duration.ofSeconds(Integer.parseInt(seconds));
    }
    throw new IllegalArgumentException(
        "sync takes from 0 to " + SYNC_SECONDS_MAX + " whole seconds, got '" + seconds + "'");
  }
}
