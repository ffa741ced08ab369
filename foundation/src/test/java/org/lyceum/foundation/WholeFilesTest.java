package org.lyceum.foundation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

    @Test
    void aFolderThatCannotTakeItsNameLeavesTheOldOne() throws IOException {
        var target = folder.resolve("checkpoint");
        WholeFiles.writeFolder(target, f -> Files.writeString(f.resolve("w"), "1"));
        assertThatThrownBy(() -> WholeFiles.writeFolder(target, f -> WholeFiles.deleteTree(f))).isInstanceOf(UserError.class);
        assertThat(target.resolve("w")).hasContent("1");
        assertThatThrownBy(() -> WholeFiles.writeFolder(target, _ -> {
            throw new UncheckedIOException(new IOException("No space left on device"));
        })).isInstanceOf(UserError.class).hasMessageContaining("disk space");
        assertThat(target.resolve("w")).hasContent("1");
        assertThat(folder.toFile().list()).containsExactly("checkpoint");
    }

    @Test
    void whatIsInTheWayIsNamed() throws IOException {
        var file = Files.writeString(folder.resolve("runs"), "a file");
        for (var below : List.of(file.resolve("config.yaml"), file.resolve("a/config.yaml"))) {
            assertThatThrownBy(() -> WholeFiles.write(below, "x")).isInstanceOf(UserError.class)
                    .hasMessage(file + " is a file, so " + below + " cannot be written below it; choose another name.");
        }
        var directory = Files.createDirectories(folder.resolve("d/e"));
        assertThatThrownBy(() -> WholeFiles.write(directory.getParent(), "x")).isInstanceOf(UserError.class)
                .hasMessage("Could not write " + directory.getParent() + ": Is a directory.");
        assertThat(file).hasContent("a file");
    }

    @Test
    void deletingATreeDoesNotFollowLinks() throws IOException {
        var kept = Files.writeString(folder.resolve("kept"), "precious");
        var tree = Files.createDirectories(folder.resolve("tree/below"));
        Files.createSymbolicLink(tree.resolve("link"), folder);
        Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("nothing"));
        WholeFiles.deleteTree(folder.resolve("tree"));
        WholeFiles.deleteTree(folder.resolve("dangling"));
        WholeFiles.deleteTree(folder.resolve("never-there"));
        assertThat(folder.toFile().list()).containsExactly("kept");
        assertThat(kept).hasContent("precious");
    }
}
