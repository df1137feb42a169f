package dev.usernameregistry.net.directory;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Key;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The messages of the directory channel: the registries that one peer introduces to the other, both
 * ways (directory sheet, section 3). Not thread-safe.
 *
 * <pre>
 * type  message    fields
 * 0     introduce  uint count ‖ count × fixed32 registry key
 * 1     room       uint count   so many more keys may be introduced
 * 2     all        none         the registries that were there at the start are introduced
 * </pre>
 */
public final class Introductions {
  /** Keys that a peer may have introduced and that are not {@link #settle settled}. */
  public static final int WINDOW_KEYS = 256;

  private static final int INTRODUCE = 0;
  private static final int ROOM = 1;
  private static final int ALL = 2;

  /** What the peer is to be told. */
  private final Set<Key> offered = new LinkedHashSet<>();

  /** Keys that may be introduced before the peer makes room for others. */
  private int room = WINDOW_KEYS;

  private boolean allOffered;
  private boolean allSent;

  /** What the peer has introduced and is not settled. */
  private final Set<Key> open = new LinkedHashSet<>();

  /** Those of which nothing is awaited, though they take room. */
  private final Set<Key> hopeless = new HashSet<>();

  /** Keys that are settled, without the peer having been told that there is room. */
  private int settled;

  private boolean allTold;

  /**
   * One message of the table above.
   *
   * @param payload not to be changed
   */
  public record Message(int type, byte[] payload) {}

  /** Introduces a registry as soon as there is room; does nothing if it is waiting for that. */
  public void offer(Key registry) {
    offered.add(registry);
  }

  /** Takes {@link #offer} back if the registry has not been introduced yet. */
  public void withdraw(Key registry) {
    offered.remove(registry);
  }

  /** All that was to be introduced at the start is offered. */
  public void allOffered() {
    allOffered = true;
  }

  /** Returns the next message to send, or null. */
  public @Nullable Message next() {
    if (settled >= WINDOW_KEYS / 4 || (settled > 0 && open.isEmpty())) {
      byte[] payload = new WireWriter().uint(settled).toByteArray();
      settled = 0;
      return new Message(ROOM, payload);
    }
    if (room > 0 && !offered.isEmpty()) {
      return introduce();
    }
    if (allOffered && offered.isEmpty() && !allSent) {
      allSent = true;
      return new Message(ALL, new byte[0]);
    }
    return null;
  }

  private Message introduce() {
    int count = Math.min(room, offered.size());
    WireWriter out = new WireWriter(8 + count * Key.BYTES).uint(count);
    Iterator<Key> next = offered.iterator();
    for (int i = 0; i < count; i++) {
      out.raw(next.next().bytes());
      next.remove();
    }
    room -= count;
    return new Message(INTRODUCE, out.toByteArray());
  }

  /**
   * Takes in a message. Unknown types are ignored.
   *
   * @return the registries that the peer introduces; each is to be {@link #settle settled}
   * @throws MalformedMessageException if the message does not follow the table, or there was no
   *     room for it
   */
  public List<Key> receive(long type, WireReader payload) {
    if (type == INTRODUCE) {
      return introduced(payload);
    }
    if (type == ROOM) {
      room += (int) payload.uint(WINDOW_KEYS - room);
    } else if (type == ALL) {
      allTold = true;
    }
    return List.of();
  }

  private List<Key> introduced(WireReader payload) {
    int count = payload.count(Key.BYTES, WINDOW_KEYS - open.size() - settled);
    List<Key> keys = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Key key = Key.of(payload.fixed(Key.BYTES));
      if (open.add(key)) {
        keys.add(key);
      } else {
        settled++;
      }
    }
    return keys;
  }

  /**
   * Nothing more is to be done about a registry, so that another may be introduced. Does nothing if
   * the peer has not introduced it.
   */
  public void settle(Key registry) {
    if (open.remove(registry)) {
      hopeless.remove(registry);
      settled++;
    }
  }

  /**
   * Nothing is awaited of a registry any more, as far as is known. It takes room until it is {@link
   * #settle settled}: else whoever introduces what does not exist could go on and on.
   */
  public void giveUp(Key registry) {
    if (open.contains(registry)) {
      hopeless.add(registry);
    }
  }

  /** Returns whether the peer has introduced this registry and it is not settled. */
  public boolean isOpen(Key registry) {
    return open.contains(registry);
  }

  /**
   * Returns whether the peer has introduced all that it was to at the start, and nothing of it is
   * awaited any more.
   */
  public boolean isComplete() {
    return allTold && open.size() == hopeless.size();
  }
}
