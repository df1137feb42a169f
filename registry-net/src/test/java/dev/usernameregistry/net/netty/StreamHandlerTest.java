package dev.usernameregistry.net.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StreamHandlerTest {

  /** Throws when its time has come, which is at once. */
  private static final class Mistaken implements StreamMachine {
    final List<String> gone = new ArrayList<>();

    @Override
    public void receive(ByteBuffer bytes, long nowNanos) {}

    @Override
    public @Nullable ByteBuffer nextBytes(long nowNanos) {
      return null;
    }

    @Override
    public boolean wantsBytes() {
      return true;
    }

    @Override
    public void onTimeout(long nowNanos) {
      throw new IllegalStateException("a mistake");
    }

    @Override
    public long nextTimeoutNanos() {
      return System.nanoTime();
    }

    @Override
    public boolean ended() {
      return false;
    }

    @Override
    public void gone(String reason, long nowNanos) {
      gone.add(reason);
    }
  }

  @Test
  void mistakeInATimerClosesTheConnection() {
    Mistaken machine = new Mistaken();
    EmbeddedChannel channel = new EmbeddedChannel(new StreamHandler((to, wake, now) -> machine));

    channel.runScheduledPendingTasks();

    assertThat(channel.isOpen()).isFalse();
    assertThat(machine.gone).containsExactly("a mistake");
  }

  /** Says nothing, wants nothing, and ends or fails when it is told to. */
  private static final class Ending implements StreamMachine {
    final List<String> gone = new ArrayList<>();
    Runnable wake = () -> {};
    boolean ended;
    boolean fails;

    @Override
    public void receive(ByteBuffer bytes, long nowNanos) {}

    @Override
    public @Nullable ByteBuffer nextBytes(long nowNanos) {
      if (fails) {
        throw new IllegalStateException("a mistake");
      }
      return null;
    }

    @Override
    public boolean wantsBytes() {
      return true;
    }

    @Override
    public void onTimeout(long nowNanos) {}

    @Override
    public long nextTimeoutNanos() {
      return Long.MAX_VALUE;
    }

    @Override
    public boolean ended() {
      return ended;
    }

    @Override
    public void gone(String reason, long nowNanos) {
      gone.add(reason);
    }
  }

  /** A socket whose other end reads nothing: what is written never leaves. */
  private static final class Stuck extends ChannelOutboundHandlerAdapter {
    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {}
  }

  @Test
  void peerThatReadsNothingIsHungUpOnSoonAfterTheMachineHasEnded() {
    Ending machine = new Ending();
    EmbeddedChannel channel =
        new EmbeddedChannel(
            new Stuck(),
            new StreamHandler(
                (to, wake, now) -> {
                  machine.wake = wake;
                  return machine;
                }));
    machine.ended = true;
    machine.wake.run();
    assertThat(channel.isOpen()).as("what was said before may still leave").isTrue();

    channel.advanceTimeBy(3, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();

    assertThat(channel.isOpen()).isFalse();
    assertThat(machine.gone).hasSize(1);
  }

  @Test
  void mistakeOfAMachineThatIsWokenClosesItsConnectionAndNobodyElsesFails() {
    Ending machine = new Ending();
    EmbeddedChannel channel =
        new EmbeddedChannel(
            new StreamHandler(
                (to, wake, now) -> {
                  machine.wake = wake;
                  return machine;
                }));
    machine.fails = true;

    machine.wake.run();

    assertThat(channel.isOpen()).isFalse();
    assertThat(machine.gone).containsExactly("a mistake");
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1:4001",
    "0:0:0:0:0:0:0:1, [::1]:4001",
    "2001:db8:0:0:0:0:0:a, [2001:db8::a]:4001",
    "fe80::1%7, [fe80::1%7]:4001"
  })
  void anAddressIsSpelledAsItCanBeDialled(String host, String text) {
    assertThat(StreamHandler.text(new InetSocketAddress(host, 4001))).isEqualTo(text);
  }
}
