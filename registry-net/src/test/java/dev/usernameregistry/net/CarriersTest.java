package dev.usernameregistry.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.net.netty.StreamMachine;
import dev.usernameregistry.net.time.Times;
import dev.usernameregistry.net.udx.CloseReason;
import dev.usernameregistry.net.udx.Route;
import dev.usernameregistry.net.udx.UdxOptions;
import dev.usernameregistry.net.udx.UdxStream;
import dev.usernameregistry.net.udx.UdxStreams;
import dev.usernameregistry.testkit.SeededRandom;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Machines that speak over the streams of a node, to a peer that the test plays. */
class CarriersTest {
  private static final long SECOND = 1_000_000_000L;
  private static final int SOCKET = 0;
  private static final int PEER_ID = 7;
  private static final Ipv4Address OWN = Ipv4Address.of("10.0.0.1", 1000);
  private static final Ipv4Address PEER = Ipv4Address.of("10.0.0.2", 2000);

  private final Carriers carriers = new Carriers(new SeededRandom(1));
  private final UdxStreams peers = new UdxStreams(UdxOptions.DEFAULT);
  private final ByteBuffer out = ByteBuffer.allocate(UdxStreams.DATAGRAM_BYTES_MAX);
  private long nowNanos = -SECOND;

  /** Says what it is given, and remembers what it hears. */
  private static final class Speaker implements StreamMachine {
    final Queue<String> toSay = new ArrayDeque<>();
    final List<String> heard = new ArrayList<>();
    final List<String> gone = new ArrayList<>();
    boolean ended;
    long timeoutNanos = Long.MAX_VALUE;
    int timeouts;

    /** Whether it throws when its time has come or it is to speak. */
    boolean mistake;

    private void makeMistake() {
      if (mistake) {
        throw new IllegalStateException("a mistake");
      }
    }

    @Override
    public void receive(ByteBuffer bytes, long nowNanos) {
      heard.add(US_ASCII.decode(bytes).toString());
    }

    @Override
    public @Nullable ByteBuffer nextBytes(long nowNanos) {
      String next = toSay.poll();
      if (next == null) {
        return null;
      }
      makeMistake();
      return US_ASCII.encode(next);
    }

    @Override
    public boolean wantsBytes() {
      return true;
    }

    @Override
    public void onTimeout(long nowNanos) {
      timeoutNanos = Long.MAX_VALUE;
      timeouts++;
      makeMistake();
    }

