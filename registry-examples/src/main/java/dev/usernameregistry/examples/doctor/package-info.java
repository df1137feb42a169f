/**
 * A program that says what keeps peers apart on this machine, and what to do about it: one check
 * for each thing that can be in the way, none of which waits for ever.
 *
 * <p>See {@code DoctorTest} for the checks one by one, and {@code DoctorProcessTest} for the
 * program on a DHT.
 */
@NullMarked
package dev.usernameregistry.examples.doctor;

import org.jspecify.annotations.NullMarked;
