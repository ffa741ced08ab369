package org.lyceum.app.bench;

import java.nio.file.Path;
import java.util.List;
import org.lyceum.foundation.Records;
import org.lyceum.foundation.WholeFiles;

/**
 * What Lyceum and its peers read from the folder of a tokenizer benchmark, beside {@code documents.bin} (UTF-8, a NUL after each document).
 *
 * @param vocabularySize tokens to learn
 * @param threads of Lyceum's worker
 */
record TokenizerSpec(int vocabularySize, int threads) {
    static TokenizerSpec read(Path folder) {
        return Records.read(new TokenizerSpec(257, 1), folder.resolve("spec.json"), List.of());
    }

    void write(Path folder) {
        WholeFiles.write(folder.resolve("spec.json"), Records.toJson(this));
    }

    static Path documents(Path folder) {
        return folder.resolve("documents.bin");
    }
}
