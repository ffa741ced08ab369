package org.lyceum.app.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.WholeFiles;

/** A folder for what a benchmark's processes pass to each other; it goes when the benchmark is over, also by Ctrl-C. */
final class TemporaryFolder implements AutoCloseable {
    private final Path path;
    private final Thread atExit;

    private TemporaryFolder(Path path) {
        this.path = path;
        this.atExit = Thread.ofPlatform().unstarted(() -> {
            try {
                WholeFiles.deleteTree(path);
            } catch (IOException _) {
                return; // the process is ending; the system clears its temporary files some day
            }
        });
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    static TemporaryFolder make() {
        try {
            return new TemporaryFolder(Files.createTempDirectory("lyceum-bench"));
        } catch (IOException e) {
            throw IoErrors.writing(Path.of(System.getProperty("java.io.tmpdir")), e);
        }
    }

    Path path() {
        return path;
    }

    /** A file in it. */
    Path file(String name) {
        return path.resolve(name);
    }

    @Override
    public void close() {
        try {
            WholeFiles.deleteTree(path);
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IOException e) {
            throw IoErrors.writing(path, e);
        } catch (IllegalStateException _) {
            return; // the process is already ending
        }
    }
}
