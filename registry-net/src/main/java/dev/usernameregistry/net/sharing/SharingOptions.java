package dev.usernameregistry.net.sharing;

import dev.usernameregistry.net.noise.SecretStreamOptions;

/**
 * Limits of what one registry shares.
 *
 * @param pendingMax inbound connections whose handshake may be under way at a time
 * @param connectionsMax connections, beyond which no more are accepted; see {@link GivingWay}
 * @param unfinishedBytesMax bytes of unfinished messages that all connections together may keep;
 *     beyond it the connection with the most ends
 * @param stream limits of each encrypted stream
 */
public record SharingOptions(
    int pendingMax, int connectionsMax, long unfinishedBytesMax, SecretStreamOptions stream) {
  /**
   * 64 handshakes, 256 connections, and an eighth of the most memory that the JVM takes for
   * unfinished messages.
   */
  public static final SharingOptions DEFAULT =
      new SharingOptions(
          64, 256, Runtime.getRuntime().maxMemory() / 8, SecretStreamOptions.DEFAULT);
}
