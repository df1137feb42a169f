package dev.usernameregistry.examples.shell;

import dev.usernameregistry.examples.terminal.Encoding;
import dev.usernameregistry.examples.terminal.ErrorCode;
import dev.usernameregistry.examples.terminal.Ink;
import dev.usernameregistry.examples.terminal.StandardInput;
import dev.usernameregistry.examples.terminal.StandardOutput;
import dev.usernameregistry.examples.terminal.StrictLines;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Both directions of a talk with whoever started the shell. One thread asks for lines. */
interface Conversation extends AutoCloseable {

  /** Returns where to answer; safe from any thread. */
  Answers answers();

  /**
   * Waits for the next line, and returns it without its end; null at the end of input. A line that
   * is not text in the encoding of the input is answered with an error, and passed over.
   *
   * @throws UncheckedIOException if the input fails
   */
  @Nullable String nextLine();

  /** Has {@code leave} run when Ctrl-C is typed while no line is waited for. */
  default void whenInterrupted(Runnable leave) {}

  /** Gives the terminal back as it was. */
  @Override
  void close();

  /** Returns a talk with a program: lines in, JSON out. */
  static Conversation inJson() {
    return new Plain(new JsonAnswers(System.out), StandardInput.stream(), StandardCharsets.UTF_8);
  }

  /** Returns a talk with a file or a pipe: lines in, plain lines out. */
  static Conversation plain() {
    Ink ink = Ink.plain(StandardOutput.charset());
    return new Plain(
        new TextAnswers(System.out::println, ink), StandardInput.stream(), Encoding.ofInput());
  }

  /** Standard input as it comes. */
  final class Plain implements Conversation {
    private final Answers answers;
    private final StrictLines lines;

    Plain(Answers answers, InputStream in, Charset charset) {
      this.answers = answers;
      this.lines = new StrictLines(in, charset);
    }

    @Override
    public Answers answers() {
      return answers;
    }

    @Override
    public @Nullable String nextLine() {
      while (true) {
        try {
          return lines.next();
        } catch (StrictLines.Garbled e) {
          answers.error(ErrorCode.BAD_COMMAND, String.valueOf(e.getMessage()));
        } catch (IOException e) {
          throw new UncheckedIOException("the input cannot be read: " + e.getMessage(), e);
        }
      }
    }

    @Override
    public void close() {}
  }
}
