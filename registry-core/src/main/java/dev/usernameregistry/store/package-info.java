/**
 * One user's logs: the primary key, the logs named under it, and opening a log by name or key.
 *
 * <p>Compatible with Corestore 7; see {@code StoreVectorsTest}.
 */
@NullMarked
package dev.usernameregistry.store;

import org.jspecify.annotations.NullMarked;
