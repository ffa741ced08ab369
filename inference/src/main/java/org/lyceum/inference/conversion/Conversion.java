package org.lyceum.inference.conversion;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.inference.LanguageModel;
import org.lyceum.inference.embedding.EmbeddingModel;
import org.lyceum.models.Decoder;
import org.lyceum.models.gguf.GgufExport;
import org.lyceum.models.gguf.GgufImport;
import org.lyceum.models.gguf.Quantization;
import org.lyceum.models.huggingface.HuggingFaceFolder;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Memory;
import org.lyceum.tensor.gguf.GgufFile;
import org.lyceum.tensor.gguf.GgufWriter;
import org.lyceum.tensor.gguf.GgufWriter.Source;
import org.lyceum.tensor.safetensors.SafetensorsFolder;
import org.lyceum.text.tokenizer.Tokenizer;

/**
 * A model in another format: from a run folder, a checkpoint, a Hugging Face folder or a GGUF file into a GGUF file or a Hugging Face
 * folder; an encoder into a GGUF file. What is written is there whole or not at all.
 *
 * @param out what was written
 * @param bytes of all its files
 */
public record Conversion(Path out, long bytes) {
    /** What belongs to a tokenizer in a Hugging Face folder and is copied as it is. */
    private static final List<String> TOKENIZER_FILES = List.of("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
            "added_tokens.json", "vocab.json", "merges.txt", "vocab.txt", "tokenizer.model", "chat_template.jinja",
            "generation_config.json");

    /**
     * Writes a GGUF file.
     *
     * @param model a folder or a {@code .gguf} file
     * @param out the file; a name that does not end in {@code .gguf} is a folder, in which it takes the model's name
     * @param quantization its number format; null for f16, or for what a GGUF file has already
     */
    public static Conversion toGguf(Path model, Path out, @Nullable Quantization quantization) {
        var file = out.toString().endsWith(".gguf") && !Files.isDirectory(out)
                ? out
                : out.resolve(name(model) + (quantization == null ? "" : "-" + quantization) + ".gguf");
        refuseOverwriting(model, file);
        if (Files.isRegularFile(model)) {
            try (var gguf = GgufFile.open(model)) {
                requantize(gguf, file, quantization);
            }
        } else if (EmbeddingModel.isAt(model)) {
            EmbeddingModel.load(model).writeGguf(file, name(model), Objects.requireNonNullElse(quantization, Quantization.F16));
        } else {
            var folder = LanguageModel.checkpoint(model);
            var tokenizer = Tokenizer.load(folder); // the quick one first: its errors come at once
            var keys = tokenizer.gguf(HuggingFaceFolder.readConfig(folder).vocabularySize());
            var type = Objects.requireNonNullElse(quantization, Quantization.F16);
            GgufExport.write(file, read(folder), name(model), keys, type);
        }
        return written(file);
    }

    /**
     * Writes a Hugging Face folder.
     *
     * @param out the folder, which must not be there yet, or be empty
     * @param dtype the number format of its weights: F32, F16 or BF16
     */
    public static Conversion toHuggingFace(Path model, Path out, DType dtype) {
        refuseFilled(out);
        if (EmbeddingModel.isAt(model)) {
            throw UserError.usage(model + " holds an encoder, and these are converted into GGUF files only; choose --to gguf.");
        }
        if (Files.isRegularFile(model)) {
            try (var gguf = GgufFile.open(model)) {
                var tokenizer = Tokenizer.ofGguf(gguf.metadata(), model.toString());
                requireMemory(model, GgufImport.config(gguf).parameterCount() * DType.F32.bytes());
                var decoder = GgufImport.read(gguf, DType.F32);
                WholeFiles.writeFolder(out, fresh -> {
                    HuggingFaceFolder.write(fresh, decoder, roles(tokenizer), dtype);
                    tokenizer.save(fresh);
                });
            }
        } else {
            var folder = LanguageModel.checkpoint(model);
            var tokenizer = Tokenizer.load(folder);
            var decoder = read(folder);
            WholeFiles.writeFolder(out, fresh -> {
                HuggingFaceFolder.write(fresh, decoder, roles(tokenizer), dtype);
                for (var name : TOKENIZER_FILES) {
                    if (Files.exists(folder.resolve(name))) {
                        Files.copy(folder.resolve(name), fresh.resolve(name), StandardCopyOption.REPLACE_EXISTING);
                    }
                }
            });
        }
        return written(out);
    }

