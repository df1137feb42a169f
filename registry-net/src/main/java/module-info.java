/** Encrypted replication of logs between peers, and the network that a registry uses. */
module dev.usernameregistry.net {
  requires static transitive org.jspecify;
  requires transitive dev.usernameregistry.core;
  requires io.netty.buffer;
  requires io.netty.common;
  requires io.netty.transport;
  requires io.netty.transport.classes.epoll;
  requires io.netty.transport.unix.common;
  requires org.bouncycastle.provider;
  requires org.slf4j;

  exports dev.usernameregistry.net;
}
