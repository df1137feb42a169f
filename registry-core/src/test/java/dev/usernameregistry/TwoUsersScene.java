package dev.usernameregistry;

import org.junit.jupiter.api.AfterEach;

/** Two users, who are not connected at first. */
abstract class TwoUsersScene {
  final Users users = new Users(7);
  final Users.User alice = users.user("Alice");
  final Users.User bob = users.user("Bob");

  @AfterEach
  void close() {
    users.close();
  }

  /** Connects the two and lets everything come of it. */
  final void meet() {
    users.meet(alice, bob);
  }

  /**
   * Has each register the same name at a time of its own, while they know nothing of each other.
   */
  final void bothRegister(String name, long millisOfAlice, long millisOfBob) {
    alice.nowMillis.set(millisOfAlice);
    bob.nowMillis.set(millisOfBob);
    alice.registry.register(name);
    bob.registry.register(name);
  }
}
