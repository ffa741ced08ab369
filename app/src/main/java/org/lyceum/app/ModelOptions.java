package org.lyceum.app;

import java.nio.file.Path;
import org.lyceum.inference.LanguageModel;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code --model} and what to compute with: for every verb that uses a trained model. */
final class ModelOptions {
    @Option(names = "--model", required = true, paramLabel = "M", description = "A run folder, a checkpoint, a Hugging Face "
            + "model folder, a .gguf file, or the org/name of a pulled model.")
    @SuppressWarnings("NullAway.Init") // required
    private Path model;

    @Mixin
    private EngineOptions engine = new EngineOptions();

    /** The model. Throws {@link org.lyceum.foundation.UserError} where {@code --model} names none or a damaged one. */
    LanguageModel load() {
        LanguageModel.checkpoint(model); // a wrong path is said before libtorch takes its second to load
        engine.apply();
        return LanguageModel.load(model, engine.matmulType());
    }
}
