package org.lyceum.foundation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFilesTest {
    @TempDir
    Path folder;

    @Test
    void aFailedWriteLeavesTheOldFile() throws IOException {
        var file = folder.resolve("a.txt");
        WholeFiles.write(file, "old");
        assertThatThrownBy(() -> WholeFiles.write(file, out -> {
            out.write('n');
            throw new IOException("No space left on device");
        })).isInstanceOf(UserError.class).hasMessageContaining("disk space");
        assertThat(file).hasContent("old");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aFailedFolderLeavesTheOldFolder() {
        var target = folder.resolve("checkpoint");
        WholeFiles.writeFolder(target, f -> Files.writeString(f.resolve("w"), "1"));
        assertThatThrownBy(() -> WholeFiles.writeFolder(target, f -> {
            Files.writeString(f.resolve("w"), "2");
            throw new IllegalStateException("stop");
        })).isInstanceOf(IllegalStateException.class);
        assertThat(target.resolve("w")).hasContent("1");
        WholeFiles.writeFolder(target, f -> Files.writeString(f.resolve("w"), "3"));
        assertThat(target.resolve("w")).hasContent("3");
        assertThat(folder.toFile().list()).containsExactly("checkpoint");
    }
}
