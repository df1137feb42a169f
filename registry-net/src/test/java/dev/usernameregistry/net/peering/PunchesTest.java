package dev.usernameregistry.net.peering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.net.punch.Punch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Many punches at a time, on a clock that may wrap around. */
class PunchesTest {
  private static final Ipv4Address PEER = Ipv4Address.of("9.0.0.1", 5);

  private final Punches punches = new Punches();
  private final List<String> heard = new ArrayList<>();

  /** A punch that says what it is told. */
  private class Told implements Punch {
    private final int socket;
    private long nextNanos = Long.MAX_VALUE;
    private boolean done;
    private int asked;

    private Told(int socket) {
      this.socket = socket;
      punches.add(this);
    }

    @Override
    public boolean owns(int socket) {
      asked++;
      return socket == this.socket;
    }

    @Override
    public void probe(int socket, Ipv4Address from, long nowNanos) {
      heard.add("probe " + this.socket);
    }

    @Override
    public void onTimeout(long nowNanos) {
      heard.add("timeout " + socket);
      done = true;
    }

    @Override
    public long nextTimeoutNanos() {
      return done ? Long.MAX_VALUE : nextNanos;
    }

    @Override
    public boolean isDone() {
      return done;
    }
  }

  @Test
  void aProbeGoesToThePunchWhoseSocketItCameTo() {
    new Told(2);
    new Told(3);
    new Told(3);
    punches.probe(3, PEER, 0);
    punches.probe(4, PEER, 0);
    assertThat(heard).containsExactly("probe 3");
  }

  @Test
  void whatIsDueGoesOffAlsoWhenTheClockWrapsAround() {
    long start = Long.MAX_VALUE - 5;
    Told later = new Told(2);
    Told sooner = new Told(3);
    Told never = new Told(4);
    later.nextNanos = start + 10;
    sooner.nextNanos = start + 2;
    assertThat(punches.nextNanos(start + 11)).isEqualTo(start + 2);
    assertThat(punches.nextNanos(start + 1)).isEqualTo(start + 1);
    punches.onTimeout(start + 2);
    assertThat(heard).containsExactly("timeout 3");
    assertThat(punches.nextNanos(Long.MAX_VALUE)).isEqualTo(start + 10);
    punches.onTimeout(start + 10);
    assertThat(heard).containsExactly("timeout 3", "timeout 2");
    assertThat(punches.nextNanos(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    assertThat(never.done).isFalse();
  }

  /** As a dial does that has failed, and whose owner dials anew. */
  @Test
  void aTimeoutMayBeginAnotherPunch() {
    Told first =
        new Told(2) {
          @Override
          public void onTimeout(long nowNanos) {
            super.onTimeout(nowNanos);
            new Told(3);
          }
        };
    first.nextNanos = 1;
    new Told(4).nextNanos = 1;
    punches.onTimeout(1);
    assertThat(heard).containsExactly("timeout 2", "timeout 4");
    punches.probe(3, PEER, 1);
    assertThat(heard).last().isEqualTo("probe 3");
  }

  @Test
  void punchesThatAreDoneAreForgotten() {
    Told ended = new Told(2);
    ended.nextNanos = 1;
    punches.onTimeout(1);
    punches.probe(2, PEER, 1);
    assertThat(ended.asked).isZero();

    Told closed = new Told(3);
    closed.done = true;
    new Told(4);
    punches.probe(3, PEER, 1);
    assertThat(closed.asked).isZero();
  }
}
