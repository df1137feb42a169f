package dev.usernameregistry.claims;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Table;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who owns which name, over all registries: the one place that look-ups read.
 *
 * <p>Kept in a table that is changed as the registries change and is found as it was after a
 * restart. What it knows of a registry and how far it has followed it are written in one step, and
 * writes survive in order, so it is never ahead of what the logs hold.
 *
 * <p>Safe from any thread. Readers see the table as it was between two writes. They do not wait for
 * writers, but for one who asks for other claims than the owner's, or for owners by public key.
 */
public final class ClaimIndex {
  /** Another one with each change of the rows, or of what is read from a record. */
  private static final String FORMAT = "7";

  private static final int ROWS_MAX = 1024;

  private final Table table;
  private final NamePolicy policy;
  private final ClaimOrder order;
  private final Consumer<NameChange> onChange;

  /** Guarded by this. */
  private final PublicKeyRows publicKeys = new PublicKeyRows();

  /** Counted up, under this object's monitor, after each change that may be another writer's. */
  private volatile long timeOfOthers;

  private final RecentProgress recent = new RecentProgress();

  private ClaimIndex(
      Table table, NamePolicy policy, ClaimOrder order, Consumer<NameChange> onChange) {
    this.table = table;
    this.policy = policy;
    this.order = order;
    this.onChange = onChange;
  }

  /**
   * Opens the index kept in {@code table}, and empties it if it was built by another policy or
   * order: whoever follows the registries then fills it again.
   *
   * @param onChange is told of each change after it is written, one call at a time and in order;
   *     must be quick and must not call back
   */
  public static ClaimIndex open(
      Table table, NamePolicy policy, ClaimOrder order, Consumer<NameChange> onChange)
      throws IOException {
    byte[] format =
        String.join("\n", FORMAT, policy.id(), order.id()).getBytes(StandardCharsets.UTF_8);
    if (!Arrays.equals(format, table.get(ClaimRows.FORMAT))) {
      empty(table);
      table.write(List.of(new Table.Row(ClaimRows.FORMAT, format)), false);
    }
    return new ClaimIndex(table, policy, order, onChange);
  }

  /** Removes all rows, the one that says how they were built first. */
  private static void empty(Table table) throws IOException {
    table.write(List.of(new Table.Row(ClaimRows.FORMAT, null)), false);
    List<Table.Row> rows = new ArrayList<>();
    byte[] from = {}; // moves on: a scan from the start would step over all that is removed by then
    do {
      rows.clear();
      table.scan(
          from,
          null,
          (key, value) -> {
            rows.add(new Table.Row(key, null));
            return rows.size() < ROWS_MAX;
          });
      table.write(rows, false);
      from = rows.isEmpty() ? from : rows.get(rows.size() - 1).key();
    } while (!rows.isEmpty());
  }

  /** Returns the owner's claim on {@code name}. One read of the table. */
  public Optional<Registration> owner(String name) throws IOException {
    Optional<byte[]> key = NameText.bytes(name);
    return key.isEmpty() ? Optional.empty() : owner(name, key.get());
  }

  private Optional<Registration> owner(String name, byte[] key) throws IOException {
    byte[] value = table.get(ClaimRows.owner(key));
    return value == null ? Optional.empty() : Optional.of(Claim.owner(name, value, new Repeats()));
  }

  /** Returns the owners' claims on all names that begin with {@code prefix}, sorted by name. */
  public List<Registration> owners(String prefix) throws IOException {
    Optional<byte[]> start = NameText.bytes(prefix);
    return start.isEmpty() ? List.of() : owners(start.get());
  }

  private List<Registration> owners(byte[] prefix) throws IOException {
    byte[] from = ClaimRows.owner(prefix);
    List<Registration> found = new ArrayList<>();
    Repeats repeats = new Repeats();
    table.scan(
        from,
        ClaimRows.after(from),
        (key, value) -> found.add(Claim.owner(ClaimRows.ownedName(key), value, repeats)));
    return found;
  }

  /**
   * Returns the owners' claims that have this public key, sorted by name; upper and lower case of
   * ASCII are the same. Takes time for each of them, and for each claim of the registry that has
   * this key.
   */
  public synchronized List<Registration> ownersByPublicKey(String publicKey) throws IOException {
    SortedSet<byte[]> names = new TreeSet<>(Arrays::compareUnsigned);
    byte[] prefix = ClaimRows.byPublicKey(publicKey);
    table.scan(prefix, ClaimRows.after(prefix), (key, value) -> names.add(ClaimRows.name(key)));
    if (isRegistryKey(publicKey)) {
      names.addAll(claimed(Key.fromHex(publicKey)));
    }
    List<Registration> found = new ArrayList<>();
    for (byte[] name : names) {
      owner(new String(name, StandardCharsets.UTF_8), name).ifPresent(found::add);
    }
    String wanted = ClaimRows.smallLetters(publicKey); // not the same bytes only: see byPublicKey
    found.removeIf(owner -> !ClaimRows.smallLetters(owner.publicKey()).equals(wanted));
    return found;
  }

