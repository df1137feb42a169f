package dev.usernameregistry.net.punch;

import java.security.SecureRandom;

/** What all punches of a node share. */
public record PunchContext(PunchNode node, PunchBudget budget, SecureRandom random) {}
