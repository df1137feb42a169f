/**
 * One peer's session on one log: requests, data, ranges.
 *
 * <p>Compatible with hypercore/alpha as Hypercore 11 speaks it; see {@code MessageVectorsTest} and
 * {@code RecordedSessionsTest}. Nothing here opens a socket, starts a thread or looks at a clock;
 * what must wait for a disk is handed out as {@link dev.usernameregistry.net.replication.Work}.
 */
@NullMarked
package dev.usernameregistry.net.replication;

import org.jspecify.annotations.NullMarked;
