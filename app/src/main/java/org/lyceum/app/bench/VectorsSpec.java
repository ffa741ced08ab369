package org.lyceum.app.bench;

import java.nio.file.Path;
import java.util.List;
import org.lyceum.foundation.Records;
import org.lyceum.foundation.WholeFiles;

/**
 * What Lyceum and its peers read from the folder of a benchmark of word vectors, beside {@code text.txt}: lines of words with spaces between.
 *
 * @param minCount words that come less often are left out
 * @param subsample the frequency from which words are left out at random
 * @param buckets of character n-grams of 3 to 6 characters
 */
record VectorsSpec(int dimensions, int window, int negatives, int minCount, double subsample, double rate, double lastRate, int epochs,
        int buckets, int threads) {
    static VectorsSpec of(int dimensions, int threads) {
        return new VectorsSpec(dimensions, 5, 5, 5, 1e-3, 0.025, 1e-4, 1, 200_000, threads);
    }

    static VectorsSpec read(Path folder) {
        return Records.read(of(100, 1), folder.resolve("spec.json"), List.of());
    }

    void write(Path folder) {
        WholeFiles.write(folder.resolve("spec.json"), Records.toJson(this));
    }

    static Path text(Path folder) {
        return folder.resolve("text.txt");
    }
}
