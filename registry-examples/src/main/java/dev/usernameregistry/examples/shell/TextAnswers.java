package dev.usernameregistry.examples.shell;

import static dev.usernameregistry.examples.shell.Phrases.behind;
import static dev.usernameregistry.examples.shell.Phrases.count;
import static dev.usernameregistry.examples.shell.Phrases.mayBeElsewhere;
import static dev.usernameregistry.examples.shell.Phrases.name;
import static dev.usernameregistry.examples.shell.Phrases.owner;
import static dev.usernameregistry.examples.shell.Phrases.since;

import dev.usernameregistry.OwnName;
import dev.usernameregistry.OwnerChange;
import dev.usernameregistry.PeerState;
import dev.usernameregistry.RegistryInfo;
import dev.usernameregistry.SyncReport;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.examples.terminal.ErrorCode;
import dev.usernameregistry.examples.terminal.Ink;
import dev.usernameregistry.net.SwarmStatus;
import dev.usernameregistry.net.TcpNetwork.Dial;
import dev.usernameregistry.net.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Answers for people: a line or a few for each. */
final class TextAnswers implements Answers {
  private final Consumer<String> out;
  private final Ink ink;
  private final SwarmText swarmText;

  /** The own registry, whose news its user has read as answers; null until it is told. */
  private volatile @Nullable Key own;

  /**
   * How many names the registries of others had when they were told of last; of these nobody need
   * be told any more that they are known.
   */
  private final Map<Key, Long> toldNames = new ConcurrentHashMap<>();

  /**
   * @param out takes one line without its end; safe from any thread
   */
  TextAnswers(Consumer<String> out, Ink ink) {
    this.out = out;
    this.ink = ink;
    this.swarmText = new SwarmText(ink);
  }

  @Override
  public void ready(
      Key registryKey, List<String> listening, List<Topic> topics, Optional<SwarmStatus> swarm) {
    own = registryKey;
    say(ink.strong("Your registry is " + registryKey.hex()));
    topics.forEach(topic -> say("Others meet you with --topic " + topic.hex()));
    swarm.map(swarmText::ready).ifPresent(this::say);
    if (swarm.isEmpty() && !listening.isEmpty()) {
      say("Others reach you with --connect " + listening.get(0));
    }
    say(ink.faint("help lists the commands, quit leaves"));
  }

  @Override
  public void waiting(Standing standing, Duration atMost) {
    Phrases.waiting(standing, atMost).ifPresent(what -> say(ink.faint("  " + what)));
  }

  @Override
  public void alike(Registration registration) {
    boolean mine = Objects.equals(own, registration.registryKey());
    say(ink.odd("  " + Phrases.alike(registration, mine)));
  }

  @Override
  public void outcome(Outcome outcome, Registration registration) {
    String name = name(registration);
    say(
        switch (outcome) {
          case REGISTERED -> ink.good(name + " is yours");
          case ALREADY_YOURS -> ink.good(name + " was yours already");
          case ALREADY_YOURS_CHANGED ->
              ink.good(name + " was yours already, and has the profile that you gave");
          case TAKEN -> ink.no(name + " is taken by " + owner(registration));
          case UPDATED -> ink.good(name + " has a new profile");
          case RENAMED -> ink.good("your name is " + name + " now");
          case RELEASED -> ink.good(name + " is no longer yours");
        });
  }

  @Override
  public void outcome(Outcome outcome, Registration registration, SyncReport sync) {
    outcome(outcome, registration);
    if (sync.peers() == 0) {
      say(
          ink.odd(
              "  as far as is known here: no peer is connected; an older claim may be elsewhere,"
                  + " and mine says so once its peer has come"));
    }
    for (SyncReport.Entry entry : sync.behind()) {
      say(ink.odd("  not in sync: " + behind(entry) + "; an older claim may be there"));
    }
  }

  @Override
  public void renamed(Registration registration, SyncReport sync, Optional<Registration> oldOwner) {
    outcome(Outcome.RENAMED, registration, sync);
    oldOwner
        .filter(now -> !now.registryKey().equals(registration.registryKey()))
        .ifPresent(other -> say(ink.news(name(other) + " belongs to " + owner(other))));
  }

  @Override
  public void outcome(Outcome outcome, Registration registration, Optional<Registration> owner) {
    owner
        .filter(now -> !now.registryKey().equals(registration.registryKey()))
        .ifPresentOrElse(
            other -> say(ofAnother(outcome, other)), () -> outcome(outcome, registration));
  }

