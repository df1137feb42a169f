package dev.usernameregistry.net.peering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A machine, its key, and what it heard of its connections. */
final class SimulatedPeer implements AcceptListener, DialListener {
  final String name;
  final SimulatedInternet internet;
  final SimulatedMachine machine;
  final KeyPair keyPair;
  final List<Peered> accepted = new ArrayList<>();
  final List<Peered> connected = new ArrayList<>();
  final List<DialFailure> failures = new ArrayList<>();
  @Nullable Listening listening;
  @Nullable Dial dial;

  SimulatedPeer(String name, SimulatedInternet internet, SimulatedMachine machine) {
    this.name = name;
    this.internet = internet;
    this.machine = machine;
    this.keyPair = KeyPair.fromSeed(Blake2b.hash(name.getBytes(StandardCharsets.UTF_8)));
  }

  Key key() {
    return keyPair.publicKey();
  }

  /** Returns the host that peers elsewhere see: that of the NAT, if there is one. */
  int publicHost() {
    return machine.lan == null ? machine.address.host() : machine.lan.publicHost;
  }

  void listen() {
    listen(ListenOptions.DEFAULT);
  }

  void listen(ListenOptions options) {
    listening = machine.peering.listen(keyPair, options, this, internet.nowNanos);
  }

  Listening listening() {
    if (listening == null) {
      throw new AssertionError(name + " does not listen");
    }
    return listening;
  }

  Dial dial() {
    if (dial == null) {
      throw new AssertionError(name + " has not dialled");
    }
    return dial;
  }

  void dial(SimulatedPeer server) {
    dial(server.key(), List.of(), DialOptions.DEFAULT);
  }

  void dial(Key server, List<Ipv4Address> relays, DialOptions options) {
    dial = machine.peering.dial(keyPair, server, relays, options, this, internet.nowNanos);
  }

  FakeStreams.Stream stream(Peered peered) {
    return machine.streams.get(peered.streamId());
  }

  /** Returns whether {@code peered} of ours has greeted, and was greeted by, that of another. */
  boolean isJoined(Peered peered, SimulatedPeer other, Peered others) {
    return stream(peered).heard.contains(others.streamId())
        && other.stream(others).heard.contains(peered.streamId());
  }

  @Override
  public void accepted(Peered peered, long nowNanos) {
    assertThat(peered.keys().initiator()).isFalse();
    accepted.add(peered);
  }

  @Override
  public void connected(Peered peered, long nowNanos) {
    assertThat(peered.keys().initiator()).isTrue();
    connected.add(peered);
  }

  @Override
  public void failed(DialFailure failure, long nowNanos) {
    failures.add(failure);
  }
}
