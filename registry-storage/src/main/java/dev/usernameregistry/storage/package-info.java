/**
 * Storage on RocksDB: one database in one folder for all logs and tables of a user; every commit is
 * one atomic write.
 *
 * <p>The database holds these records. Numbers are big-endian, so that the records of one log lie
 * together, and its blocks in order.
 *
 * <pre>
 * key                          bytes  value
 * 0                                1  format: "username registry" in ASCII, version (2 bytes)
 * 1, log key (32)                 33  log id (4); highest bit: the log keeps nodes with blocks
 * 2                                1  next log id (4); ids are never used again
 * 3, log id (4), 0                 6  state of the log, as LogState encodes it
 * 3, log id (4), 0, 1              7  manifest of the log, if the state has none
 * 3, log id (4), 1, index (8)     14  tree node that is not with a block: size (8), hash (32)
 * 3, log id (4), 2, block (8)     14  value of the block; with nodes, as BlockRecord has it
 * 4, table name, 0, row key           value of the row
 * </pre>
 *
 * <p>Nodes that a block completes lie with it, if they were stored along with it: one record where
 * there were three. This is format 2; format 1 had no nodes with blocks, and is read too, as are
 * logs of peers that kept theirs apart in an earlier version of format 2.
 *
 * <p>A log has its id from its first commit on: a record under a 4-byte id costs a fraction of one
 * under a 32-byte key. The state is written with each commit, and so has no manifest that is large;
 * that is written once. Beside RocksDB's own files the folder holds {@code FLOOR}; see {@code
 * SequenceFloor}.
 *
 * <p>Does what {@code StorageContract} in registry-core asks of every storage; see {@code
 * RocksStorageTest} and {@code RecordFormatTest}, and {@code CrashTest} for killed processes and
 * {@code CorruptionTest} for damaged files.
 */
@NullMarked
package dev.usernameregistry.storage;

import org.jspecify.annotations.NullMarked;