  private String ofAnother(Outcome outcome, Registration other) {
    String record = "your record of " + name(other);
    return outcome == Outcome.RELEASED
        ? ink.good(record + " is removed; the name belongs to " + owner(other))
        : ink.odd(record + " is changed, but the name belongs to " + owner(other));
  }

  @Override
  public void found(List<Registration> registrations) {
    for (Registration registration : registrations) {
      say(ink.good(ink.strong(name(registration)) + " is " + owner(registration)));
      say("  public key " + Ink.shown(registration.publicKey()));
      if (!registration.profile().isEmpty()) {
        say("  profile    " + Ink.shown(registration.profile().toString()));
      }
    }
  }

  @Override
  public void nameNotFound(String username, Optional<String> problem, SyncReport sync) {
    String name = Ink.shown(username);
    say(
        ink.no(
            problem
                .map(why -> "nobody can have " + name + ": " + Ink.shown(why))
                .orElseGet(() -> "nobody known here has " + name + mayBeElsewhere(sync))));
  }

  @Override
  public void publicKeyNotFound(String publicKey, SyncReport sync) {
    String none = "no name known here has the public key ";
    say(ink.no(none + Ink.shown(publicKey) + mayBeElsewhere(sync)));
    if (!publicKey.matches(Shell.KEY)) { // any text may be one, but hardly is
      say(
          ink.odd(
              "  keys written by this library have 64 hexadecimal digits; lookup NAME says who has a"
                  + " name, and the key"));
    }
  }

  @Override
  public void list(List<Registration> registrations) {
    registrations.forEach(each -> say(String.format("  %-20s  %s", name(each), owner(each))));
    say(ink.faint(count(registrations.size(), "name")));
  }

  @Override
  public void mine(List<OwnName> names) {
    for (OwnName each : names) {
      String name = String.format("%-20s", name(each.registration()));
      say(
          each.lost()
              ? ink.no(name + "  lost to " + owner(each.owner()))
              : ink.good(name + "  yours" + since(each.registration())));
    }
    long lost = names.stream().filter(OwnName::lost).count();
    say(ink.faint(count(names.size(), "name") + (lost == 0 ? "" : ", " + lost + " of them lost")));
  }

  @Override
  public void claims(String username, List<Registration> registrations) {
    for (int rank = 0; rank < registrations.size(); rank++) {
      say((rank == 0 ? "  owner   " : "  claims  ") + owner(registrations.get(rank)));
    }
    say(
        ink.faint(count(registrations.size(), "registry holds ", "registries hold "))
            + Ink.shown(username));
  }

  @Override
  public void registries(List<RegistryInfo> registries) {
    for (RegistryInfo each : registries) {
      say("  " + each.key().hex());
      say(
          String.format(
              "    %s, %s%s",
              count(each.names(), "name"),
              each.state().name().toLowerCase(Locale.ROOT),
              (each.own() ? ", your own" : "")
                  + each.reason().map(reason -> ": " + reason).orElse("")));
    }
    say(ink.faint(count(registries.size(), "registry", "registries")));
  }

  @Override
  public void peers(List<PeerState> peers) {
    for (PeerState peer : peers) {
      String registry = peer.registryKey().map(Key::shortHex).orElse("not told yet");
      say("  " + peer.address() + "  registry " + registry);
    }
    say(ink.faint(Phrases.peers(peers)));
  }

  @Override
  public void status(Standing standing) {
    synced(standing.sync());
    standing.frozen().ifPresent(this::conflict);
    say(
        ink.faint(
            "  "
                + count(standing.peers(), "peer is connected", "peers are connected")
                + ", "
                + count(standing.registries(), "registry is", "registries are")
                + " known"));
    if (standing.unconfirmed() > 0 && standing.peers() > 0) { // else it is said already
      String unconfirmed =
          count(
              standing.unconfirmed(),
              "registry is unconfirmed: no connected peer has announced it",
              "registries are unconfirmed: no connected peer has announced them");
      say(ink.odd(unconfirmed + "; registries shows which"));
    }
    standing.dials().forEach(dial -> say(shown(dial)));
    standing.swarm().map(swarmText::status).orElse(List.of()).forEach(this::say);
    if (standing.swarm().isEmpty()) {
      say(reach(standing));
    }
  }

  private String reach(Standing standing) {
    if (!standing.listening().isEmpty()) {
      return ink.good("others reach you with --connect " + standing.listening().get(0));
    }
    return standing.dials().isEmpty()
        ? ink.odd("nobody can connect to you; --topic or --listen lets them")
        : ink.faint("  you dial others, and they do not dial you; --listen lets them");
  }

