package dev.usernameregistry.examples.shell;

import dev.usernameregistry.examples.terminal.Ink;
import dev.usernameregistry.examples.terminal.StandardOutput;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Both directions of a talk with whoever started the shell. One thread asks for lines. */
interface Conversation extends AutoCloseable {

  /** Returns where to answer; safe from any thread. */
  Answers answers();

  /**
   * Waits for the next line, and returns it without its end; null at the end of input.
   *
   * @throws UncheckedIOException if the input fails
   */
  @Nullable String nextLine();

  /** Gives the terminal back as it was. */
  @Override
  void close();

  /** Returns a talk with a program: lines in, JSON out. */
  static Conversation inJson() {
    return new Plain(new JsonAnswers(System.out), StandardCharsets.UTF_8);
  }

  /** Returns a talk with a file or a pipe: lines in, plain lines out. */
  static Conversation plain() {
    Ink ink = Ink.plain(StandardOutput.charset());
    return new Plain(new TextAnswers(System.out::println, ink), Charset.defaultCharset());
  }

  /** Standard input as it comes. */
  final class Plain implements Conversation {
    private final Answers answers;
    private final BufferedReader in;

    Plain(Answers answers, Charset charset) {
      this.answers = answers;
      this.in = new BufferedReader(new InputStreamReader(System.in, charset));
    }

    @Override
    public Answers answers() {
      return answers;
    }

    @Override
    public @Nullable String nextLine() {
      try {
        return in.readLine();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {}
  }
}
