package dev.usernameregistry.net.replication;

/**
 * How many pages all sessions with one peer may keep together of which blocks it has: a range of
 * some bytes can take a page of 4 KiB, in each log that both have. Not thread-safe.
 */
public final class PageBudget {
  /** Some 16 MiB. Only logs of which the peer has blocks behind a gap take any. */
  static final int PAGES_MAX = 4096;

  private int left = PAGES_MAX;

  /** All pages may be taken. */
  public PageBudget() {}

  /** Takes one page; returns false if there is none left. */
  boolean take() {
    if (left == 0) {
      return false;
    }
    left--;
    return true;
  }

  void give(int pages) {
    left += pages;
  }
}
