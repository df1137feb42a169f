package dev.usernameregistry.testkit;

import java.lang.reflect.Method;

/**
 * Measures how much memory some code asks for, whether or not it keeps it. Reflective, because our
 * modules do not read the JDK's management modules.
 */
public final class AllocatedBytes {
  private AllocatedBytes() {}

  /** Runs {@code code} on this thread and returns the bytes that it allocated. */
  public static long by(Runnable code) {
    try {
      Object threads =
          Class.forName("java.lang.management.ManagementFactory")
              .getMethod("getThreadMXBean")
              .invoke(null);
      Method bytes =
          Class.forName("com.sun.management.ThreadMXBean")
              .getMethod("getCurrentThreadAllocatedBytes");
      long before = (long) bytes.invoke(threads);
      code.run();
      return (long) bytes.invoke(threads) - before;
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("this JDK cannot measure allocation", e);
    }
  }
}
