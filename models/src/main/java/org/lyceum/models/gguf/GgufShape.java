package org.lyceum.models.gguf;

import java.util.ArrayList;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.DecoderConfig.Biases;
import org.lyceum.models.DecoderConfig.NormPlacement;
import org.lyceum.models.DecoderConfig.QkNorm;
import org.lyceum.models.DecoderConfig.Window;
import org.lyceum.models.huggingface.Family;
import org.lyceum.models.layers.FeedForward;
import org.lyceum.models.layers.Rope;
import org.lyceum.tensor.gguf.GgufFile;

/**
 * The shape of a model from the metadata of its GGUF file ({@code docs/gguf.md} in ggml-org/ggml, "Standardized key-value pairs") and, where
 * they alone say it, from the tensors that it holds. What is absent is what llama.cpp takes it for.
 *
 * @param keys   those of {@code file}
 * @param family whose architecture the file names
 */
record GgufShape(GgufFile file, ArchitectureKeys keys, Family family) {
    /** What stands for {@code query_pre_attn_scalar}, which no key says: the largest Gemma 3 alone has it at W / H and not at D. */
    private static final int LARGEST_GEMMA_DEPTH = 62;
    private static final int LLAMA3_CONTEXT = 8192;

    DecoderConfig read() {
        keys.refuse(keys.integer("expert_count", 0) > 0, "experts (expert_count)");
        keys.refuse(!keys.flag("attention.causal", true), "attention in both directions (attention.causal)");
        keys.refuse(keys.number("attn_logit_softcapping", 0.0) > 0, "capped attention scores (attn_logit_softcapping)");
        keys.refuse(keys.number("final_logit_softcapping", 0.0) > 0, "capped logits (final_logit_softcapping)");
        int vocabulary = keys.rows("token_embd.weight");
        int width = keys.integer("embedding_length");
        int heads = keys.integer("attention.head_count");
        boolean gpt2 = family == Family.GPT2;
        int headWidth = keys.has("attention.key_length") ? keys.integer("attention.key_length") : DecoderConfig.headWidth(width, heads);
        keys.refuse(keys.integer("attention.value_length", headWidth) != headWidth,
                "values of another width than keys (attention.value_length)");
        keys.refuse(keys.integer("rope.dimension_count", headWidth) != headWidth, "partly rotated heads (rope.dimension_count)");
        var common = (gpt2
                ? DecoderConfig.gpt2(vocabulary, keys.integer("context_length"), width, keys.integer("block_count"), heads)
                : DecoderConfig.llama(vocabulary, keys.integer("context_length"), width, keys.integer("block_count"), 1, 1)).with(c -> {
                    c.heads = heads;
                    c.keyValueHeads = keys.integer("attention.head_count_kv", heads);
                    c.headWidth = headWidth;
                    c.hiddenWidth = keys.integer("feed_forward_length");
                    c.normEpsilon = keys.number(gpt2 ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon", null);
                    c.biases = biases();
                    c.tiedEmbeddings = !file.tensors().containsKey("output.weight");
                });
        return gpt2 ? common : rotary(common);
    }

    private DecoderConfig rotary(DecoderConfig common) {
        boolean gemma = family == Family.GEMMA3_TEXT;
        double theta = keys.number("rope.freq_base", gemma ? 1_000_000.0 : 10_000.0);
        var rope = new Rope(theta, scaling(theta, common.headWidth()));
        return common.with(c -> {
            c.rope = rope;
            c.window = window(Rope.of(keys.number("rope.freq_base_swa", gemma ? 10_000.0 : theta)));
            c.normPlacement = switch (family) {
                case OLMO2 -> NormPlacement.POST;
                case GEMMA3_TEXT -> NormPlacement.BOTH;
                default -> NormPlacement.PRE;
            };
            c.qkNorm = switch (family) {
                case QWEN3, GEMMA3_TEXT -> QkNorm.HEAD;
                case OLMO2 -> QkNorm.FULL;
                default -> QkNorm.NONE;
            };
            if (gemma) {
                c.activation = FeedForward.Kind.GEGLU;
                c.embeddingScale = (float) Math.sqrt(c.width);
            }
            c.attentionScale = attentionScale(family, common);
        });
    }

    /** What scores are scaled by, which no key says; null for 1/√D. */
    static @Nullable Double attentionScale(Family family, DecoderConfig c) {
        boolean largest = family == Family.GEMMA3_TEXT && c.depth() == LARGEST_GEMMA_DEPTH && c.width() != c.heads() * c.headWidth();
        return largest ? Double.valueOf(1 / Math.sqrt((double) c.width() / c.heads())) : null;
    }

    private @Nullable Window window(Rope rope) {
        int length = keys.integer("attention.sliding_window", 0);
        int every = globalEvery();
        return length == 0 || every == 1 ? null : new Window(length, every, rope);
    }

    /** n where every n-th layer sees everything, and 0 where none does: one number, or a truth for each layer that slides. */
    private int globalEvery() {
        var pattern = file.metadata().get(keys.key("attention.sliding_window_pattern"));
        if (!(pattern instanceof boolean[] slides)) {
            return keys.integer("attention.sliding_window_pattern", family == Family.GEMMA3_TEXT ? 6 : 0);
        }
        var global = new ArrayList<Integer>();
        for (int layer = 0; layer < slides.length; layer++) {
            if (!slides[layer]) {
                global.add(layer + 1);
            }
        }
        int every = global.isEmpty() ? 0 : global.getFirst();
        var wanted = IntStream.rangeClosed(1, slides.length).filter(layer -> every > 0 && layer % every == 0).boxed().toList();
        keys.refuse(!global.equals(wanted), "sliding layers in another pattern than all but every n-th (attention.sliding_window_pattern)");
        return every;
    }

    private Rope.Scaling scaling(double theta, int headWidth) {
        var type = file.find(keys.key("rope.scaling.type"), String.class).orElse(keys.has("rope.scale_linear") ? "linear" : "none");
        keys.refuse(!type.equals("none") && !type.equals("linear"), "rotary positions of the type '" + type + "' (rope.scaling.type)");
        if (type.equals("linear")) {
            return new Rope.Linear(keys.number("rope.scaling.factor", keys.number("rope.scale_linear", 1.0)));
        }
        var divisors = file.tensors().get("rope_freqs.weight");
        return divisors == null ? new Rope.Unscaled() : llama3(divisors, theta, headWidth);
    }

    /** The file holds what Llama 3's formula gives, and not what goes in; its models have all but the factor in common. */
    private Rope.Scaling llama3(GgufFile.Entry tensor, double theta, int headWidth) {
        if (headWidth < 2 || tensor.elements() != headWidth / 2) {
            throw new UserError("The tensor 'rope_freqs.weight' in " + file.path() + " has " + tensor.elements() + " values where heads "
                    + headWidth + " wide need half as many; fetch or convert it again.");
        }
        var divisors = new float[headWidth / 2];
        tensor.dequantize(0, divisors, 0, divisors.length);
        float factor = divisors[divisors.length - 1];
        var scaling = factor == 1 ? new Rope.Unscaled() : new Rope.Llama3(factor, 1, 4, LLAMA3_CONTEXT);
        var plain = Rope.of(theta).frequencies(headWidth);
        var scaled = new Rope(theta, scaling).frequencies(headWidth);
        for (int i = 0; i < divisors.length; i++) {
            keys.refuse(!(Math.abs(plain[i] / scaled[i] / divisors[i] - 1) < 1e-3),
                    "rotary positions stretched in another way than Llama 3's (rope_freqs.weight)");
        }
        return scaling;
    }

    private Biases biases() {
        boolean attention = holds("attn_q") || holds("attn_qkv");
        boolean output = holds("attn_output");
        boolean feedForward = holds("ffn_up");
        keys.refuse(output != feedForward || output && !attention, "biases in some layers alone (blk.0.attn_output.bias)");
        return output ? Biases.ALL : attention ? Biases.QKV : Biases.NONE;
    }

    private boolean holds(String layer) {
        return file.tensors().containsKey("blk.0." + layer + ".bias");
    }
}
