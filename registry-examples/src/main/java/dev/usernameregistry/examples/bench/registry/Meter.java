package dev.usernameregistry.examples.bench.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.ThreadMXBean;
import dev.usernameregistry.examples.bench.frame.Commands;
import java.lang.management.ManagementFactory;
import java.util.stream.LongStream;

/** Time that passed, and bytes that all threads allocated, since it was made. */
final class Meter {
  private static final ThreadMXBean THREADS =
      ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

  private final long startBytes = allocatedBytes();
  private final long startNanos = System.nanoTime();

  Meter() {}

  /** Returns an answer with {@code millis} and {@code allocatedBytes}. */
  ObjectNode answer() {
    double millis = (System.nanoTime() - startNanos) / 1e6;
    return Commands.answer()
        .put("millis", millis)
        .put("allocatedBytes", allocatedBytes() - startBytes);
  }

  /** Returns what the threads that live now have allocated so far. */
  private static long allocatedBytes() {
    return LongStream.of(THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds()))
        .filter(bytes -> bytes > 0) // -1 for one that has ended meanwhile
        .sum();
  }
}
