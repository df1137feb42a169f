package dev.usernameregistry.claims;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The rows that one step of one registry changes, collected first and written at once. Each key is
 * changed at most once in a batch, because what was collected is not read back.
 */
final class ClaimBatch {
  /** In which neighbours are written one after another, which costs a sorted table less. */
  private static final Comparator<Table.Row> BY_KEY =
      (one, other) -> Arrays.compareUnsigned(one.key(), other.key());

  private final Table table;
  private final PublicKeyRows publicKeys;
  private final NamePolicy policy;
  private final ClaimOrder order;
  private final Key registry;
  private final List<Table.Row> rows = new ArrayList<>();
  private final List<NameChange> changes = new ArrayList<>();
  private Progress progress;

  ClaimBatch(
      Table table,
      PublicKeyRows publicKeys,
      NamePolicy policy,
      ClaimOrder order,
      Key registry,
      Progress progress) {
    this.table = table;
    this.publicKeys = publicKeys;
    this.policy = policy;
    this.order = order;
    this.registry = registry;
    this.progress = progress;
  }

  /** Returns the progress that goes with the rows so far. */
  Progress progress() {
    return progress;
  }

  /** Writes the rows, and {@code reached} with them. */
  List<NameChange> write(Progress reached) throws IOException {
    rows.add(new Table.Row(ClaimRows.progress(registry), reached.encode()));
    rows.sort(BY_KEY);
    table.write(rows, false);
    return changes;
  }

  /** The registry has this value for {@code key}; {@code record} is null for a put of nothing. */
  void put(byte[] key, byte @Nullable [] record) throws IOException {
    Optional<String> name = ClaimRows.text(key);
    Optional<Claim> claim =
        name.isEmpty() || record == null
            ? Optional.empty()
            : Claim.of(registry, name.get(), record);
    if (claim.isEmpty()) {
      change(key, RowKind.UNUSABLE, null, false);
    } else {
      put(key, claim.get(), false);
    }
  }

  /**
   * The registry has this claim for {@code key}.
   *
   * @param free whether it is certain that the table has nothing for the key, neither of this
   *     registry nor of another
   */
  void put(byte[] key, Claim claim, boolean free) throws IOException {
    if (policy.problem(claim.registration().username()).isPresent()) {
      change(key, RowKind.REFUSED, null, free);
    } else {
      change(key, RowKind.CLAIMED, claim, free);
    }
  }

  /** The registry has nothing for {@code key} any more. */
  void remove(byte[] key) throws IOException {
    change(key, null, null, false);
  }

  /** The registry has nothing any more for the key of {@code row}, one of its own. */
  void removeRow(byte[] row) throws IOException {
    change(row, ClaimRows.name(row), null, null, false);
  }

  private void change(byte[] key, @Nullable RowKind kind, @Nullable Claim claim, boolean free)
      throws IOException {
    change(ClaimRows.ofRegistry(registry, key), key, kind, claim, free);
  }

  private void change(
      byte[] row, byte[] key, @Nullable RowKind kind, @Nullable Claim claim, boolean free)
      throws IOException {
    byte[] ownerRow = free || claim == null ? null : table.get(ClaimRows.owner(key));
    boolean unclaimed = claim != null && ownerRow == null;
    byte[] stored = free || (unclaimed && hasOnlyClaims()) ? null : table.get(row);
    RowKind before = stored == null ? null : ClaimRows.kind(stored);
    if (unclaimed) {
      own(key, null, claim, "");
    } else if (claim != null) {
      place(key, ownerRow, claim, before == RowKind.CLAIMED);
    } else if (before == RowKind.CLAIMED) {
      place(key, table.get(ClaimRows.owner(key)), null, true);
    }
    if (before != null) {
      progress = progress.counting(before, -1);
    }
    if (kind != null) {
      progress = progress.counting(kind, +1);
    }
    if (kind == null && before != null) {
      rows.add(new Table.Row(row, null));
    } else if (kind != null && (kind != before || isOlder(stored))) {
      rows.add(new Table.Row(row, ClaimRows.value(kind, progress.round())));
    }
  }

  /**
   * Returns whether each row of the registry for an allowed name is a claim, so that there is none
   * for a name without an owner: each claim has its place, and the best of them is the owner's.
   */
  private boolean hasOnlyClaims() {
    return progress.unusableRecords() == 0;
  }

  private boolean isOlder(byte @Nullable [] stored) {
    return stored == null || ClaimRows.round(stored) != progress.round();
  }

  /** Gives {@code claim}, or nothing, the place among the claims on its name. */
  private void place(
      byte[] name, byte @Nullable [] ownerRow, @Nullable Claim claim, boolean replaces)
      throws IOException {
    Claim owner = ownerRow == null ? null : Claim.ofOwnerRow(name, ownerRow);
    if (owner == null) {
      own(name, null, claim, "");
    } else if (owner.registry().equals(registry)) {
      replaceOwner(name, owner, claim);
    } else if (claim != null && before(claim, owner)) {
      if (replaces) {
        rows.add(new Table.Row(ClaimRows.other(name, registry), null));
      }
      rows.add(new Table.Row(ClaimRows.other(name, owner.registry()), owner.row()));
      own(name, owner, claim, order.reason(claim.registration(), owner.registration()));
    } else {
      rows.add(new Table.Row(ClaimRows.other(name, registry), claim == null ? null : claim.row()));
    }
  }

  private void replaceOwner(byte[] name, Claim owner, @Nullable Claim claim) throws IOException {
    if (claim != null && claim.sameAs(owner)) {
      return;
    }
    if (claim != null && !before(owner, claim)) {
      own(name, owner, claim, ""); // it is no worse than what was better than all others
      return;
    }
    Claim rival = bestOther(name);
    if (rival == null || (claim != null && before(claim, rival))) {
      own(name, owner, claim, "");
      return;
    }
    rows.add(new Table.Row(ClaimRows.other(name, rival.registry()), null));
    if (claim == null) {
      own(name, owner, rival, true, "the owner before does not claim it any more");
    } else {
      rows.add(new Table.Row(ClaimRows.other(name, registry), claim.row()));
      own(name, owner, rival, order.reason(rival.registration(), claim.registration()));
    }
  }

  private @Nullable Claim bestOther(byte[] name) throws IOException {
    AtomicReference<@Nullable Claim> best = new AtomicReference<>();
    Claim.forEachOther(
        table,
        name,
        other -> {
          Claim known = best.get();
          if (known == null || before(other, known)) {
            best.set(other);
          }
        });
    return best.get();
  }

  private boolean before(Claim left, Claim right) {
    return order.compare(left.registration(), right.registration()) < 0;
  }

  /** Gives the name to {@code after}, or to nobody. {@code before} is the owner's until now. */
  private void own(byte[] name, @Nullable Claim before, @Nullable Claim after, String reason) {
    own(name, before, after, false, reason);
  }

  private void own(
      byte[] name, @Nullable Claim before, @Nullable Claim after, boolean givenUp, String reason) {
    rows.add(new Table.Row(ClaimRows.owner(name), after == null ? null : after.ownerRowValue()));
    listByPublicKey(name, before, null);
    listByPublicKey(name, after, new byte[0]);
    changes.add(
        new NameChange(
            Optional.ofNullable(before).map(Claim::registration),
            Optional.ofNullable(after).map(Claim::registration),
            givenUp,
            reason));
  }

  private void listByPublicKey(byte[] name, @Nullable Claim claim, byte @Nullable [] value) {
    if (claim != null && !claim.leavesOutPublicKey()) {
      rows.add(new Table.Row(publicKeys.row(claim.registration().publicKey(), name), value));
    }
  }
}