  @Override
  public void swarm(SwarmStage stage, SwarmStanding swarm) {
    say(swarmText.stage(stage, swarm));
  }

  @Override
  public void synced(SyncReport report) {
    if (report.peers() == 0) {
      say(ink.odd("no peer is connected: whatever is new elsewhere is not here"));
    } else if (report.complete()) {
      say(ink.good("all that the connected peers announced is here"));
    }
    report.behind().forEach(entry -> say(ink.no("behind: " + behind(entry))));
  }

  @Override
  public void help(List<Verb> verbs) {
    verbs.forEach(
        verb -> say(String.format("  %-22s %s", verb.usage(), ink.faint(verb.summary()))));
  }

  @Override
  public void dial(Dial dial) {
    say(shown(dial));
  }

  @Override
  public void peer(PeerState peer, boolean connected) {
    say(ink.news("peer " + peer.address() + (connected ? " has come" : " has gone")));
  }

  @Override
  public void registry(RegistryInfo registry) {
    String name = "registry " + registry.key().shortHex();
    if (registry.own()) {
      return;
    }
    long names = registry.names();
    Long before = toldNames.put(registry.key(), names);
    if (names > 0 && (before == null || before != names)) {
      say(ink.news(name + " has " + count(names, "name")));
    } else if (registry.length() == 0 && before == null) {
      say(ink.news(name + " is known now"));
    } // else it is not followed yet, or what changed is told name by name
  }

  @Override
  public void following(Key registryKey) {
    toldNames.putIfAbsent(registryKey, 0L);
  }

  @Override
  public void followed(RegistryInfo registry, long peers, long holders) {
    if (registry.own()) {
      say(ink.good("that is your own registry"));
      return;
    }
    toldNames.replace(registry.key(), 0L, registry.names()); // unless more were told meanwhile
    String name = "registry " + registry.key().shortHex();
    String here = registry.names() == 0 ? "" : ", " + count(registry.names(), "name");
    String there =
        peers == 0
            ? "no peer is connected who could have it"
            : holders == 0
                ? "no connected peer has announced it yet"
                : count(holders, "connected peer has it", "connected peers have it");
    say(ink.good(name + " is followed" + here + "; " + there));
  }

  @Override
  public void forgotten(RegistryInfo registry) {
    toldNames.remove(registry.key());
    String names = registry.names() == 0 ? "" : ", with " + count(registry.names(), "name");
    say(ink.good("registry " + registry.key().shortHex() + " is forgotten" + names));
  }

  @Override
  public void change(Change change, Registration registration) {
    if (Objects.equals(own, registration.registryKey())) {
      return;
    }
    say(
        ink.news(
            switch (change) {
              case REGISTERED -> name(registration) + " belongs to " + owner(registration);
              case UPDATED -> name(registration) + " has a new profile";
              case RELEASED -> name(registration) + " is free here";
            }));
  }

  @Override
  public void ownerChanged(OwnerChange change) {
    String name = Ink.shown(change.username());
    String reason = ": " + change.reason();
    boolean wasMine = Objects.equals(own, change.previous().registryKey());
    if (wasMine && change.givenUp()) {
      return; // the answer to release or rename has said whose it is now
    }
    if (wasMine) {
      String loss = "you have lost " + name + " to " + owner(change.owner()) + reason;
      say(ink.bad(loss + "; claims " + name + " shows both"));
    } else if (Objects.equals(own, change.owner().registryKey())) {
      say(ink.good(name + " is yours now" + reason));
    } else {
      say(ink.news(name + " belongs to " + owner(change.owner()) + " now" + reason));
    }
  }

  @Override
  public void conflict(RegistryInfo registry) {
    String key = registry.key().shortHex();
    say(
        ink.bad(
            registry.own()
                ? "your registry is frozen: two copies of it were written to, and nothing can be"
                    + " registered in it any more; another --store begins a new one"
                : "the writer of registry "
                    + key
                    + " signed two histories; nothing new is believed"));
  }

  @Override
  public void error(ErrorCode code, String message) {
    say(ink.bad(Ink.shown(message)));
  }

  @Override
  public void closed() {
    say(ink.faint("closed"));
  }

  private void say(String line) {
    out.accept(line);
  }

  private String shown(Dial dial) {
    if (dial.connected()) {
      return ink.good("connected with " + dial.address());
    }
    return dial.trouble()
        .map(
            why -> "no connection with " + dial.address() + ": " + why + "; it will be tried again")
        .map(ink::no)
        .orElse(ink.news(dial.address() + " is being dialled"));
  }
}
