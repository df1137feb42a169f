package dev.usernameregistry.examples.nat;

/** What kind of NAT a gateway is. Both let in only what answers something sent out. */
enum Gateway {
  /** A socket keeps its port, whoever it sends to. */
  CONE("masquerade"),
  /** A socket gets a random port for everybody it sends to. */
  SYMMETRIC("masquerade fully-random");

  private final String masquerade;

  Gateway(String masquerade) {
    this.masquerade = masquerade;
  }

  /** Returns the packet rules of a gateway whose public side is {@code interfaceName}. */
  String rules(String interfaceName) {
    String lines =
        """
        table ip gateway {
          chain out {
            type nat hook postrouting priority 100;
            oifname "WAN" MASQUERADE
          }
          chain in {
            type filter hook forward priority 0;
            iifname "WAN" ct state != { established, related } drop
          }
          chain own {
            type filter hook input priority 0;
            iifname "WAN" ct state != { established, related } drop
          }
        }
        """;
    return lines.replace("WAN", interfaceName).replace("MASQUERADE", masquerade);
  }
}
