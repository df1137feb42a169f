package dev.usernameregistry.log;

import dev.usernameregistry.crypto.Key;

/**
 * Proof that a writer signed two different trees of one length and fork. Anyone who knows the key
 * can check it.
 *
 * @param key the log
 * @param fork the fork of both heads
 * @param length the length at which they differ
 * @param proof encoded, portable
 */
public record Evidence(Key key, long fork, long length, byte[] proof) {}
