package dev.usernameregistry.examples.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.usernameregistry.RegistryBuilder;
import dev.usernameregistry.RegistryException;
import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.examples.terminal.ErrorCode;
import dev.usernameregistry.log.CorruptStorageException;
import dev.usernameregistry.storage.RocksStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Codes of what no command line of {@link ShellTest} leads to. */
final class CodesTest {
  @TempDir private Path folder;

  @Test
  void aFolderOfSomethingElseIsToldFromAMachineThatFails() throws IOException {
    Path file = Files.createFile(folder.resolve("letter.txt"));

    assertThat(codeOfOpening(folder)).isEqualTo(ErrorCode.NOT_A_STORAGE);
    assertThat(codeOfOpening(file)).isEqualTo(ErrorCode.NOT_A_STORAGE);
    assertThat(Codes.of(new RegistryException("it failed", new IOException("no luck"))))
        .isEqualTo(ErrorCode.FAILED);
  }

  private static ErrorCode codeOfOpening(Path folder) {
    RegistryBuilder options = UsernameRegistry.builder().storage(RocksStorage.at(folder));
    return Codes.of(catchThrowableOfType(RegistryException.class, options::open));
  }

  /** As of a change that waited together with others. */
  @Test
  void theCauseOfACauseCounts() {
    IOException damage = new CorruptStorageException("block 7 fails its checksum", null);

    assertThat(Codes.of(new RegistryException("it failed", new IOException("damaged", damage))))
        .isEqualTo(ErrorCode.STORAGE_DAMAGED);
  }
}
