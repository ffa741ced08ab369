package org.lyceum.study.senses;

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
record Contextual(String name, Tokenizer tokenizer, boolean causal, int context, Tensor vectors, Network pass) {
    /** A forward pass. */
    @FunctionalInterface
    interface Network {
        void through(Tensor ids);
    }

    /** The model at {@code path}: a folder, a run, a .gguf file or {@code org/name}. Throws {@link UserError} where there is none that we know. */
    static Contextual load(String path) {
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

    static Contextual of(String name, Tokenizer tokenizer, Encoder encoder) {
        return new Contextual(name, tokenizer, false, encoder.config().context(), named(encoder.parameters(), "tokens.weight"),
                ids -> encoder.hidden(ids, null, null, Pass.EVALUATION));
    }

    static Contextual of(String name, Tokenizer tokenizer, Decoder decoder) {
        return new Contextual(name, tokenizer, true, decoder.config().context(), named(decoder.parameters(), "embedding.weight"),
                ids -> decoder.hidden(ids, null, Pass.EVALUATION));
    }

    private static Tensor named(List<Parameter> parameters, String name) {
        return parameters.stream().filter(parameter -> parameter.name().equals(name)).findFirst().orElseThrow().value();
    }

    /**
     * The vectors of a word in its sentence, the mean over its tokens where it has several: first that of the model's input embedding, which
     * is the same in every sentence, then what goes into the first block, then what comes out of each: (2 + L, W). Throws {@link UserError}
     * where the sentence is too long or its tokens do not end where the word does.
     */
    List<float[]> states(Occurrence occurrence) {
        var sentence = occurrence.sentence();
        var ids = tokenizer.encode(sentence);
        int begin = begin(ids, occurrence);
        int end = prefix(ids, sentence.substring(0, occurrence.to())).orElseThrow(() -> divided(occurrence));
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
    private int begin(int[] ids, Occurrence occurrence) {
        var before = occurrence.sentence().substring(0, occurrence.from());
        var whole = prefix(ids, before);
        return whole.isPresent() ? whole.getAsInt() : prefix(ids, before.stripTrailing()).orElseThrow(() -> divided(occurrence));
    }

    /** How many tokens {@code text} has, if {@code ids} begin with them. */
    private OptionalInt prefix(int[] ids, String text) {
        var tokens = text.isEmpty() ? new int[0] : tokenizer.encode(text);
        boolean begins = tokens.length <= ids.length && Arrays.equals(tokens, Arrays.copyOf(ids, tokens.length));
        return begins ? OptionalInt.of(tokens.length) : OptionalInt.empty();
    }

    private UserError divided(Occurrence occurrence) {
        return new UserError("The tokens that " + name + " makes of '" + occurrence.sentence() + "' do not begin and end with the word '"
                + occurrence.word() + "'; word that sentence differently.");
    }
}
