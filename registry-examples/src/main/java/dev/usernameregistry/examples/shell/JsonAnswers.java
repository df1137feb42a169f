package dev.usernameregistry.examples.shell;

import static dev.usernameregistry.examples.terminal.JsonLines.event;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.OwnName;
import dev.usernameregistry.OwnerChange;
import dev.usernameregistry.PeerState;
import dev.usernameregistry.RegistryInfo;
import dev.usernameregistry.SyncReport;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.examples.terminal.ErrorCode;
import dev.usernameregistry.examples.terminal.JsonLines;
import dev.usernameregistry.net.SwarmStatus;
import dev.usernameregistry.net.TcpNetwork.Dial;
import dev.usernameregistry.net.Topic;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Answers for programs: one JSON object a line, in UTF-8, flushed, with the kind of answer in its
 * field {@code event}.
 *
 * <pre>
 * event                              other fields
 * ready                              registryKey, listening (host:port, null if it does not listen);
 *                                    with a topic also publicKey and dht (see swarm), topics
 * registered renamed                 registration, peers (how many were connected), behind (those
 *                                    that were not in sync, see synced)
 *                                    renamed: owner (whose the old name is now, or null)
 * alreadyYours taken                 registration
 * updated released                   registration, owner (whose the name is now; null if nobody's,
 *                                    and another's if it had been lost)
 * found                              registration, registrations (whois: all names of the key)
 * notFound                           username and problem (lookup: why nobody can have it, or null)
 *                                    or publicKey (whois), peers (how many are connected; 0: only
 *                                    what is kept here was asked), behind (see registered)
 * list                               registrations
 * mine                               names: registration (one's own), owner (whose the name is now),
 *                                    lost (whether that is somebody else)
 * claims                             username, registrations (the owner's first)
 * registries                         registries: registryKey, own, discoveredAt, lastSeenAt, length,
 *                                    names, refusedNames, unusableRecords, state (synced,
 *                                    unconfirmed: no connected peer has announced it, behind,
 *                                    unreadable, frozen), synced (whether that is the state), reason
 *                                    ("" if it is)
 * peers                              peers, one for each connection: address, publicKey, initiator, connectedAt, registryKey,
 *                                    heads (registryKey, length, fork, trouble)
 * synced                             complete (nothing is behind; true with no peer), peers (how many
 *                                    are connected; 0: nobody says what is new), behind: address,
 *                                    publicKey, registryKey, announcedLength, length, reason
 * status                             registryKey, frozen (two histories of the own registry were
 *                                    signed: nothing can be registered), synced and behind (as complete and behind of synced),
 *                                    registries, unconfirmed and peers (how many are known, have
 *                                    that state, and are connected; synced with 0 peers says
 *                                    nothing), listening, connect (what --connect names): address,
 *                                    connected, trouble (why it is not, or null), swarm (null
 *                                    without a topic): publicKey,
 *                                    dht (host, port), publicAddress (the same, or null),
 *                                    bootstrapped, nodes (0: nobody in the DHT answers), trouble (why
 *                                    nobody does and what to do, else null), alone (why nobody is
 *                                    connected or nobody new is found: noAddress or noAnswer in the
 *                                    DHT; nobodyFound or nobodyReached on the topics; full: not all
 *                                    of those found are dialled; else null),
 *                                    reachability (unknown, open, consistent, random), suspended, connections, connecting,
 *                                    packetsSent, packetsReceived, topics: topic, announced and
 *                                    refreshed (in the last round that was answered), peersFound
 * help                               commands: usage, summary
 * swarm                              stage (entered: the DHT is; joined: every topic is announced and
 *                                    looked up; noAnswer: no node of the DHT answers), swarm
 * dial                               address, connected (false), trouble: of an address that --connect
 *                                    names and that could not be reached at first
 * peer                               address, connected, publicKey
 * followed                           registryKey, length, names, own (as they are here), peers (how
 *                                    many are connected), holders (those that announced it, or whose
 *                                    own it is)
 * forgotten                          registryKey, length, names, own (as it was)
 * registry                           registryKey, length, names, own
 * change                             kind (registered, updated, released, ownerChanged), username,
 *                                    registration; ownerChanged: previous, givenUp (whether
 *                                    previous was released or renamed; else it is lost), reason
 *                                    or kind conflict, username null, registryKey
 * error                              code ({@link ErrorCode}: badOptions, badCommand, nameRefused,
 *                                    profileRefused, notYours, notPossible, ended,
 *                                    storageInUse, storageDamaged, notAStorage, cannotListen,
 *                                    failed, ourMistake), message
 * closed
 * </pre>
 *
 * <p>A registration is username, publicKey, registeredAt (null if unknown), registeredBy,
 * registryKey, and the rest of the record under profile. Keys are hexadecimal digits, times
 * milliseconds since 1970.
 */
final class JsonAnswers implements Answers {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final JsonLines out;

  JsonAnswers(OutputStream out) {
    this.out = new JsonLines(out);
  }

  @Override
  public void ready(
      Key registryKey, List<String> listening, List<Topic> topics, Optional<SwarmStatus> swarm) {
    ObjectNode said =
        event("ready")
            .put("registryKey", registryKey.hex())
            .put("listening", listening.isEmpty() ? null : listening.get(0));
    swarm.ifPresent(status -> said.setAll(Shapes.identity(status, topics)));
    say(said);
  }

  @Override
  public void status(Standing standing) {
    ObjectNode said =
        event("status")
            .put("registryKey", standing.registryKey().hex())
            .put("frozen", standing.frozen().isPresent())
            .put("synced", standing.sync().complete());
    said.set("behind", Shapes.list(standing.sync().behind(), Shapes::of));
    said.put("registries", standing.registries())
        .put("unconfirmed", standing.unconfirmed())
        .put("peers", standing.peers())
        .put("listening", standing.listening().isEmpty() ? null : standing.listening().get(0));
    said.set("connect", Shapes.list(standing.dials(), Shapes::of));
    said.set("swarm", standing.swarm().map(Shapes::of).orElse(null));
    say(said);
  }

  @Override
  public void swarm(SwarmStage stage, SwarmStanding swarm) {
    say(event("swarm").put("stage", stage.word()).set("swarm", Shapes.of(swarm)));
  }

  @Override
  public void waiting(Standing standing, Duration atMost) {}

  @Override
  public void alike(Registration registration) {}

  @Override
  public void outcome(Outcome outcome, Registration registration) {
    say(event(outcome.word()).set("registration", Shapes.of(registration)));
  }

  @Override
  public void outcome(Outcome outcome, Registration registration, SyncReport sync) {
    say(outcomeAmong(outcome, registration, sync));
  }

  @Override
  public void renamed(Registration registration, SyncReport sync, Optional<Registration> oldOwner) {
    say(
        outcomeAmong(Outcome.RENAMED, registration, sync)
            .set("owner", oldOwner.map(Shapes::of).orElse(null)));
  }

  @Override
  public void outcome(Outcome outcome, Registration registration, Optional<Registration> owner) {
    ObjectNode said = event(outcome.word());
    said.set("registration", Shapes.of(registration));
    said.set("owner", owner.map(Shapes::of).orElse(null));
    say(said);
  }

  @Override
  public void found(List<Registration> registrations) {
    ObjectNode said = event("found");
    said.set("registration", Shapes.of(registrations.get(0)));
    said.set("registrations", Shapes.list(registrations, Shapes::of));
    say(said);
  }

  @Override
  public void nameNotFound(String username, Optional<String> problem, SyncReport sync) {
    ObjectNode said = event("notFound").put("username", username);
    say(among(sync, said.put("problem", problem.orElse(null))));
  }

  @Override
  public void publicKeyNotFound(String publicKey, SyncReport sync) {
    say(among(sync, event("notFound").put("publicKey", publicKey)));
  }

  @Override
  public void list(List<Registration> registrations) {
    say(event("list").set("registrations", Shapes.list(registrations, Shapes::of)));
  }

  @Override
  public void mine(List<OwnName> names) {
    say(event("mine").set("names", Shapes.list(names, Shapes::of)));
  }

  @Override
  public void claims(String username, List<Registration> registrations) {
    say(
        event("claims")
            .put("username", username)
            .set("registrations", Shapes.list(registrations, Shapes::of)));
  }

  @Override
  public void registries(List<RegistryInfo> registries) {
    say(event("registries").set("registries", Shapes.list(registries, Shapes::of)));
  }

  @Override
  public void peers(List<PeerState> peers) {
    say(event("peers").set("peers", Shapes.list(peers, Shapes::of)));
  }

  @Override
  public void synced(SyncReport report) {
    say(
        event("synced")
            .put("complete", report.complete())
            .put("peers", report.peers())
            .set("behind", Shapes.list(report.behind(), Shapes::of)));
  }

  @Override
  public void help(List<Verb> verbs) {
    say(
        event("help")
            .set(
                "commands",
                Shapes.list(
                    verbs,
                    verb ->
                        NODES
                            .objectNode()
                            .put("usage", verb.usage())
                            .put("summary", verb.summary()))));
  }

  @Override
  public void dial(Dial dial) {
    say(event("dial").setAll(Shapes.of(dial)));
  }

  @Override
  public void peer(PeerState peer, boolean connected) {
    say(
        event("peer")
            .put("address", peer.address())
            .put("connected", connected)
            .put("publicKey", peer.publicKey().hex()));
  }

  @Override
  public void following(Key registryKey) {}

  @Override
  public void followed(RegistryInfo registry, long peers, long holders) {
    say(about("followed", registry).put("peers", peers).put("holders", holders));
  }

  @Override
  public void forgotten(RegistryInfo registry) {
    say(about("forgotten", registry));
  }

  @Override
  public void registry(RegistryInfo registry) {
    say(about("registry", registry));
  }

  private static ObjectNode about(String event, RegistryInfo registry) {
    return event(event)
        .put("registryKey", registry.key().hex())
        .put("length", registry.length())
        .put("names", registry.names())
        .put("own", registry.own());
  }

  @Override
  public void change(Change change, Registration registration) {
    say(
        event("change")
            .put("kind", change.word())
            .put("username", registration.username())
            .set("registration", Shapes.of(registration)));
  }

  @Override
  public void ownerChanged(OwnerChange change) {
    ObjectNode said =
        event("change").put("kind", "ownerChanged").put("username", change.username());
    said.set("registration", Shapes.of(change.owner()));
    said.set("previous", Shapes.of(change.previous()));
    say(said.put("givenUp", change.givenUp()).put("reason", change.reason()));
  }

  @Override
  public void conflict(RegistryInfo registry) {
    say(
        event("change")
            .put("kind", "conflict")
            .putNull("username")
            .put("registryKey", registry.key().hex()));
  }

  @Override
  public void error(ErrorCode code, String message) {
    say(JsonLines.error(code, message));
  }

  @Override
  public void closed() {
    say(event("closed"));
  }

  private static ObjectNode outcomeAmong(
      Outcome outcome, Registration registration, SyncReport sync) {
    ObjectNode said = event(outcome.word());
    said.set("registration", Shapes.of(registration));
    return among(sync, said);
  }

  private static ObjectNode among(SyncReport sync, ObjectNode said) {
    return said.put("peers", sync.peers()).set("behind", Shapes.list(sync.behind(), Shapes::of));
  }

  private void say(ObjectNode said) {
    out.say(said);
  }
}
