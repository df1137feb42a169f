package dev.usernameregistry.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VectorsTest {
  @TempDir Path folder;

  @Test
  void bundledFilesAreFound() {
    assertThat(Vectors.load("encoding", "").cases("cases")).isNotEmpty();
  }

  @Test
  void aFolderReplacesTheBundledFiles() throws IOException {
    Files.writeString(folder.resolve("encoding.json"), "{\"cases\": [{\"hex\": \"00ff\"}]}");
    Vectors vectors = Vectors.load("encoding", folder.toString());
    assertThat(vectors.cases("cases")).hasSize(1);
    assertThat(Vectors.bytes(vectors.cases("cases").get(0).get("hex"))).containsExactly(0, -1);
  }

  @Test
  void whatIsMissingFailsAndNamesItself() throws IOException {
    assertThatThrownBy(() -> Vectors.load("merkle", folder.toString()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("merkle.json");
    Files.writeString(folder.resolve("merkle.json"), "{\"nodes\": []}");
    Vectors vectors = Vectors.load("merkle", folder.toString());
    assertThatThrownBy(() -> vectors.cases("nodes")).hasMessageContaining("nodes");
    assertThatThrownBy(() -> vectors.cases("lengths")).hasMessageContaining("lengths");
  }
}