  /** Returns whether a registry may have this key, so that claims of it leave the key out. */
  private static boolean isRegistryKey(String publicKey) {
    return publicKey.length() == 2 * Key.BYTES && publicKey.chars().allMatch(HexFormat::isHexDigit);
  }

  /** Returns all claims on {@code name}, best first. */
  public List<Registration> claims(String name) throws IOException {
    Optional<byte[]> key = NameText.bytes(name);
    return key.isEmpty() || owner(name, key.get()).isEmpty()
        ? List.of()
        : ownerAndOthers(name, key.get());
  }

  private synchronized List<Registration> ownerAndOthers(String name, byte[] key)
      throws IOException {
    List<Registration> found = new ArrayList<>();
    owner(name, key).ifPresent(found::add);
    if (!found.isEmpty()) {
      Claim.forEachOther(table, key, other -> found.add(other.registration()));
      found.sort(order);
    }
    return found;
  }

  /** Returns the names that {@code registry} claims, sorted, as they were at one moment. */
  public List<String> names(Key registry) throws IOException {
    return claimed(registry).stream()
        .map(name -> new String(name, StandardCharsets.UTF_8))
        .toList();
  }

  private List<byte[]> claimed(Key registry) throws IOException {
    byte[] prefix = ClaimRows.ofRegistry(registry);
    List<byte[]> found = new ArrayList<>();
    table.scan(
        prefix,
        ClaimRows.after(prefix),
        (key, value) -> {
          if (ClaimRows.kind(value) == RowKind.CLAIMED) {
            found.add(ClaimRows.name(key));
          }
          return true;
        });
    return found;
  }

  /** Returns the claim of {@code registry} on {@code name}, whether or not it is the owner's. */
  public synchronized Optional<Registration> claim(String name, Key registry) throws IOException {
    Optional<byte[]> key = NameText.bytes(name);
    if (key.isEmpty()) {
      return Optional.empty();
    }
    Optional<Registration> owner = owner(name, key.get());
    if (owner.isEmpty() || owner.get().registryKey().equals(registry)) {
      return owner;
    }
    byte[] other = table.get(ClaimRows.other(key.get(), registry));
    return other == null
        ? Optional.empty()
        : Optional.of(Claim.stored(registry, key.get(), other).registration());
  }

  /**
   * Returns a number that is another one after each change but those of {@link
   * RegistryReader#take}.
   */
  public long timeOfOthers() {
    return timeOfOthers;
  }

  /** Returns how far {@code registry} has been followed, and what was found in it. */
  public Progress progress(Key registry) throws IOException {
    Progress written = recent.find(registry);
    if (written != null) {
      return written;
    }
    byte[] value = table.get(ClaimRows.progress(registry));
    return value == null ? Progress.NONE : Progress.decode(value);
  }

  /** Forgets a registry and its claims, in steps: when interrupted, some of them are still here. */
  public void forget(Key registry) throws IOException {
    apply(registry, batch -> batch.progress().anew(0));
    for (byte[] from = ClaimRows.ofRegistry(registry); from != null; ) {
      from = sweep(registry, from);
    }
    synchronized (this) {
      recent.remove(registry);
      table.write(List.of(new Table.Row(ClaimRows.progress(registry), null)), false);
    }
  }

  /** Takes in a change of one registry. */
  synchronized void apply(Key registry, Step step) throws IOException {
    try {
      change(registry, step);
    } finally {
      timeOfOthers++; // after the write, so that who saw this number saw what was written
    }
  }

  /** Takes in changes of the one registry whose writer is here. */
  synchronized void take(Key registry, ClaimChanges changes, Progress reached) throws IOException {
    long time = timeOfOthers;
    change(
        registry,
        batch -> {
          changes.collect(batch, time);
          return batch.progress().at(reached.fork(), reached.length());
        });
  }

  private void change(Key registry, Step step) throws IOException {
    ClaimBatch batch =
        new ClaimBatch(table, publicKeys, policy, order, registry, progress(registry));
    Progress reached = step.collect(batch);
    recent.remove(registry); // until it is written, and when that fails
    List<NameChange> changes = batch.write(reached);
    recent.put(registry, reached);
    changes.forEach(onChange);
  }

  /**
   * Removes some of the registry's rows that are from an earlier round.
   *
   * @param from where to begin
   * @return where to go on, or null if no such rows are left
   */
  synchronized byte @Nullable [] sweep(Key registry, byte[] from) throws IOException {
    long round = progress(registry).round();
    List<byte[]> old = new ArrayList<>();
    table.scan(
        from,
        ClaimRows.after(ClaimRows.ofRegistry(registry)),
        (key, value) -> {
          if (ClaimRows.round(value) != round) {
            old.add(key);
          }
          return old.size() < ROWS_MAX;
        });
    boolean last = old.size() < ROWS_MAX;
    apply(
        registry,
        batch -> {
          for (byte[] row : old) {
            batch.removeRow(row);
          }
          return last ? batch.progress().swept() : batch.progress();
        });
    return last ? null : old.get(old.size() - 1);
  }

  /** Collects changes of one registry. */
  interface Step {
    /** Fills {@code batch}; returns how far the registry is followed with it. */
    Progress collect(ClaimBatch batch) throws IOException;
  }
}
