package dev.usernameregistry.net.swarm;

import java.time.Duration;

/** A handshake on its way. */
final class AirDial implements Dialler.Dial {
  private final Air air;
  private final Air.Node from;
  private final Air.Node to;
  private final Dialler.DialListener listener;
  private boolean over;
  private boolean withdrawn;

  AirDial(Air air, Air.Node from, Air.Node to, Dialler.DialListener listener) {
    this.air = air;
    this.from = from;
    this.to = to;
    this.listener = listener;
  }

  /** The handshake reaches the peer, which opens its end at once if it wants to. */
  void arrive() {
    if (to.gone || to.swarm.refuses(from.key)) {
      return;
    }
    AirEnd here = new AirEnd(air, from, to.key, true);
    AirEnd there = new AirEnd(air, to, from.key, false);
    here.other = there;
    there.other = here;
    to.ends.add(there);
    to.swarm.accepted(there, air.nowNanos);
    air.later(() -> answer(here));
  }

  private void answer(AirEnd end) {
    if (withdrawn) {
      end.tellOther();
      if (!over) {
        excuse();
      }
    } else if (!over) {
      over = true;
      from.ends.add(end);
      end.born = true;
      listener.connected(end, air.nowNanos);
    } else if (air.random.nextBoolean()) {
      // whoever gave up the dial may say so, or may have forgotten it altogether
      end.tellOther();
    }
    if (!end.born && end.other != null) {
      end.other.listenInVain();
    }
  }

  void giveUp() {
    if (!over) {
      over = true;
      listener.failed(false, air.nowNanos);
    }
  }

  @Override
  public void abort(long now) {
    over = true;
  }

  @Override
  public void withdraw(long now) {
    withdrawn = true;
    air.after(
        Duration.ofSeconds(1).toNanos(),
        () -> {
          if (!over) {
            excuse();
          }
        });
  }

  private void excuse() {
    over = true;
    listener.failed(false, air.nowNanos);
  }
}
