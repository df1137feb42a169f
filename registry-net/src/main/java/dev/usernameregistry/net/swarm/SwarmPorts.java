package dev.usernameregistry.net.swarm;

/** The world as a swarm sees it. */
public record SwarmPorts(Discovery discovery, Dialler dialler, Reception reception) {}
