package dev.usernameregistry.storage;

import org.rocksdb.InfoLogLevel;
import org.rocksdb.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes RocksDB's warnings and errors on, which it would else write to files in the folder. Why
 * one could not be opened is no news: whoever opens it is told in an exception.
 */
final class NativeWarnings extends Logger {
  private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(RocksStorage.class);

  NativeWarnings() {
    super(InfoLogLevel.WARN_LEVEL);
  }

  @Override
  protected void log(InfoLogLevel level, String message) {
    if (Failures.isThrownToo(message)) {
      LOG.debug("{}", message);
    } else if (level == InfoLogLevel.WARN_LEVEL) {
      LOG.warn("{}", message);
    } else {
      LOG.error("{}", message);
    }
  }
}
