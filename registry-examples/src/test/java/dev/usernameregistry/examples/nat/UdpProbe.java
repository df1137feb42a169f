package dev.usernameregistry.examples.nat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/**
 * A program that the test runs inside namespaces, to see what the NATs between them do.
 *
 * <pre>
 * echo PORT PORT                    tells who sends to the first port from where it is seen; tells
 *                                   who sends "other" the same from the second port
 * ask LOCALPORT TEXT HOST:PORT...   sends TEXT to each from one socket, prints the answers
 * punch LOCALPORT HOST:PORT COUNT   sends there so many times, or until a little after it heard the
 *                                   other side do the same; prints whether it did
 * </pre>
 */
final class UdpProbe {
  /** Printed when nothing came. */
  static final String SILENCE = "silence";

  /** Printed when the other side was heard. */
  static final String PUNCHED = "punched";

  private static final int TRIES = 4;
  private static final int TRY_MILLIS = 300;
  private static final int PUNCHES_AFTERWARDS = 10;
  private static final int PUNCH_MILLIS = 100;

  private UdpProbe() {}

  /** Does what the arguments say. */
  public static void main(String[] arguments) throws IOException {
    switch (arguments[0]) {
      case "echo" -> echo(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
      case "ask" -> ask(arguments);
      case "punch" -> punch(arguments);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private static void echo(int port, int otherPort) throws IOException {
    try (DatagramSocket socket = new DatagramSocket(port);
        DatagramSocket other = new DatagramSocket(otherPort)) {
      System.out.println("ready");
      while (true) {
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        socket.receive(packet);
        String seen = packet.getAddress().getHostAddress() + ":" + packet.getPort();
        DatagramSocket from = text(packet).equals("other") ? other : socket;
        from.send(packet(seen, (InetSocketAddress) packet.getSocketAddress()));
      }
    }
  }

  private static void ask(String[] arguments) throws IOException {
    try (DatagramSocket socket = new DatagramSocket(Integer.parseInt(arguments[1]))) {
      for (int i = 3; i < arguments.length; i++) {
        System.out.println(answer(socket, packet(arguments[2], address(arguments[i]))));
      }
    }
  }

  private static String answer(DatagramSocket socket, DatagramPacket question) throws IOException {
    socket.setSoTimeout(TRY_MILLIS);
    for (int i = 0; i < TRIES; i++) {
      socket.send(question);
      try {
        DatagramPacket answer = new DatagramPacket(new byte[100], 100);
        socket.receive(answer);
        return text(answer);
      } catch (SocketTimeoutException e) {
        // once more, or silence
      }
    }
    return SILENCE;
  }

  private static void punch(String[] arguments) throws IOException {
    boolean heard = false;
    try (DatagramSocket socket = new DatagramSocket(Integer.parseInt(arguments[1]))) {
      socket.setSoTimeout(PUNCH_MILLIS);
      for (int left = Integer.parseInt(arguments[3]); left > 0; left--) {
        socket.send(packet("punch", address(arguments[2])));
        try {
          DatagramPacket packet = new DatagramPacket(new byte[100], 100);
          socket.receive(packet);
          left = heard ? left : Math.min(left, PUNCHES_AFTERWARDS);
          heard = true;
        } catch (SocketTimeoutException e) {
          // the other side may not have begun
        }
      }
    }
    System.out.println(heard ? PUNCHED : SILENCE);
  }

  private static DatagramPacket packet(String text, InetSocketAddress to) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return new DatagramPacket(bytes, bytes.length, to);
  }

  private static String text(DatagramPacket packet) {
    return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
  }

  private static InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    return new InetSocketAddress(
        text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
  }
}
