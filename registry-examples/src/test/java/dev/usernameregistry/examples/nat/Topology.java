package dev.usernameregistry.examples.nat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Two private hosts, their gateways, and public nodes, all joined by one router.
 *
 * <pre>
 * left host         left gateway                router           right gateway        right host
 * 10.77.1.2 ---- 10.77.1.1  11.22.1.2 ---- 11.22.x.1 ---- 11.22.2.2  10.77.2.1 ---- 10.77.2.2
 *                                               |
 *                          public nodes 11.22.10.2, 11.22.11.2, ...
 * </pre>
 *
 * <p>The router drops what has less than {@link #HOPS} hops left, as if it were that far from one
 * gateway to the other. The public addresses are nobody's private ones, because peers treat those
 * in another way; they exist in these namespaces only.
 */
final class Topology implements AutoCloseable {
  /** Public nodes: enough for a socket to learn of its NAT, and one more. */
  static final int PUBLIC_NODES = 4;

  private static final int HOPS = 32;
  private static final Pattern OURS = Pattern.compile("^(nat([0-9]+)-[0-9a-z-]+)");
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final String prefix =
      "nat" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
  private final Deque<Namespace> made = new ArrayDeque<>();
  private final List<Namespace> publicNodes = new ArrayList<>();
  private final Thread atExit = new Thread(this::removeAll, "remove-namespaces");
  private final Namespace left;
  private final Namespace right;

  /** Makes all of it, or nothing if something fails. */
  Topology(Gateway leftGateway, Gateway rightGateway) {
    Runtime.getRuntime().addShutdownHook(atExit);
    try {
      Namespace router = make("router");
      router.forward();
      router.rules(
          "table ip far { chain passing { type filter hook forward priority 0; ip ttl < "
              + HOPS
              + " drop; }; }");
      left = behind(router, "left", 1, leftGateway);
      right = behind(router, "right", 2, rightGateway);
      for (int i = 0; i < PUBLIC_NODES; i++) {
        Namespace node = make("public" + i);
        join(node, router, 10 + i);
        publicNodes.add(node);
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Returns why this machine cannot do it; empty if it can. */
  static Optional<String> obstacle() {
    String name = "nat" + ProcessHandle.current().pid() + "-trial";
    try (Namespace trial = new Namespace(name)) {
      removeAbandoned();
      trial.rules(Gateway.SYMMETRIC.rules("wan"));
      return Optional.empty();
    } catch (Commands.FailedException e) {
      return Optional.of(
          "network namespaces with NAT need Linux, root, ip and nft: " + e.getMessage());
    }
  }

  /** Removes what test runs left that were killed. */
  private static void removeAbandoned() {
    for (String line : Commands.run(List.of("ip", "netns", "list")).lines().toList()) {
      Matcher ours = OURS.matcher(line);
      if (ours.find() && ProcessHandle.of(Long.parseLong(ours.group(2))).isEmpty()) {
        Commands.run(List.of("ip", "netns", "delete", ours.group(1)));
      }
    }
  }

  /** Returns the private host on the left. */
  Namespace left() {
    return left;
  }

  /** Returns the private host on the right. */
  Namespace right() {
    return right;
  }

  /** Returns the host under which the world sees the left host. */
  static String leftPublicHost() {
    return "11.22.1.2";
  }

  /** Returns the host under which the world sees the right host. */
  static String rightPublicHost() {
    return "11.22.2.2";
  }

  Namespace publicNode(int number) {
    return publicNodes.get(number);
  }

  static String publicHost(int number) {
    return "11.22." + (10 + number) + ".2";
  }

  private Namespace behind(Namespace router, String side, int number, Gateway kind) {
    Namespace gateway = make(side + "-gateway");
    gateway.forward();
    join(gateway, router, number);
    gateway.rules(kind.rules("wan"));
    Namespace host = make(side);
    String inner = "10.77." + number + ".";
    host.connect("eth", inner + "2", gateway, "lan", inner + "1");
    host.routeThrough(inner + "1");
    return host;
  }

  private static void join(Namespace node, Namespace router, int number) {
    String network = "11.22." + number + ".";
    node.connect("wan", network + "2", router, "to" + number, network + "1");
    node.routeThrough(network + "1");
  }

  private Namespace make(String what) {
    Namespace namespace = new Namespace(prefix + "-" + what);
    made.push(namespace);
    return namespace;
  }

  /** Removes all namespaces; programs in them should have ended. */
  @Override
  public void close() {
    removeAll();
    Runtime.getRuntime().removeShutdownHook(atExit);
  }

  private synchronized void removeAll() {
    for (Namespace namespace; (namespace = made.poll()) != null; ) {
      namespace.close();
    }
  }
}
