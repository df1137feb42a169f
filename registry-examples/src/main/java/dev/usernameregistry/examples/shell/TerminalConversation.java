package dev.usernameregistry.examples.shell;

import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.examples.terminal.Encoding;
import dev.usernameregistry.examples.terminal.ErrorCode;
import dev.usernameregistry.examples.terminal.Ink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReader.Option;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A talk with a person at a terminal: a prompt, a history that outlives the shell, completion of
 * commands and names, and news above the line being typed.
 */
final class TerminalConversation implements Conversation {
  /** In the home directory of the user. */
  static final String HISTORY_FILE = ".username_registry_history";

  private static final int CANDIDATES_MAX = 50;
  private static final Set<Verb> TAKE_NAMES =
      Set.of(Verb.UPDATE, Verb.RENAME, Verb.RELEASE, Verb.LOOKUP, Verb.CLAIMS, Verb.LIST);

  private final UsernameRegistry registry;
  private final Terminal terminal;
  private final LineReader reader;
  private final Ink ink;
  private final String prompt;

  /**
   * Takes over the terminal.
   *
   * @throws UncheckedIOException if there is none
   */
  TerminalConversation(UsernameRegistry registry, String userName) {
    this.registry = registry;
    try {
      terminal = TerminalBuilder.builder().system(true).dumb(true).build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // Between two lines JLine would let Ctrl-C kill the process, and nothing would be closed.
    whenInterrupted(() -> System.exit(0));
    ink = Ink.of(terminal.encoding(), !terminal.getType().startsWith(Terminal.TYPE_DUMB));
    prompt = ink.strong(Ink.shown(userName) + "> ");
    // No quoting and no escapes: JSON is full of both.
    DefaultParser parser = new DefaultParser();
    parser.setQuoteChars(new char[0]);
    parser.setEscapeChars(new char[0]);
    reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .parser(parser)
            .completer(this::complete)
            .variable(
                LineReader.HISTORY_FILE, Path.of(System.getProperty("user.home"), HISTORY_FILE))
            .option(Option.DISABLE_EVENT_EXPANSION, true)
            .build();
  }

  @Override
  public void whenInterrupted(Runnable leave) {
    terminal.handle(Terminal.Signal.INT, signal -> leave.run());
  }

  @Override
  public Answers answers() {
    return new TextAnswers(reader::printAbove, ink);
  }

  @Override
  public @Nullable String nextLine() {
    while (true) {
      try {
        String line = reader.readLine(prompt);
        if (!Encoding.damaged(line)) {
          return line;
        }
        answers()
            .error(
                ErrorCode.BAD_COMMAND,
                Encoding.lacks(terminal.encoding(), "this line, which was not carried out,"));
      } catch (UserInterruptException e) {
        if (e.getPartialLine().isBlank()) {
          return null;
        }
      } catch (EndOfFileException e) {
        return null;
      }
    }
  }

  private void complete(LineReader asking, ParsedLine line, List<Candidate> candidates) {
    if (line.wordIndex() == 0) {
      for (Verb verb : Verb.values()) {
        candidates.add(candidate(verb.word(), verb.summary()));
      }
    } else if (Verb.named(line.words().get(0)).filter(TAKE_NAMES::contains).isPresent()) {
      registry.listByPrefix(line.word()).stream()
          .limit(CANDIDATES_MAX)
          .forEach(each -> candidates.add(candidate(each.username(), each.registeredBy())));
    }
  }

  private static Candidate candidate(String value, String description) {
    return new Candidate(value, value, null, Ink.shown(description), null, null, true);
  }

  @Override
  public void close() {
    try {
      terminal.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
