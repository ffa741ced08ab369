package org.lyceum.inference.embedding;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.lyceum.foundation.Nearest;
import org.lyceum.foundation.UserError;
import org.lyceum.models.Encoder;
import org.lyceum.models.Pass;
import org.lyceum.models.gguf.GgufEncoder;
import org.lyceum.models.gguf.Quantization;
import org.lyceum.models.hub.PulledModels;
import org.lyceum.models.huggingface.EncoderFolder;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Inference;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.tensor.gguf.GgufFile;
import org.lyceum.text.tokenizer.Frame;
import org.lyceum.text.tokenizer.Tokenizer;

/**
 * Texts as vectors whose scalar products say how alike they are: a sentence-transformers model (Reimers and Gurevych 2019), or a bare BERT or
 * RoBERTa encoder. Safe for use by many threads at once.
 *
 * <pre>{@code
 * var model = EmbeddingModel.load(Path.of("all-MiniLM-L6-v2"));
 * float[] vector = model.embed("How do I reset my password?").vector();
 * }</pre>
 */
public final class EmbeddingModel {
    /** Texts that are sorted by length together; more would take more memory and hardly save padding. */
    private static final int WINDOW = 4096;
    /** Tokens of a batch, padding counted: about what keeps a layer's values in the caches. */
    private static final int BATCH_TOKENS = 2048;

    private final Encoder encoder;
    private final Tokenizer tokenizer;
    private final Frame frame;
    private final EmbeddingSettings settings;
    private final int maxTokens;

    private EmbeddingModel(Encoder encoder, Tokenizer tokenizer, EmbeddingSettings settings) {
        this.encoder = encoder;
        this.tokenizer = tokenizer;
        frame = tokenizer.frame();
        this.settings = settings;
        int context = encoder.config().context();
        maxTokens = settings.maxTokens() == null ? context : Math.min(context, settings.maxTokens());
        if (maxTokens <= framing()) {
            throw new UserError("The model in " + settings.encoder() + " reads " + maxTokens + " tokens, of which " + framing()
                    + " only frame the text; its max_seq_length is wrong.");
        }
        if (tokenizer.vocabularySize() > encoder.config().vocabularySize()) {
            throw new UserError("The tokenizer in " + settings.encoder() + " has " + tokenizer.vocabularySize()
                    + " tokens but the model only " + encoder.config().vocabularySize() + "; they belong to different models.");
        }
    }

    /** Whether {@link #load} reads what is at {@code path}, as far as its configuration tells. */
    public static boolean isAt(Path path) {
        try {
            var found = PulledModels.locate(path);
            return isGguf(found) ? holdsEncoder(found) : SentenceTransformersFolder.isOne(found) || EncoderFolder.isEncoder(found);
        } catch (UserError _) {
            return false; // nothing there, or damaged
        }
    }

    private static boolean isGguf(Path path) {
        return path.toString().endsWith(".gguf") && Files.isRegularFile(path);
    }

    private static boolean holdsEncoder(Path path) {
        try (var file = GgufFile.open(path)) {
            return GgufEncoder.isEncoder(file);
        }
    }

    /** The model at {@code path} with f32 products. */
    public static EmbeddingModel load(Path path) {
        return load(path, DType.F32);
    }

    /**
     * Reads a model.
     *
     * @param path a sentence-transformers folder ({@code modules.json}); or one with a BERT or RoBERTa encoder, whose states are then
     *     averaged; or a {@code .gguf} file with one, pooled as it says and normalised, as llama.cpp's server does it; or the
     *     {@code org/name} of one that was pulled
     * @param matmulType the number format of matrix products, F32 or BF16
     * @throws UserError if there is none, or one that asks for what we do not compute
     */
    public static EmbeddingModel load(Path path, DType matmulType) {
        var found = PulledModels.locate(path);
        if (isGguf(found)) {
            return loadGguf(found, matmulType);
        }
        var settings = SentenceTransformersFolder.read(found);
        var tokenizer = Tokenizer.load(settings.encoder());
        return new EmbeddingModel(EncoderFolder.read(settings.encoder(), matmulType), tokenizer, settings);
    }

    private static EmbeddingModel loadGguf(Path path, DType matmulType) {
        try (var file = GgufFile.open(path)) {
            if (!GgufEncoder.isEncoder(file)) {
                throw new UserError(path + " holds no BERT or RoBERTa encoder but a model of the architecture '"
                        + file.require("general.architecture", String.class) + "'; choose an embedding model.");
            }
            var tokenizer = Tokenizer.ofGguf(file.metadata(), path.toString());
            var pooling = pooling(path, GgufEncoder.poolingType(file));
            return new EmbeddingModel(GgufEncoder.read(file, matmulType), tokenizer, EmbeddingSettings.of(path, pooling, true));
        }
    }

    private static Pooling pooling(Path path, OptionalInt asked) {
        return asked.isEmpty()
                ? Pooling.MEAN
                : Arrays.stream(Pooling.values()).filter(pooling -> pooling.gguf().equals(asked)).findFirst()
                        .orElseThrow(() -> new UserError(
                                path + " asks for the pooling_type " + asked.getAsInt()
                                        + "; known are 1 (mean), 2 (first token) and 3 (last token). "
                                        + "A file for ranking (4) gives no vectors."));
    }

