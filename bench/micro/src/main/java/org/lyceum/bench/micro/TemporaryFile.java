package org.lyceum.bench.micro;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file for as long as a benchmark takes. JMH makes states by constructors that may not throw what files throw. */
record TemporaryFile(Path path) implements AutoCloseable {
    static TemporaryFile make() {
        try {
            return new TemporaryFile(Files.createTempFile("lyceum-micro", ".bin"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
