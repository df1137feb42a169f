package dev.usernameregistry.net.netty;

import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.regex.Pattern;

/** What people are told of an address that cannot be had. */
final class Refusal {
  /** What Netty says before the words of the system, as in "bind(..) failed with error(-98): ". */
  private static final Pattern CALL =
      Pattern.compile("^\\w+\\(\\.\\.\\) failed with error\\(-?\\d+\\): ");

  private Refusal() {}

  /**
   * Returns what to throw when a socket cannot be bound: why, and what to do about it.
   *
   * @param doing what is being done with the address, as the beginning of a sentence
   */
  static BindException of(String doing, InetSocketAddress address, Throwable cause) {
    String why = reason(cause, address);
    String advice = advice(address.getAddress(), () -> new DatagramSocket((SocketAddress) null));
    BindException refused =
        new BindException(doing + " " + StreamHandler.text(address) + ": " + why + "; " + advice);
    refused.initCause(cause);
    return refused;
  }

  /** Opens sockets that are not bound yet. */
  interface Sockets {
    DatagramSocket open() throws SocketException;
  }

  /**
   * Returns what to do about it. Finds out by trying what can be done, because the system's words
   * are in the user's language.
   */
  static String advice(InetAddress address, Sockets sockets) {
    try (DatagramSocket any = sockets.open()) {
      return canBind(any, address)
          ? "choose another port, or 0 for any that is free"
          : "name an address of this machine, or 0.0.0.0 for all of them";
    } catch (SocketException none) {
      return "this process can open no more sockets: end some, or raise its limit of open files";
    }
  }

  private static boolean canBind(DatagramSocket any, InetAddress address) {
    try {
      any.bind(new InetSocketAddress(address, 0));
      return true;
    } catch (SocketException refused) {
      return false; // that is the answer
    }
  }

  /** Returns the words of the system, without the address. */
  static String reason(Throwable cause, InetSocketAddress address) {
    String message = String.valueOf(cause.getMessage());
    return CALL.matcher(message).replaceFirst("").replace(": " + address, "");
  }
}