    /**
     * Writes the model as a GGUF file that llama.cpp runs, whole or not at all. Prompts and a limit on the length have no place there;
     * whether vectors are normalised is for the program to say that runs it.
     *
     * @param name what to call the model in the file
     * @throws UserError where llama.cpp pools or tokenizes otherwise, or the disk is full
     */
    public void writeGguf(Path file, String name, Quantization quantization) {
        var pooling = settings.poolings().size() == 1 ? settings.poolings().getFirst().gguf() : OptionalInt.empty();
        if (pooling.isEmpty() || settings.lowerCase()) {
            throw new UserError("A GGUF file cannot say what the model in " + settings.encoder() + " does with a text ("
                    + (settings.lowerCase() ? "do_lower_case" : "pooling by " + settings.poolings()) + "); there is none for it.");
        }
        GgufEncoder.write(file, encoder, name, pooling.getAsInt(), tokenizer.gguf(encoder.config().vocabularySize()), quantization);
    }

    /** The number of components of a vector. */
    public int dimension() {
        return encoder.config().width() * settings.poolings().size();
    }

    /** The longest text that is read whole, in tokens, with those that frame it; the end of a longer one is left out. */
    public int maxTokens() {
        return maxTokens;
    }

    /** The names of the prompts that {@link #embed(List, String)} takes: {@code query} and {@code document}, for instance. */
    public Set<String> prompts() {
        return settings.prompts().keySet();
    }

    /** The number of tokens of {@code text}, with those that frame it, before anything is left out. */
    public int countTokens(String text) {
        return tokenizer.encode(text).length + framing();
    }

    private int framing() {
        return frame.before().length + frame.after().length;
    }

    /** One text, with the model's default prompt where it has one. */
    public Embedding embed(String text) {
        return embed(List.of(text)).getFirst();
    }

    /** All {@code texts}, in their order, with the model's default prompt where it has one. */
    public List<Embedding> embed(List<String> texts) {
        return embedBehind(settings.defaultPrompt(), texts);
    }

    /** All {@code texts}, in their order, each behind the prompt of that name. Throws {@link UserError} where the model has none such. */
    public List<Embedding> embed(List<String> texts, String promptName) {
        var prompt = settings.prompts().get(promptName);
        if (prompt == null) {
            throw UserError.usage("The model in " + settings.encoder() + " has no prompt '" + promptName + "'"
                    + (prompts().isEmpty() ? "; it has none at all." : "; " + Nearest.hint(promptName, prompts())));
        }
        return embedBehind(prompt, texts);
    }

    private List<Embedding> embedBehind(String prompt, List<String> texts) {
        var embeddings = new ArrayList<Embedding>(texts.size());
        for (int from = 0; from < texts.size(); from += WINDOW) {
            embedWindow(prompt, texts.subList(from, Math.min(texts.size(), from + WINDOW)), embeddings);
        }
        return embeddings;
    }

    /** Texts of about the same length together, so that little is padding. */
    private void embedWindow(String prompt, List<String> texts, List<Embedding> to) {
        var ids = new int[texts.size()][];
        var truncated = new boolean[ids.length];
        for (int i = 0; i < ids.length; i++) {
            var text = prompt + texts.get(i);
            var tokens = tokenizer.encode(settings.lowerCase() ? text.toLowerCase(Locale.ROOT) : text);
            int most = maxTokens - framing();
            truncated[i] = tokens.length > most;
            ids[i] = frame.around(truncated[i] ? Arrays.copyOf(tokens, most) : tokens);
            if (ids[i].length == 0) {
                throw UserError.usage("A text without tokens has no vector, and this model's tokenizer adds none; leave empty texts out.");
            }
        }
        var order = IntStream.range(0, ids.length).boxed().sorted(Comparator.comparingInt(i -> -ids[i].length)).toList();
        var embeddings = new Embedding[ids.length];
        for (int from = 0; from < order.size();) {
            int rows = Math.clamp(BATCH_TOKENS / ids[order.get(from)].length, 1, order.size() - from);
            var batch = order.subList(from, from + rows);
            var vectors = vectors(batch.stream().map(i -> ids[i]).toList());
            for (int b = 0; b < rows; b++) {
                int i = batch.get(b);
                embeddings[i] = new Embedding(vectors[b], ids[i].length, truncated[i]);
            }
            from += rows;
        }
        to.addAll(Arrays.asList(embeddings));
    }

    /** The vectors of a batch whose first sequence is the longest. */
    private float[][] vectors(List<int[]> batch) {
        int rows = batch.size();
        int longest = batch.getFirst().length;
        var flat = new int[rows * longest];
        var lengths = new int[rows];
        for (int b = 0; b < rows; b++) {
            lengths[b] = batch.get(b).length;
            System.arraycopy(batch.get(b), 0, flat, b * longest, lengths[b]);
        }
        float[] values;
        try (var _ = Scope.open(); var _ = Inference.open()) {
            var hidden = encoder.hidden(Tensor.ofIds(flat, rows, longest), null, lengths, Pass.EVALUATION);
            values = Pooling.pool(settings.poolings(), hidden, lengths).floats();
        }
        var vectors = new float[rows][];
        for (int b = 0; b < rows; b++) {
            vectors[b] = Arrays.copyOfRange(values, b * dimension(), (b + 1) * dimension());
            if (settings.normalise()) {
                normalise(vectors[b]);
            }
        }
        return vectors;
    }

    /** To length 1; a vector of zeros stays one. */
    private static void normalise(float[] vector) {
        double square = 0;
        for (float v : vector) {
            square += (double) v * v;
        }
        double scale = 1 / Math.max(Math.sqrt(square), 1e-12);
        for (int d = 0; d < vector.length; d++) {
            vector[d] = (float) (vector[d] * scale);
        }
    }
}
