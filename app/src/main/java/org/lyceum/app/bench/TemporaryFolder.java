package org.lyceum.app.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.WholeFiles;

/** A folder for what a benchmark's processes pass to each other; it goes when the benchmark is over. */
record TemporaryFolder(Path path) implements AutoCloseable {
    static TemporaryFolder make() {
        try {
            return new TemporaryFolder(Files.createTempDirectory("lyceum-bench"));
        } catch (IOException e) {
            throw IoErrors.writing(Path.of(System.getProperty("java.io.tmpdir")), e);
        }
    }

    /** A file in it. */
    Path file(String name) {
        return path.resolve(name);
    }

    @Override
    public void close() {
        try {
            WholeFiles.deleteTree(path);
        } catch (IOException e) {
            throw IoErrors.writing(path, e);
        }
    }
}