    @Override
    public long nextTimeoutNanos() {
      return timeoutNanos;
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

  /** Opens a stream; returns its id. */
  private int connected() {
    int id = carriers.create((socket, from, now) -> true);
    carriers.connect(id, SOCKET, PEER_ID, PEER, nowNanos);
    return id;
  }

  private Speaker speaker(int id) {
    Speaker speaker = new Speaker();
    carriers.carry(id, speaker, nowNanos);
    return speaker;
  }

  /** Opens the peer's end of a stream. */
  private UdxStream peer(int id) {
    UdxStream stream = peers.create(PEER_ID, (socket, from, now) -> true);
    stream.connect(SOCKET, id, OWN, nowNanos);
    return stream;
  }

  /** Lets so much time pass, and both sides do what they want in it. */
  private void run(long nanos) {
    long end = nowNanos + nanos;
    exchange();
    for (long next; (next = nextTimeoutNanos()) != Long.MAX_VALUE && next - end <= 0; ) {
      nowNanos = next;
      carriers.onTimeout(nowNanos);
      peers.onTimeout(nowNanos);
      exchange();
    }
    nowNanos = end;
  }

  private long nextTimeoutNanos() {
    return Times.earlier(carriers.nextTimeoutNanos(), peers.nextTimeoutNanos());
  }

  private void exchange() {
    boolean any = true;
    while (any) {
      Route toPeer = carriers.nextDatagram(out.clear(), nowNanos);
      if (toPeer != null) {
        peers.receive(SOCKET, OWN, out.flip(), nowNanos);
      }
      Route toUs = peers.nextDatagram(out.clear(), nowNanos);
      if (toUs != null) {
        carriers.receive(SOCKET, PEER, out.flip(), nowNanos);
      }
      any = toPeer != null || toUs != null;
    }
  }

  @Test
  void whatCameBeforeTheMachineIsBroughtToIt() {
    int id = connected();
    peer(id).write(US_ASCII.encode("early"), nowNanos);
    run(SECOND);
    assertThat(carriers.isHeard(id)).isTrue();

    Speaker speaker = speaker(id);

    assertThat(speaker.heard).containsExactly("early");
  }

  @Test
  void machineThatHasEndedEndsTheStreamAfterItsLastBytes() {
    int id = connected();
    UdxStream peer = peer(id);
    Speaker speaker = speaker(id);
    speaker.toSay.add("bye");
    speaker.ended = true;
    carriers.wake(id, nowNanos);
    run(SECOND);
    assertThat(speaker.gone).hasSize(1);
    assertThat(US_ASCII.decode(present(peer.read())).toString()).isEqualTo("bye");
    assertThat(peer.remoteEnded()).isTrue();

    peer.end(nowNanos);
    run(SECOND);

    assertThat(peer.closeReason()).isEqualTo(CloseReason.ENDED);
    assertThat(carriers.count()).isZero();
    assertThat(speaker.gone).as("told once").hasSize(1);
  }

  @Test
  void streamIsDestroyedTwoSecondsAfterItsEndIfThePeerDoesNotEndToo() {
    int id = connected();
    UdxStream peer = peer(id);
    speaker(id).ended = true;
    carriers.wake(id, nowNanos);
    run(2 * SECOND - 1);
    assertThat(carriers.isThere(id)).isTrue();

    run(1);

    assertThat(carriers.isThere(id)).isFalse();
    assertThat(peer.closeReason()).isEqualTo(CloseReason.RESET);
    assertThat(carriers.nextTimeoutNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void machineLearnsThatThePeerEndedTheStreamAtOnce() {
    int id = connected();
    Speaker speaker = speaker(id);
    peer(id).destroy(nowNanos);
    run(SECOND);
    assertThat(speaker.gone).containsExactly("the peer ended the stream at once");
    Speaker late = speaker(id);
    assertThat(late.gone).containsExactly("the stream ended");
  }

  @Test
  void mistakeInATimerEndsOneStreamAndLeavesTheOthersTheirTimers() {
    List<Speaker> speakers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Speaker speaker = new Speaker();
      speaker.timeoutNanos = nowNanos + SECOND;
      speakers.add(speaker);
      carriers.carry(connected(), speaker, nowNanos);
    }
    Speaker mistaken = speakers.get(5);
    mistaken.mistake = true;

    carriers.onTimeout(nowNanos + SECOND);

    assertThat(speakers).allSatisfy(speaker -> assertThat(speaker.timeouts).isEqualTo(1));
    assertThat(mistaken.gone).containsExactly("we ended the stream");
    assertThat(carriers.count()).isEqualTo(9);
  }

  @Test
  void mistakeOfAMachineThatIsWokenIsNotTheCallers() {
    int id = connected();
    Speaker mistaken = speaker(id);
    mistaken.mistake = true;
    mistaken.toSay.add("never said");

    carriers.wake(id, nowNanos);
    carriers.settle(nowNanos);

    assertThat(mistaken.gone).containsExactly("we ended the stream");
    assertThat(carriers.isThere(id)).isFalse();
  }

  @Test
  void packetThatWasRefusedIsNotHeard() {
    int id = carriers.create((socket, from, now) -> false);
    peer(id).write(US_ASCII.encode("let me in"), nowNanos);
    run(SECOND / 2);
    carriers.connect(id, SOCKET, PEER_ID, PEER, nowNanos);
    assertThat(carriers.isHeard(id)).isFalse();
    run(SECOND);
    assertThat(carriers.isHeard(id)).as("sent again").isTrue();
  }

  @Test
  void messagesOfThePeerAreNotKept() {
    UdxStreams own = new UdxStreams(UdxOptions.DEFAULT);
    UdxStream stream = own.create(1, (socket, from, now) -> true);
    StreamCarrier carrier = new StreamCarrier(stream);
    carrier.connect(SOCKET, PEER_ID, PEER, nowNanos);
    carrier.start(new Speaker());
    UdxStream peer = peer(1);
    peer.sendMessage(ByteBuffer.allocate(1000));
    peers.nextDatagram(out.clear(), nowNanos);
    own.receive(SOCKET, PEER, out.flip(), nowNanos);

    carrier.carry(nowNanos);

    assertThat(stream.nextMessage()).isNull();
  }

  private static ByteBuffer present(@Nullable ByteBuffer bytes) {
    assertThat(bytes).isNotNull();
    return bytes == null ? ByteBuffer.allocate(0) : bytes;
  }
}
