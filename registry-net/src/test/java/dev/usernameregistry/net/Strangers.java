package dev.usernameregistry.net;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.crypto.Key;
import java.util.Random;

/**
 * Datagrams that nobody honest sends, for every entry that a node has: noise, requests of all
 * commands with wrong contents, replies that nobody asked for, stream packets, and probes; from few
 * hosts and from many, spoofed ones among them.
 */
final class Strangers {
  private static final int COMMANDS = 12;
  private static final int VALUE_BYTES_MAX = 1100;

  private final Random random;
  private final byte[] target;
  private byte[] last = new byte[1];

  /**
   * @param victim the key whose hash is asked for now and then
   */
  Strangers(Random random, Key victim) {
    this.random = random;
    target = Blake2b.hash(victim.bytes());
  }

  int socket() {
    return random.nextInt(2);
  }

  Ipv4Address address() {
    int host = random.nextInt(3) == 0 ? 0x0b010203 : random.nextInt();
    return new Ipv4Address(host, random.nextInt(1 << 16));
  }

  byte[] datagram() {
    byte[] made =
        switch (random.nextInt(8)) {
          case 0 -> noise(random.nextInt(1473));
          case 1, 2, 3 -> request();
          case 4 -> reply();
          case 5 -> streamPacket();
          case 6 -> noise(1);
          default -> changed(last);
        };
    last = made;
    return made;
  }

  private byte[] noise(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] changed(byte[] bytes) {
    byte[] other = bytes.clone();
    for (int i = 0; i < 1 + random.nextInt(3) && other.length > 0; i++) {
      other[random.nextInt(other.length)] = (byte) random.nextInt();
    }
    return other;
  }

  private byte[] request() {
    int flags = random.nextInt(32);
    WireWriter out = new WireWriter();
    out.fixedUint(0x03, 1).fixedUint(flags, 1).fixedUint(random.nextInt(1 << 16), 2);
    out.raw(noise(Ipv4Address.BYTES));
    ifSet(out, flags, 1, noise(Key.BYTES));
    ifSet(out, flags, 2, noise(Key.BYTES));
    out.uint(random.nextInt(COMMANDS));
    ifSet(out, flags, 8, random.nextBoolean() ? target : noise(Key.BYTES));
    if ((flags & 16) != 0) {
      out.bytes(value());
    }
    return out.toByteArray();
  }

  private static void ifSet(WireWriter out, int flags, int flag, byte[] bytes) {
    if ((flags & flag) != 0) {
      out.raw(bytes);
    }
  }

  /** A value that looks like a message of a handshake, or of an announcement, or like nothing. */
  private byte[] value() {
    if (random.nextBoolean()) {
      return noise(random.nextInt(VALUE_BYTES_MAX));
    }
    WireWriter out = new WireWriter();
    int flags = random.nextInt(16);
    out.uint(flags).uint(random.nextInt(5)).bytes(noise(random.nextInt(300)));
    out.raw(noise(random.nextInt(80)));
    return out.toByteArray();
  }

  private byte[] reply() {
    int flags = random.nextInt(32);
    WireWriter out = new WireWriter();
    out.fixedUint(0x13, 1).fixedUint(flags, 1).fixedUint(random.nextInt(1 << 16), 2);
    out.raw(noise(Ipv4Address.BYTES));
    ifSet(out, flags, 1, noise(Key.BYTES));
    ifSet(out, flags, 2, noise(Key.BYTES));
    if ((flags & 4) != 0) {
      int count = random.nextInt(30);
      out.uint(count).raw(noise(Ipv4Address.BYTES * count));
    }
    if ((flags & 8) != 0) {
      out.uint(random.nextInt(20));
    }
    if ((flags & 16) != 0) {
      out.bytes(value());
    }
    return out.toByteArray();
  }

  private byte[] streamPacket() {
    byte[] bytes = noise(20 + random.nextInt(60));
    bytes[0] = (byte) 0xff;
    bytes[1] = 1;
    return bytes;
  }
}
