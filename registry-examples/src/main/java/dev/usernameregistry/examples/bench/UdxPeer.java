package dev.usernameregistry.examples.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.usernameregistry.examples.terminal.JsonLines;
import dev.usernameregistry.net.netty.DatagramDriver;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * One end of UDX streams on loopback, in a process of its own. Takes the commands of {@code
 * udx-peer.mjs} and gives the same answers; ends at the end of input.
 */
final class UdxPeer {
  private UdxPeer() {}

  /** Runs until the end of input. */
  public static void main(String[] arguments) throws IOException {
    JsonLines lines = new JsonLines(System.out);
    ObjectMapper json = new ObjectMapper();
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (DatagramDriver driver = new DatagramDriver(task -> new Thread(task, "udx-peer"))) {
      InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
      int port = driver.bind(UdxMachine.SOCKET, new InetSocketAddress(loopback, 0));
      UdxMachine machine = new UdxMachine(lines);
      driver.start(machine);
      lines.say(JsonLines.event("ready").put("port", port));
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        JsonNode command = json.readTree(line);
        driver.execute(
            () -> {
              machine.carryOut(command, System.nanoTime());
              driver.wake();
            });
      }
    }
  }
}
