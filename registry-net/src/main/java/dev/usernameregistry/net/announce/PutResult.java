package dev.usernameregistry.net.announce;

/**
 * What became of a value.
 *
 * @param storedCount nodes that store it now, at most 20
 * @param seqReusedCount nodes that have another signed value with the same number
 * @param seqTooLowCount nodes that have one with a higher number
 */
public record PutResult(int storedCount, int seqReusedCount, int seqTooLowCount) {}