    /** Ids of the tokens that begin and end a text and fill a batch up. */
    private static Map<String, Integer> roles(Tokenizer tokenizer) {
        var roles = new HashMap<String, Integer>();
        for (var role : List.of("bos", "eos", "pad")) {
            var name = tokenizer.settings().namedTokens().get(role + "_token");
            if (name != null) {
                tokenizer.id(name).ifPresent(id -> roles.put(role, id));
            }
        }
        tokenizer.endOfText().ifPresent(id -> roles.putIfAbsent("eos", id));
        return roles;
    }

    /** The tensors of a GGUF file in other formats; everything else as it is. */
    private static void requantize(GgufFile gguf, Path file, @Nullable Quantization quantization) {
        var metadata = new LinkedHashMap<>(gguf.metadata());
        metadata.remove("general.alignment"); // ours is the format's default
        if (quantization != null) {
            metadata.put("general.file_type", (long) quantization.fileType());
            metadata.put("general.quantization_version", 2L);
        }
        GgufWriter.write(file, metadata, gguf.tensors().values().stream().map(tensor -> requantized(tensor, quantization)).toList());
    }

    private static Source requantized(GgufFile.Entry tensor, @Nullable Quantization quantization) {
        if (quantization == null || tensor.shape().size() < 2) {
            return Source.of(tensor);
        }
        var format = quantization.of(tensor.name(), tensor.shape());
        return format == tensor.format()
                ? Source.of(tensor)
                : Source.quantized(tensor.name(), format, tensor.shape(),
                        (from, values, count) -> tensor.dequantize(from, values, 0, count));
    }

    /** In bf16 where the weights are, which loses nothing, else in f32. */
    private static Decoder read(Path folder) {
        boolean halves;
        try (var weights = SafetensorsFolder.open(folder)) {
            halves = weights.entries().values().stream().allMatch(entry -> entry.dtype() == DType.BF16);
        }
        var dtype = halves ? DType.BF16 : DType.F32;
        requireMemory(folder, HuggingFaceFolder.readConfig(folder).parameterCount() * dtype.bytes());
        return HuggingFaceFolder.read(folder, dtype);
    }

    private static void requireMemory(Path model, long bytes) {
        long available = Memory.availableBytes();
        if (bytes > available) {
            throw new UserError(("Converting %s takes %.1f GB of memory and %.1f GB are free; close other programs or use a machine with "
                    + "more.").formatted(model, bytes / 1e9, available / 1e9));
        }
    }

    private static String name(Path model) {
        var file = model.toAbsolutePath().normalize().getFileName();
        var name = file == null ? "model" : file.toString();
        return name.endsWith(".gguf") ? name.substring(0, name.length() - ".gguf".length()) : name;
    }

    private static void refuseOverwriting(Path model, Path file) {
        try {
            if (Files.exists(file) && Files.isSameFile(model, file)) {
                throw UserError.usage("--out " + file + " is the model itself; choose another name.");
            }
        } catch (IOException e) {
            throw IoErrors.reading(file, e);
        }
    }

    private static void refuseFilled(Path out) {
        if (!Files.exists(out)) {
            return;
        }
        try (var files = Files.list(out)) {
            if (files.findAny().isPresent()) {
                throw UserError.usage("--out " + out + " is there and not empty; choose another name, or remove it first.");
            }
        } catch (IOException e) {
            throw IoErrors.reading(out, e);
        }
    }

    private static Conversion written(Path out) {
        try (var files = Files.walk(out)) {
            long bytes = 0;
            for (var file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                bytes += Files.size(file);
            }
            return new Conversion(out, bytes);
        } catch (IOException e) {
            throw IoErrors.reading(out, e);
        }
    }
}
