package dev.usernameregistry.storage;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.RegisterResult;
import dev.usernameregistry.UsernameRegistry;
import java.nio.file.Path;

/** A process that registers names until it is killed, and prints each when it is registered. */
final class RegisteringChild {
  private RegisteringChild() {}

  /** Takes the folder and the durability. */
  public static void main(String[] args) {
    System.out.println("opening");
    UsernameRegistry registry =
        UsernameRegistry.builder()
            .registeredBy("Alice")
            .storage(RocksStorage.at(Path.of(args[0])).durability(Durability.valueOf(args[1])))
            .open();
    for (int number = registry.listAll().size(); ; number++) {
      RegisterResult result = registry.register(name(number), profile(number));
      if (!(result instanceof RegisterResult.Registered)) {
        throw new AssertionError(name(number) + ": " + result);
      }
      System.out.println(number);
    }
  }

  static String name(int number) {
    return "user_%06d".formatted(number);
  }

  static ObjectNode profile(int number) {
    return JsonNodeFactory.instance.objectNode().put("number", number);
  }
}
