package dev.usernameregistry.net.swarm;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One end of a connection. */
final class AirEnd implements Link {
  private final Air air;
  final Air.Node owner;
  final boolean initiator;
  private final Key remoteKey;
  @Nullable AirEnd other;
  boolean opened;
  boolean over;

  /** Whether the policy was given this end. */
  boolean born;

  private boolean read;
  private boolean written;

  AirEnd(Air air, Air.Node owner, Key remoteKey, boolean initiator) {
    this.air = air;
    this.owner = owner;
    this.remoteKey = remoteKey;
    this.initiator = initiator;
  }

  @Override
  public Key remoteKey() {
    return remoteKey;
  }

  @Override
  public Ipv4Address remoteAddress() {
    return new Ipv4Address(remoteKey.hashCode(), 1);
  }

  @Override
  public boolean hasTrafficBothWays() {
    return read && written;
  }

  @Override
  public void sendKeepAlive(long now) {
    say();
  }

  private void say() {
    written = true;
    air.later(
        () -> {
          if (other != null && other.isAlive()) {
            other.read = true;
          }
        });
  }

  private boolean isAlive() {
    return !over && owner.ends.contains(this);
  }

  @Override
  public void open(long now) {
    opened = true;
    if (air.talkative) {
      say();
    } else {
      air.after(Duration.ofSeconds(5).toNanos(), this::beat);
    }
  }

  private void beat() {
    if (isAlive()) {
      say();
    }
  }

  @Override
  public void destroy(Reason reason, long now) {
    over = true;
    tellOther();
    if (air.random.nextBoolean()) {
      close();
    } else {
      air.later(this::close);
    }
  }

  void tellOther() {
    air.later(
        () -> {
          if (other != null) {
            other.fail();
          }
        });
  }

  /** The connection has ended, from outside. */
  private void fail() {
    over = true;
    close();
  }

  private void close() {
    if (owner.ends.remove(this)) {
      owner.swarm.closed(this, air.nowNanos);
    }
  }

  /** Nobody is at the other end. */
  void listenInVain() {
    air.after(Air.SILENCE.toNanos(), this::fail);
  }

  /** This end is forgotten; the other one notices after a while. */
  void vanish() {
    over = true;
    owner.ends.remove(this);
    if (other != null) {
      other.listenInVain();
    }
  }

  boolean isOtherEndOf(AirEnd end) {
    return other == end;
  }
}
