package dev.usernameregistry.net.mux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireWriter;
import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a peer can make us keep whose opens are not answered, or are answered again and again. */
class MuxBoundsTest {
  private static final byte[] NOTHING = {};

  private final Mux mux = new Mux(Map.of());

  @Test
  void handshakesThatWaitAreBounded() {
    int asked = 0;
    for (int number = 1; number <= 100; number++) {
      mux.receive(open(number, "p" + number, NOTHING, new byte[100_000]));
      asked += asked();
    }

    assertThat(asked).isEqualTo(RemoteChannels.WAITING_BYTES_MAX / 100_512);
  }

  @Test
  void namesThatWaitAreBounded() {
    int asked = 0;
    for (int number = 1; number <= 100; number++) {
      mux.receive(open(number, "p".repeat(20_000) + number, new byte[60_000], NOTHING));
      asked += asked();
    }

    assertThat(asked).isBetween(1, RemoteChannels.WAITING_BYTES_MAX / 80_000);
  }

  @Test
  void largeMessagesThatWaitAreBounded() {
    mux.receive(open(1, "p", NOTHING, NOTHING));
    assertThat(asked()).isEqualTo(1);
    for (int i = 0; i < 3; i++) {
      mux.receive(message(1, 300_000));
      assertThat(mux.nextEvent()).isNull();
    }

    mux.receive(message(1, 300_000));
    assertThatThrownBy(mux::nextEvent)
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("not answered");
  }

  @Test
  void messagesThatWaitLeaveNoRoomForHandshakes() {
    mux.receive(open(1, "p", NOTHING, NOTHING));
    mux.receive(message(1, 700_000));
    assertThat(asked()).isEqualTo(1);

    mux.receive(open(2, "q", NOTHING, new byte[400_000]));

    assertThat(asked()).isZero();
  }

  @Test
  void whatIsAnsweredWaitsNoMore() {
    for (int round = 0; round < 100; round++) {
      Pair pair = new Pair("p" + round, NOTHING);
      mux.receive(open(1, pair.protocol(), NOTHING, new byte[100_000]));
      mux.receive(message(1, 100_000));
      assertThat(asked()).as("asked in round " + round).isEqualTo(1);
      if (round % 3 == 0) {
        mux.reject(pair);
      } else if (round % 3 == 1) {
        mux.receive(close(1));
        assertThat(mux.nextEvent()).isNull();
      } else {
        mux.open(pair, NOTHING).close();
      }
      assertThat(mux.unansweredPairs()).isZero();
    }
  }

  @Test
  void rejectedOpensAreForgotten() {
    for (int number = 1; number <= 20; number++) {
      mux.receive(open(number, "p", NOTHING, new byte[100_000]));
    }
    assertThat(asked()).isEqualTo(10);
    mux.receive(open(21, "no room", NOTHING, new byte[100_000]));
    assertThat(asked()).isZero();
    assertThat(mux.unansweredPairs()).isEqualTo(1);

    Pair ours = new Pair("ours", NOTHING);
    mux.open(ours, NOTHING);
    assertThat(mux.unansweredPairs()).isEqualTo(2);
    mux.receive(reject(1));
    mux.reject(new Pair("p", NOTHING));
    assertThat(mux.nextEvent()).isInstanceOf(MuxEvent.Closed.class);

    assertThat(mux.unansweredPairs()).isZero();
  }

  @Test
  void openThatThePeerAnswersIsForgotten() {
    mux.open(new Pair("p", NOTHING), NOTHING);
    mux.receive(open(1, "p", NOTHING, NOTHING));
    assertThat(mux.nextEvent()).isInstanceOf(MuxEvent.Opened.class);

    assertThat(mux.unansweredPairs()).isZero();
  }

  @Test
  void pairsWithTheSameHashAreToldApart() {
    assertThat("BB".hashCode()).isEqualTo("Aa".hashCode());
    mux.open(new Pair("Aa", NOTHING), NOTHING);
    mux.receive(open(1, "BB", NOTHING, NOTHING));

    assertThat(asked()).isEqualTo(1);
  }

  /** Returns how many opens the peer waits for an answer to, of those that came. */
  private int asked() {
    int asked = 0;
    for (MuxEvent event; (event = mux.nextEvent()) != null; ) {
      asked += event instanceof MuxEvent.Asked ? 1 : 0;
    }
    return asked;
  }

  private static ByteBuffer open(int number, String protocol, byte[] id, byte[] handshake) {
    WireWriter out = new WireWriter().uint(0).uint(Item.Open.TYPE).uint(number);
    return ByteBuffer.wrap(out.string(protocol).bytes(id).raw(handshake).toByteArray());
  }

  private static ByteBuffer message(int channel, int byteCount) {
    WireWriter out = new WireWriter().uint(channel).uint(0).raw(new byte[byteCount]);
    return ByteBuffer.wrap(out.toByteArray());
  }

  private static ByteBuffer close(int number) {
    WireWriter out = new WireWriter().uint(0).uint(Item.Close.TYPE).uint(number);
    return ByteBuffer.wrap(out.toByteArray());
  }

  private static ByteBuffer reject(int number) {
    WireWriter out = new WireWriter().uint(0).uint(Item.Reject.TYPE).uint(number);
    return ByteBuffer.wrap(out.toByteArray());
  }
}
