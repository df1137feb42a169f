/**
 * Times of a clock that may wrap, as {@link System#nanoTime} may; see {@code TimesTest}. All that
 * the other rooms know of time: they are told it, and never look at a clock.
 */
@NullMarked
package dev.usernameregistry.net.time;

import org.jspecify.annotations.NullMarked;
