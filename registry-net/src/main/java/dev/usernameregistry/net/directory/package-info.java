/**
 * Which registries exist: what our own peers tell each other on a channel of their own.
 *
 * <p>The specification is {@code .github/protocol/directory.md}; see {@code DirectoryHelloTest} and
 * {@code IntroductionsTest}.
 */
@NullMarked
package dev.usernameregistry.net.directory;

import org.jspecify.annotations.NullMarked;
