package org.lyceum.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.conversion.Conversion;
import org.lyceum.models.gguf.Quantization;
import org.lyceum.models.hub.PulledModels;
import org.lyceum.tensor.DType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lyceum convert}. */
@Command(name = "convert", description = "Write a model in another format: a GGUF file for llama.cpp, or a Hugging Face "
        + "folder.", mixinStandardHelpOptions = true, footer = {
                "",
                "Examples:",
                "  lyceum convert --model runs/first --to gguf --quantize q8_0 --out first.gguf",
                "  lyceum convert --model model.Q4_K_M.gguf --to hf --out model-hf",
                "",
                "A GGUF file takes f32, f16 (the default), bf16, q8_0, q4_0 or q4_k; a folder f32 (the default), f16 or bf16. An --out that",
                "does not end in .gguf is a folder. From one GGUF file to another without --quantize, tensors are copied as they are."})
final class Convert implements Callable<Integer> {
    /** Formats to convert to. */
    enum Format {
        HF, GGUF;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(names = "--model", required = true, paramLabel = "M", description = "A run folder, a checkpoint, a Hugging Face model folder, "
            + "or a .gguf file.")
    @SuppressWarnings("NullAway.Init") // required
    private Path model;

    @Option(names = "--to", required = true, paramLabel = "hf|gguf", description = "The format.")
    @SuppressWarnings("NullAway.Init") // required
    private Format format;

    @Option(names = "--quantize", paramLabel = "TYPE", description = "The number format of the weights: ${COMPLETION-CANDIDATES}.")
    private @Nullable Quantization quantization;

    @Option(names = "--out", required = true, paramLabel = "D", description = "The file or folder to write.")
    @SuppressWarnings("NullAway.Init") // required
    private Path out;

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        var found = PulledModels.locate(model);
        if (!Files.exists(found)) {
            throw new UserError(
                    "There is no model at " + model + "; --model takes a run folder, a checkpoint, a Hugging Face model folder, "
                            + "or a .gguf file.");
        }
        var written = switch (format) {
            case GGUF -> Conversion.toGguf(found, out, quantization);
            case HF -> Conversion.toHuggingFace(found, out, dtype());
        };
        if (output.json()) {
            var result = new LinkedHashMap<String, Object>();
            result.put("out", written.out().toString());
            result.put("bytes", written.bytes());
            output.print(result);
        } else {
            output.out().printf(Locale.ROOT, "%s, %.1f MB%n", written.out(), written.bytes() / 1e6);
            output.out().flush();
        }
        return 0;
    }

    private DType dtype() {
        return switch (quantization) {
            case null -> DType.F32;
            case F32 -> DType.F32;
            case F16 -> DType.F16;
            case BF16 -> DType.BF16;
            case Q8_0, Q4_0, Q4_K -> throw UserError.usage("A Hugging Face folder takes --quantize f32, f16 or bf16, not " + quantization
                    + "; quantized blocks are GGUF's: --to gguf.");
        };
    }
}
