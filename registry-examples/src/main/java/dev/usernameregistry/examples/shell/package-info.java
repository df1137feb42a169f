/**
 * A registry at a prompt, for people, or at the end of a pipe, for programs: one command a line in,
 * and answers and news out, in text or in JSON.
 *
 * <p>{@code JsonAnswers} has the table of the JSON; see {@code ShellTest} for every answer, and
 * {@code ShellProcessTest} and {@code SwarmProcessTest} for shells that meet.
 */
@NullMarked
package dev.usernameregistry.examples.shell;

import org.jspecify.annotations.NullMarked;
