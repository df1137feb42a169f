package dev.usernameregistry.net.punch;

import dev.usernameregistry.codec.Ipv4Address;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One punch from the end of the handshake to the first packets of the stream in both directions, or
 * to its failure, over a {@link SimulatedAir}.
 */
final class SimulatedPunch {
  private static final int STREAM_PACKETS = 20;
  private static final byte[] SECRET = new byte[32];

  final SimulatedAir air;
  final SimulatedHost clientHost;
  final SimulatedHost serverHost;
  final List<String> outcomes = new ArrayList<>();

  /** The relay of the client; node 0 unless a test wants another than the server's. */
  Ipv4Address clientRelay = SimulatedAir.node(0);

  List<Ipv4Address> serverRelayNodes = List.of(SimulatedAir.node(0), SimulatedAir.node(1));
  byte[] clientSecret = SECRET;
  boolean patient;

  @Nullable ClientPunch client;
  @Nullable ServerPunch server;
  @Nullable PunchFailure clientFailure;
  @Nullable PunchFailure serverFailure;
  boolean clientConnected;
  boolean clientHeard;
  boolean serverHeard;

  private final long seed;

  SimulatedPunch(SimulatedNat.Kind clientNat, SimulatedNat.Kind serverNat, long seed) {
    this.seed = seed;
    air = new SimulatedAir(seed);
    clientHost = host(clientNat, "5.5.5.5");
    serverHost = host(serverNat, "6.6.6.6");
  }

  private SimulatedHost host(SimulatedNat.Kind kind, String host) {
    int publicHost = Ipv4Address.of(host, 0).host();
    return new SimulatedHost(air, new SimulatedNat(kind, publicHost, air.random));
  }

  /** Runs from the handshake on; returns whether all was over in time. */
  boolean run(long limitNanos) {
    start();
    return air.run(limitNanos);
  }

  /** Does the handshake, without loss, and starts both machines. */
  void start() {
    Ipv4Address clientAddress = clientHost.nat().out(0, clientRelay);
    List<PunchRelay> relays = new ArrayList<>();
    for (Ipv4Address node : serverRelayNodes) {
      relays.add(new PunchRelay(node, serverHost.nat().out(0, node)));
    }
    ServerPunch serving =
        new ServerPunch(
            serverHost.context(seed + 1),
            new ServerPunch.Setup(SECRET, NatKind.UNKNOWN, clientAddress, patient),
            new Ending(false));
    server = serving;
    serverHost.side = new ServerSide(serving);
    serving.start(air.nowNanos);
    serverHost.nat().out(0, clientRelay);
    Ipv4Address serverAddress = serverHost.nat().out(serving.socket(), clientRelay);
    ClientPunch dialling =
        new ClientPunch(
            clientHost.context(seed + 2),
            new ClientPunch.Setup(
                clientSecret, NatKind.UNKNOWN, serverAddress, clientRelay, relays, patient),
            new Ending(true));
    client = dialling;
    clientHost.side = new ClientSide(dialling);
    dialling.start(air.nowNanos);
  }

  boolean bothDone() {
    return client != null && client.isDone() && server != null && server.isDone();
  }

  boolean isConnected() {
    return clientHeard && serverHeard;
  }

  static byte[] wrongSecret() {
    byte[] wrong = new byte[32];
    Arrays.fill(wrong, (byte) 9);
    return wrong;
  }

  private void stream(SimulatedHost host, int socket, Ipv4Address to, int left) {
    if (left > 0 && !(clientHeard && serverHeard) && host.open.contains(socket)) {
      host.send(socket, to, 64, new SimulatedAir.Udx(left));
      air.after(200 * SimulatedAir.MILLI, () -> stream(host, socket, to, left - 1));
    }
  }

  /** What each side is told at the end; twice is a bug. */
  private final class Ending implements PunchListener {
    private final boolean ofClient;

    Ending(boolean ofClient) {
      this.ofClient = ofClient;
    }

    @Override
    public void connected(int socket, Ipv4Address remote, long nowNanos) {
      outcomes.add("client connected");
      clientConnected = true;
      stream(clientHost, socket, remote, STREAM_PACKETS);
    }

    @Override
    public void failed(PunchFailure reason, long nowNanos) {
      outcomes.add((ofClient ? "client " : "server ") + reason);
      if (ofClient) {
        clientFailure = reason;
      } else {
        serverFailure = reason;
      }
    }
  }

  private final class ClientSide implements SimulatedHost.Side {
    private final ClientPunch punch;

    ClientSide(ClientPunch punch) {
      this.punch = punch;
    }

    @Override
    public void probed(int socket, Ipv4Address from) {
      punch.probe(socket, from, air.nowNanos);
    }

    @Override
    public void streamed(int socket, Ipv4Address from) {
      clientHeard = true;
    }

    @Override
    public void onTimeout(long nowNanos) {
      punch.onTimeout(nowNanos);
    }

    @Override
    public long nextTimeoutNanos() {
      return punch.nextTimeoutNanos();
    }
  }

  private final class ServerSide implements SimulatedHost.Side {
    private final ServerPunch punch;

    ServerSide(ServerPunch punch) {
      this.punch = punch;
    }

    @Override
    public void probed(int socket, Ipv4Address from) {
      punch.probe(socket, from, air.nowNanos);
    }

    @Override
    public void asked(int socket, Ipv4Address from, SimulatedAir.Relayed request) {
      HolepunchMessage message = request.message();
      PunchRequest asked =
          new PunchRequest(
              message.payload(),
              SimulatedAir.otherEnd(message),
              from,
              request.to(),
              socket,
              serverRelayNodes.contains(from));
      punch.receive(asked, (from2, payload) -> answer(from2, payload, request, from), air.nowNanos);
    }

    private void answer(
        int socket, byte[] payload, SimulatedAir.Relayed request, Ipv4Address relay) {
      HolepunchMessage message =
          new HolepunchMessage(
              HolepunchMessage.FROM_SERVER, 0, payload, request.message().peerAddress());
      int from = socket == PunchNode.REQUEST_SOCKET ? 0 : socket;
      serverHost.send(from, relay, 64, new SimulatedAir.Relayed(request.tid(), message, relay));
    }

    @Override
    public void streamed(int socket, Ipv4Address from) {
      if (!serverHeard && punch.owns(socket)) {
        serverHeard = true;
        punch.close(socket, air.nowNanos);
        stream(serverHost, socket, from, STREAM_PACKETS);
      }
    }

    @Override
    public void onTimeout(long nowNanos) {
      punch.onTimeout(nowNanos);
    }

    @Override
    public long nextTimeoutNanos() {
      return punch.nextTimeoutNanos();
    }
  }
}
