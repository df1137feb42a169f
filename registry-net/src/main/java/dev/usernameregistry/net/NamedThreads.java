package dev.usernameregistry.net;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Makes daemon threads with one name and numbers from 1, and waits for their end. */
final class NamedThreads implements ThreadFactory {
  private final String name;
  private final List<Thread> threads = new CopyOnWriteArrayList<>();

  NamedThreads(String name) {
    this.name = name;
  }

  @Override
  public synchronized Thread newThread(Runnable task) {
    Thread thread = new Thread(task, name + "-" + (threads.size() + 1));
    thread.setDaemon(true);
    threads.add(thread);
    return thread;
  }

  /** Returns a pool of so many of them, all started: so a task is never refused for want of one. */
  ExecutorService startPool(int size) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            size, size, 0, TimeUnit.NANOSECONDS, new LinkedBlockingQueue<>(), this);
    pool.prestartAllCoreThreads();
    return pool;
  }

  /**
   * Starts a daemon thread that nobody waits for, for what may wait long: a name service takes half
   * a minute to fail.
   */
  static void startAlone(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Returns when all threads made so far have ended, also if the caller is interrupted. Does not
   * wait for the thread that calls it, if that is one of them.
   */
  void join() {
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive() && thread != Thread.currentThread()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
