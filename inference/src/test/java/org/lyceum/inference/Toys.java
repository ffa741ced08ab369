package org.lyceum.inference;

import java.util.List;
import java.util.Map;
import org.lyceum.foundation.Seeds;
import org.lyceum.models.Decoder;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.DecoderConfig.Positions;
import org.lyceum.models.layers.FeedForward;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.text.tokenizer.CharacterTokenizer;
import org.lyceum.text.tokenizer.Tokenizer;

/** Models of random weights, large enough to have opinions, and the slow ways to use them. */
public final class Toys {
    static final String LETTERS = "abcdefghijklmnopqrstuvwxyz .,:!\nUA😀é";
    static final int CONTEXT = 24;

    /** Every way in which the decoder treats positions and heads differently. */
    static final Map<String, DecoderConfig> CONFIGS = Map.of(
            "gpt2", DecoderConfig.gpt2(40, CONTEXT, 32, 2, 4),
            "llama", DecoderConfig.llama(40, CONTEXT, 32, 2, 4, 2),
            "qkNorm", config(Positions.ROPE, true),
            "alibi", config(Positions.ALIBI, false),
            "sinusoidal", config(Positions.SINUSOIDAL, false),
            "none", config(Positions.NONE, false));

    private Toys() {
    }

    public static Tokenizer tokenizer() {
        return CharacterTokenizer.of(List.of(LETTERS), List.of("<|endoftext|>"));
    }

    public static LanguageModel model(String config) {
        return new LanguageModel(decoder(config, 1), tokenizer());
    }

    public static Decoder decoder(LanguageModel model) {
        return ((TorchEngine) model.engine()).decoder();
    }

    public static Decoder decoder(String name, long seed) {
        var decoder = new Decoder(CONFIGS.get(name), DType.F32);
        try (var _ = Scope.open(); var _ = NoGradient.open()) {
            for (var parameter : decoder.parameters()) {
                var values = Tensor.normal(Seeds.derive(seed, parameter.name(), 0), 0.3, parameter.value().shape());
                parameter.value().copyFrom(values.plus(parameter.name().contains("norm.weight") ? 1 : 0));
            }
        }
        return decoder;
    }

    /** The logits after every token of {@code ids}, computed at once without a cache. */
    public static float[][] logits(Decoder decoder, int[] ids) {
        try (var _ = Scope.open(); var _ = NoGradient.open()) {
            var all = decoder.logits(Tensor.ofIds(ids, 1, ids.length));
            var rows = new float[ids.length][];
            for (int t = 0; t < ids.length; t++) {
                rows[t] = all.select(0, 0).select(0, t).floats();
            }
            return rows;
        }
    }

    public static int[] randomIds(int length, long seed) {
        return Seeds.generator(seed, "ids", 0).ints(length, 0, LETTERS.codePointCount(0, LETTERS.length())).toArray();
    }

    private static DecoderConfig config(Positions positions, boolean qkNorm) {
        return DecoderConfig.llama(40, CONTEXT, 32, 2, 4, 2).with(c -> {
            c.hiddenWidth = 64;
            c.positions = positions;
            c.activation = FeedForward.Kind.GELU;
            c.qkNorm = qkNorm ? DecoderConfig.QkNorm.HEAD : DecoderConfig.QkNorm.NONE;
            c.tiedEmbeddings = false;
        });
    }
}
