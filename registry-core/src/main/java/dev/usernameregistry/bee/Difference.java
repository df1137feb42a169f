package dev.usernameregistry.bee;

import org.jspecify.annotations.Nullable;

/**
 * A key that was put by different blocks in two versions, or is in one of them only. At least one
 * side is not null, and both have the same key.
 *
 * @param left the entry in the version that was asked, or null if the key is not there
 * @param right the entry in the version it was compared with, or null if the key is not there
 */
public record Difference(@Nullable Entry left, @Nullable Entry right) {}
