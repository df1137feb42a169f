package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.usernameregistry.log.CorruptStorageException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What a caller gets whose change was carried out by another one's thread, and failed. */
class WaitingChangeTest {
  private static Throwable thrownAfter(Throwable failure) throws Exception {
    WaitingChange<String> change = new WaitingChange<>(draft -> "answer");
    Thread committer = new Thread(() -> change.finish(failure));
    committer.start();
    committer.join();
    return catchThrowable(change::answer);
  }

  @Test
  void thatTheStorageIsDamagedIsSaidByTheType() throws Exception {
    CorruptStorageException damage = new CorruptStorageException("a wrong checksum", null);
    assertThat(thrownAfter(damage))
        .isInstanceOf(CorruptStorageException.class)
        .hasMessage("a wrong checksum")
        .hasCause(damage);
  }

  @Test
  void theCauseOfARegistryExceptionIsWhatFailed() throws Exception {
    IOException moved = new IOException("it grew");
    RegistryException thrown = new RegistryException("call again", moved);
    assertThat(thrownAfter(thrown))
        .isInstanceOf(RegistryException.class)
        .hasMessage("call again")
        .hasSuppressedException(thrown)
        .cause()
        .isSameAs(moved);
  }
}
