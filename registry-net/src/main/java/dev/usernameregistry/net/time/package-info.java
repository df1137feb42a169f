/**
 * Times of a clock that may wrap, as {@link System#nanoTime} may; see {@code TimesTest}. The
 * protocols compare what they are told of time with these, and never look at a clock.
 */
@NullMarked
package dev.usernameregistry.net.time;

import org.jspecify.annotations.NullMarked;
