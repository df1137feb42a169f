package dev.usernameregistry.examples.demo;

/**
 * Somebody in the demo.
 *
 * @param name what the user is called
 * @param username the name that the user registers
 * @param city goes into the profile
 */
record Role(String name, String username, String city) {}
