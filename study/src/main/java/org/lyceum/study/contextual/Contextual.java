package org.lyceum.study.contextual;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.LanguageModel;
import org.lyceum.models.Decoder;
import org.lyceum.models.Encoder;
import org.lyceum.models.Pass;
import org.lyceum.models.gguf.GgufEncoder;
import org.lyceum.models.gguf.GgufImport;
import org.lyceum.models.hub.PulledModels;
import org.lyceum.models.huggingface.EncoderFolder;
import org.lyceum.models.huggingface.HuggingFaceFolder;
import org.lyceum.models.layers.HiddenProbe;
import org.lyceum.models.layers.Parameter;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Inference;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.tensor.gguf.GgufFile;
import org.lyceum.text.tokenizer.Tokenizer;

/**
 * A transformer whose states can be looked at, with its tokenizer.
 *
 * @param name what reports call it
 * @param causal whether a word sees only what stands before it
 * @param context the longest sentence in tokens
 * @param vectors the model's own input vectors (V, W), one a token
 * @param pass ids (1, T) through the network, for {@link HiddenProbe} to see
 */
public record Contextual(String name, Tokenizer tokenizer, boolean causal, int context, Tensor vectors, Network pass) {
    /** A forward pass. */
    @FunctionalInterface
    public interface Network {
        void through(Tensor ids);
    }

    /** The model at {@code path}: a folder, a run, a .gguf file or {@code org/name}. Throws {@link UserError} where there is none that we know. */
    public static Contextual load(String path) {
        var found = PulledModels.locate(Path.of(path));
        var name = String.valueOf(Path.of(path).toAbsolutePath().normalize().getFileName()).replaceFirst("\\.gguf$", "");
        if (EncoderFolder.isEncoder(found)) {
            return of(name, Tokenizer.load(found), EncoderFolder.read(found, DType.F32));
        }
        found = LanguageModel.checkpoint(found);
        if (Files.isRegularFile(found)) {
            return ofGguf(name, found);
        }
        return of(name, Tokenizer.load(found), HuggingFaceFolder.read(found, DType.F32));
    }

    private static Contextual ofGguf(String name, Path file) {
        try (var gguf = GgufFile.open(file)) {
            var tokenizer = Tokenizer.ofGguf(gguf.metadata(), file.toString());
            return GgufEncoder.isEncoder(gguf)
                    ? of(name, tokenizer, GgufEncoder.read(gguf, DType.F32))
                    : of(name, tokenizer, GgufImport.read(gguf, DType.F32));
        }
    }

    public static Contextual of(String name, Tokenizer tokenizer, Encoder encoder) {
        return new Contextual(name, tokenizer, false, encoder.config().context(), named(encoder.parameters(), "tokens.weight"),
                ids -> encoder.hidden(ids, null, null, Pass.EVALUATION));
    }

    public static Contextual of(String name, Tokenizer tokenizer, Decoder decoder) {
        return new Contextual(name, tokenizer, true, decoder.config().context(), named(decoder.parameters(), "embedding.weight"),
                ids -> decoder.hidden(ids, null, Pass.EVALUATION));
    }

    private static Tensor named(List<Parameter> parameters, String name) {
        return parameters.stream().filter(parameter -> parameter.name().equals(name)).findFirst().orElseThrow().value();
    }

    /**
     * The vectors of the word that stands in {@code sentence} from {@code from} to before {@code to}, the mean over its tokens where it has
     * several: first that of the model's input embedding, which is the same in every sentence, then what goes into the first block, then what
     * comes out of each: (2 + L, W). Throws {@link UserError} where the sentence is too long or its tokens do not end where the word does.
     */
    public List<float[]> states(String sentence, int from, int to) {
        var ids = tokenizer.encode(sentence);
        int end = prefix(ids, sentence.substring(0, to)).orElseThrow(() -> divided(sentence, from, to));
        int begin = begin(ids, sentence, from).orElseThrow(() -> divided(sentence, from, to));
        int before = tokenizer.frame().before().length;
        var framed = tokenizer.frame().around(ids);
        if (framed.length > context) {
            throw new UserError(
                    "The sentence '" + sentence + "' has " + framed.length + " tokens and the context of " + name + " is " + context
                            + "; shorten it.");
        }
        var states = new ArrayList<float[]>();
        try (var _ = Scope.open(); var _ = Inference.open()) {
            UnaryOperator<Tensor> word = all -> all.narrow(0, begin, end - begin).sum(0, false).dividedBy(end - begin); // (T, W) → (W)
            states.add(word.apply(Tensor.ofIds(ids, ids.length).embedding(vectors).to(DType.F32)).floats());
            for (var layer : HiddenProbe.states(() -> pass.through(Tensor.ofIds(framed, 1, framed.length)))) {
                states.add(word.apply(layer.select(0, 0).narrow(0, before, ids.length)).floats());
            }
        }
        return states;
    }

    /** The word's first token; that of the space before it where the space belongs to the word's token. */
    private OptionalInt begin(int[] ids, String sentence, int from) {
        var before = sentence.substring(0, from);
        var whole = prefix(ids, before);
        return whole.isPresent() ? whole : prefix(ids, before.stripTrailing());
    }

    /** How many tokens {@code text} has, if {@code ids} begin with them. */
    private OptionalInt prefix(int[] ids, String text) {
        var tokens = text.isEmpty() ? new int[0] : tokenizer.encode(text);
        boolean begins = tokens.length <= ids.length && Arrays.equals(tokens, Arrays.copyOf(ids, tokens.length));
        return begins ? OptionalInt.of(tokens.length) : OptionalInt.empty();
    }

    private UserError divided(String sentence, int from, int to) {
        return new UserError("The tokens that " + name + " makes of '" + sentence + "' do not begin and end with the word '"
                + sentence.substring(from, to) + "'; word that sentence differently.");
    }

    /** Whether {@code word} can be written with the model's tokens, none of them the one for what is unknown. */
    public boolean knows(String word) {
        try {
            var ids = tokenizer.encode(word);
            var unknown = tokenizer.settings().namedTokens().get("unk_token");
            var id = unknown == null ? OptionalInt.empty() : tokenizer.id(unknown);
            return ids.length > 0 && (id.isEmpty() || Arrays.stream(ids).noneMatch(each -> each == id.getAsInt()));
        } catch (UserError _) {
            return false; // a tokenizer without a token for what is unknown says so
        }
    }

    /** x·y / (|x|·|y|), rounded to 1e-6, so that vectors that are the same have one cosine; 0 where one of them is 0. */
    public static double cosine(float[] x, float[] y) {
        double dot = 0;
        double xx = 0;
        double yy = 0;
        for (int d = 0; d < x.length; d++) {
            dot += (double) x[d] * y[d];
            xx += (double) x[d] * x[d];
            yy += (double) y[d] * y[d];
        }
        return xx == 0 || yy == 0 ? 0 : Math.round(dot / Math.sqrt(xx * yy) * 1e6) / 1e6;
    }
}
