/** Logs, their Merkle tree, the sorted view over them, and the username registry. */
module dev.usernameregistry.core {
  requires static transitive org.jspecify;
  requires org.bouncycastle.provider;
  requires transitive com.fasterxml.jackson.databind;
  requires org.slf4j;

  uses java.security.Provider;

  exports dev.usernameregistry;
  exports dev.usernameregistry.bee;
  exports dev.usernameregistry.claims;
  exports dev.usernameregistry.codec;
  exports dev.usernameregistry.crypto;
  exports dev.usernameregistry.log;
  exports dev.usernameregistry.memory;
  exports dev.usernameregistry.store;
  exports dev.usernameregistry.tree;
}
