/**
 * Claims on names, the order that decides among them, and the index that merges the claims of all
 * registries.
 *
 * <p>Records as the original application writes them (JSON in a bee of utf-8 keys); see {@code
 * RecordTest}, {@code ClaimIndexTest} and {@code ConvergenceTest}.
 */
@NullMarked
package dev.usernameregistry.claims;

import org.jspecify.annotations.NullMarked;
