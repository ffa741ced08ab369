package org.lyceum.app;

import java.nio.file.Files;
import java.nio.file.Path;
import org.lyceum.inference.LanguageModel;
import org.lyceum.tensor.gguf.GgufFile;
import org.lyceum.text.tokenizer.Tokenizer;
import picocli.CommandLine.Option;

/** {@code --tokenizer}: which one encodes or decodes. */
final class TokenizerOption {
    @Option(names = {"--tokenizer",
            "--model"}, required = true, paramLabel = "PATH", description = "A tokenizer.json, its folder, a run folder, or a "
                    + ".gguf file.")
    @SuppressWarnings("NullAway.Init") // required
    private Path path;

    /** The tokenizer of a file, a folder, or a run's checkpoint. Throws {@link org.lyceum.foundation.UserError} where there is none. */
    Tokenizer load() {
        if (Files.isRegularFile(path) && path.toString().endsWith(".gguf")) {
            try (var file = GgufFile.open(path)) {
                return Tokenizer.ofGguf(file.metadata(), path.toString());
            }
        }
        boolean run = Files.isDirectory(path) && !Files.exists(path.resolve("tokenizer.json"));
        return Tokenizer.load(run ? LanguageModel.checkpoint(path) : path);
    }
}
