package org.lyceum.inference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.vector.VectorEngine;
import org.lyceum.models.CausalModel;
import org.lyceum.models.gguf.GgufImport;
import org.lyceum.models.hub.PulledModels;
import org.lyceum.models.huggingface.CausalFolder;
import org.lyceum.models.huggingface.HuggingFaceFolder;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Device;
import org.lyceum.tensor.Memory;
import org.lyceum.tensor.Torch;
import org.lyceum.tensor.gguf.GgufFile;
import org.lyceum.text.tokenizer.Tokenizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model that predicts the next token, ready to compute, with the tokenizer that it was trained with.
 *
 * @param engine computes its logits
 * @param tokenizer its tokenizer; the model may have more rows than it has tokens (padding), never fewer
 * @param endIds the tokens that end a text
 * @param chatTemplate how a conversation is written for it, as Jinja; null where the model came without one
 */
public record LanguageModel(Engine engine, Tokenizer tokenizer, Set<Integer> endIds, @Nullable String chatTemplate)
        implements
            AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LanguageModel.class);
    private static final String CONFIG = "config.json";
    private static final String CHECKPOINTS = "checkpoints";
    private static final String STEP = "step-";

    /** Throws {@link UserError} when the two do not belong together. */
    public LanguageModel {
        if (tokenizer.vocabularySize() > engine.config().vocabularySize()) {
            throw new UserError("The tokenizer has " + tokenizer.vocabularySize() + " tokens but the model only "
                    + engine.config().vocabularySize() + "; tokenizer.json belongs to another model.");
        }
        endIds = Set.copyOf(endIds);
    }

    /** A network in memory, whose texts end with the tokenizer's end-of-text token, if it has one. */
    public LanguageModel(CausalModel network, Tokenizer tokenizer) {
        this(network, tokenizer, ends(tokenizer, List.of()));
    }

    /** A network in memory, whose texts end with {@code endIds}. */
    public LanguageModel(CausalModel network, Tokenizer tokenizer, Set<Integer> endIds) {
        this(Engine.of(network), tokenizer, endIds, null);
    }

    /** Reads a model as {@link #load(Path, DType)} does, to compute in f32. */
    public static LanguageModel load(Path path) {
        return load(path, DType.F32);
    }

    /**
     * Reads a model.
     *
     * @param path a run folder (its best checkpoint, else its last), a checkpoint, a Hugging Face model folder, or a {@code .gguf} file
     * @param matmulType the number format of matrix products, F32 or BF16; a {@code .gguf} file's weights stay as they are quantized, in
     *     memory too, unless they are to be on a GPU
     * @throws UserError if there is none, saying what was looked for
     */
    public static LanguageModel load(Path path, DType matmulType) {
        var found = checkpoint(path);
        return Files.isRegularFile(found) ? loadGguf(found, matmulType) : loadFolder(found, matmulType);
    }

    private static LanguageModel loadGguf(Path path, DType matmulType) {
        try (var file = GgufFile.open(path)) {
            var tokenizer = Tokenizer.ofGguf(file.metadata(), path.toString());
            return new LanguageModel(engine(file, matmulType), tokenizer, tokenizer.endIds(), tokenizer.chatTemplate().orElse(null));
        }
    }

    private static Engine engine(GgufFile file, DType matmulType) {
        if (Torch.device() == Device.CUDA) {
            return new TorchEngine(GgufImport.read(file, matmulType));
        }
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            LOG.warn("{} is computed in f32 by libtorch, slower and in more memory than need be: start Java with "
                    + "--add-modules jdk.incubator.vector for quantized weights.", file.path());
            return new TorchEngine(GgufImport.read(file, DType.F32));
        }
        return VectorEngine.of(file, Torch.wantedThreads(), Memory.availableBytes() / 2);
    }

    private static LanguageModel loadFolder(Path folder, DType matmulType) {
        var tokenizer = Tokenizer.load(folder); // the quick one first: its errors come at once
        var engine = Engine.of(CausalFolder.read(folder, matmulType));
        return new LanguageModel(engine, tokenizer, ends(tokenizer, HuggingFaceFolder.readEndIds(folder)),
                tokenizer.chatTemplate().orElse(null));
    }

    private static Set<Integer> ends(Tokenizer tokenizer, List<Integer> declared) {
        var ends = new HashSet<>(declared);
        tokenizer.endOfText().ifPresent(ends::add);
        return ends;
    }

    /**
     * The model that {@code given} means: itself if it is a {@code .gguf} file or it holds {@code config.json}; of a run folder the checkpoint that
     * {@code checkpoints/best.txt} names, else the one that {@code last.txt} names, else the newest {@code step-…}; of {@code org/name},
     * where there is no such folder, the copy in the hub's cache.
     */
    public static Path checkpoint(Path given) {
        var folder = PulledModels.locate(given);
        if (Files.isRegularFile(folder) && folder.toString().endsWith(".gguf")) {
            return folder;
        }
        if (Files.isRegularFile(folder)) {
            throw UserError.usage(folder + " is a file; --model takes a .gguf file, or a folder: a run, a checkpoint, or a Hugging Face "
                    + "model with config.json.");
        }
        if (!Files.isDirectory(folder)) {
            throw new UserError(
                    "There is no model at " + folder + "; --model takes a run folder, a checkpoint, a Hugging Face model folder, "
                            + "or a .gguf file.");
        }
        if (Files.exists(folder.resolve(CONFIG))) {
            return folder;
        }
        var checkpoints = Files.isDirectory(folder.resolve(CHECKPOINTS)) ? folder.resolve(CHECKPOINTS) : folder;
        return named(checkpoints, "best.txt").or(() -> named(checkpoints, "last.txt")).or(() -> newest(checkpoints))
                .orElseThrow(() -> new UserError("There is no model in " + folder + ": looked for config.json (a model folder) and for "
                        + CHECKPOINTS + "/" + STEP + "…/config.json (a run folder)"
                        + (checkpoints.equals(folder) ? "." : "; the run has not written a checkpoint yet.")));
    }

    /**
     * What stands before every text: the tokens that the tokenizer's own frame puts there, else the end-of-text token, which separates
     * the documents that a model was trained on; none where it has neither.
     */
    public int[] beginning() {
        var before = tokenizer.frame().before();
        return before.length > 0 ? before.clone() : tokenizer.endOfText().stream().toArray();
    }

    /**
     * The ids to start generation from: those of {@code prompt} behind the beginning that the tokenizer's own frame asks for; for an empty
     * one {@link #beginning}, else a line break.
     */
    public int[] promptIds(String prompt) {
        if (!prompt.isEmpty()) {
            return IntStream.concat(IntStream.of(tokenizer.frame().before()), IntStream.of(tokenizer.encode(prompt))).toArray();
        }
        var beginning = beginning();
        if (beginning.length > 0) {
            return beginning;
        }
        try {
            return tokenizer.encode("\n");
        } catch (UserError _) {
            throw UserError.usage("This model's tokenizer has no end-of-text token to start from; give a --prompt.");
        }
    }

    /** Frees the engine. */
    @Override
    public void close() {
        engine.close();
    }

    private static Optional<Path> named(Path checkpoints, String file) {
        var pointer = checkpoints.resolve(file);
        if (!Files.exists(pointer)) {
            return Optional.empty();
        }
        try {
            return Optional.of(checkpoints.resolve(Files.readString(pointer).strip())).filter(LanguageModel::isModel);
        } catch (IOException e) {
            throw IoErrors.reading(pointer, e);
        }
    }

    private static Optional<Path> newest(Path checkpoints) {
        try (Stream<Path> folders = Files.list(checkpoints)) {
            return folders.filter(f -> f.getFileName().toString().startsWith(STEP) && isModel(f))
                    .max(Comparator.comparing(f -> f.getFileName().toString()));
        } catch (IOException e) {
            throw IoErrors.reading(checkpoints, e);
        }
    }

    private static boolean isModel(Path folder) {
        return Files.exists(folder.resolve(CONFIG));
    }
}
