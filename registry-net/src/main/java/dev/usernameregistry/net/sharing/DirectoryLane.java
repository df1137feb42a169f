package dev.usernameregistry.net.sharing;

import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.directory.DirectoryHello;
import dev.usernameregistry.net.directory.Introductions;
import dev.usernameregistry.net.mux.Channel;
import dev.usernameregistry.net.mux.Mux;
import dev.usernameregistry.net.mux.Pair;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The directory channel of one connection: tells the peer which registry is ours, and introduces
 * those to it that it does not know, once something of them is here. Loop only.
 */
final class DirectoryLane {
  private static final Pair PAIR = new Pair(DirectoryHello.PROTOCOL, new byte[0]);

  private final Connection connection;
  private final Sharing sharing;
  private final boolean introduces;
  private final Channel channel;

  /** Logs that the peer does not know and of which nothing is here. */
  private final Set<Shared> absent = new HashSet<>();

  /** Null unless both sides introduce registries. */
  private @Nullable Introductions introductions;

  /**
   * Opens the channel. To be made before any log's channel is opened: so the peer opens it, too,
   * before it rejects a log, and each log that it does not know is noted as such.
   */
  DirectoryLane(Connection connection, Sharing sharing, Mux mux) {
    this.connection = connection;
    this.sharing = sharing;
    introduces = sharing.host().introduces();
    Key own = sharing.host().ownLog().key();
    channel = mux.open(PAIR, DirectoryHello.of(own, introduces).encode());
  }

  boolean isOn(Channel other) {
    return channel == other;
  }

  /** The peer has opened the channel too. */
  void opened(byte[] handshake) {
    DirectoryHello hello = DirectoryHello.decode(handshake);
    if (introduces && hello.introduces()) {
      introductions = new Introductions();
      connection.toldAll(false);
    }
    connection.told(hello.registryKey());
  }

  /** The peer has closed the channel, or does not know it. */
  void closed() {
    introductions = null;
    connection.toldAll(true);
  }

  /**
   * Takes in a message.
   *
   * @return the logs here that the peer has too, whose channels are to be opened
   */
  List<Shared> receive(long type, WireReader payload) {
    Introductions talk = introductions;
    if (talk == null) {
      return List.of();
    }
    List<Shared> known = new ArrayList<>();
    List<Key> asked = new ArrayList<>(); // also of one that is held: its introducers are kept
    for (Key key : talk.receive(type, payload)) {
      Shared shared = sharing.log(key.discoveryKey());
      if (shared == null || shared.isHeld()) {
        asked.add(key);
      }
      if (shared != null) {
        known.add(shared);
      }
    }
    known.stream().filter(Shared::isProven).forEach(shared -> talk.settle(shared.log().key()));
    if (!asked.isEmpty()) {
      Set<Key> wanted = wanted(asked);
      asked.stream().filter(key -> !wanted.contains(key)).forEach(talk::settle);
    }
    tellIfComplete(talk);
    return known;
  }

  private Set<Key> wanted(List<Key> asked) {
    return connection
        .peerWithoutHeads()
        .map(peer -> sharing.host().registriesIntroduced(peer, asked))
        .orElse(Set.of());
  }

  private void tellIfComplete(Introductions talk) {
    if (talk.isComplete()) {
      connection.toldAll(true);
    }
  }

  /** The peer does not know this log. */
  void unknownThere(Shared shared) {
    if (introductions != null) {
      if (shared.isHere()) {
        introductions.offer(shared.log().key());
      } else {
        absent.add(shared);
      }
    }
  }

  /** The peer has this log too, or it is not shared here any more. */
  void knownThere(Shared shared) {
    absent.remove(shared);
    if (introductions != null) {
      introductions.withdraw(shared.log().key());
    }
  }

  /** There is something of this log here now. */
  void cameHere(Shared shared) {
    if (introductions != null) {
      if (absent.remove(shared)) {
        introductions.offer(shared.log().key());
      }
      settle(shared.log().key());
    }
  }

  /** Nothing of this log comes from the peer, as far as is known, though it introduced it. */
  void giveUp(Key log) {
    if (introductions != null) {
      introductions.giveUp(log);
      tellIfComplete(introductions);
    }
  }

  /** Nothing more is done about this log for now, so that the peer may introduce others. */
  void settle(Key log) {
    if (introductions != null) {
      introductions.settle(log);
      tellIfComplete(introductions);
    }
  }

  /** Returns whether the peer has introduced this log, and nothing of it is proven yet. */
  boolean introduced(Key log) {
    return introductions != null && introductions.isOpen(log);
  }

  /** All logs that were here at the start were answered by the peer. */
  void allOffered() {
    if (introductions != null) {
      introductions.allOffered();
    }
  }

  /** Sends what there is to say, as far as the mux has room for it. */
  void fill(Mux mux, int queuedBytesMax) {
    if (introductions == null) {
      return;
    }
    while (mux.queuedBytes() < queuedBytesMax) {
      Introductions.Message message = introductions.next();
      if (message == null) {
        return;
      }
      channel.send(message.type(), message.payload());
    }
  }
}
