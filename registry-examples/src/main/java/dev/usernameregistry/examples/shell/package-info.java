/**
 * A registry at a prompt, for people, or at the end of a pipe, for programs: one command a line in,
 * and answers and news out, in text or in JSON.
 *
 * <p>{@code JsonAnswers} has the table of the JSON; see {@code ShellNamesTest} and {@code
 * ShellNetworkTest} for every answer, {@code ShellTest} for what is asked wrongly, and {@code
 * ShellProcessTest} and {@code SwarmProcessTest} for shells that meet.
 */
@NullMarked
package dev.usernameregistry.examples.shell;

import org.jspecify.annotations.NullMarked;
