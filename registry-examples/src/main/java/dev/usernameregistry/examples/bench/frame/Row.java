package dev.usernameregistry.examples.bench.frame;

/**
 * One line of the table.
 *
 * @param id a word that picks it, and finds it again in a later run
 * @param work what is measured, for people
 * @param unit what the figures count
 * @param goal what ours must reach
 */
public record Row(String id, String work, String unit, Goal goal) {}
