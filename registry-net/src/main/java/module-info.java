/** Encrypted replication of logs between peers, and the network that a registry uses. */
module dev.usernameregistry.net {
  requires static transitive org.jspecify;
  requires transitive dev.usernameregistry.core;
  requires org.bouncycastle.provider;

  exports dev.usernameregistry.net.noise;
}
