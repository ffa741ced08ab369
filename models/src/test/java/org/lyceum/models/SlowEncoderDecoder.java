package org.lyceum.models;

import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.lyceum.models.layers.FeedForward;

/** The oracle of {@link EncoderDecoder}: one pair of sequences in plain loops over doubles, nothing cached and nothing padded. */
public record SlowEncoderDecoder(EncoderDecoderConfig config, Map<String, double[]> weights) {
    /** The same weights as {@code model} has now. */
    public static SlowEncoderDecoder of(EncoderDecoder model) {
        var weights = new HashMap<String, double[]>();
        model.parameters().forEach(parameter -> weights.put(parameter.name(), parameter.value().doubles()));
        return new SlowEncoderDecoder(model.config(), weights);
    }

    /** The logits (T, V) of the tokens behind {@code target} when {@code source} was read. */
    public double[][] logits(int[] source, int[] target) {
        var shared = config.sharing() == EncoderDecoderConfig.Sharing.ALL;
        var read = embedded(source, shared ? "embedding.weight" : "source_embedding.weight");
        for (int i = 0; i < config.encoderDepth(); i++) {
            var at = "encoder." + i + ".";
            read = residual(read, at + "attention_norm", x -> selfAttention(x, at + "attention.", false));
            read = residual(read, at + "feed_forward_norm", x -> feedForward(x, at + "feed_forward."));
        }
        var memory = config.normFirst() ? norm(read, "encoder_norm") : read;
        var table = shared ? "embedding.weight" : "target_embedding.weight";
        var written = embedded(target, table);
        for (int i = 0; i < config.decoderDepth(); i++) {
            var at = "decoder." + i + ".";
            written = residual(written, at + "attention_norm", x -> selfAttention(x, at + "attention.", true));
            written = residual(written, at + "cross_norm", x -> crossAttention(x, memory, at + "cross."));
            written = residual(written, at + "feed_forward_norm", x -> feedForward(x, at + "feed_forward."));
        }
        var hidden = config.normFirst() ? norm(written, "decoder_norm") : written;
        return SlowLayers.linear(hidden, weight(config.sharing() == EncoderDecoderConfig.Sharing.NONE ? "head.weight" : table), null);
    }

    private double[][] embedded(int[] ids, String table) {
        var x = new double[ids.length][config.width()];
        for (int t = 0; t < ids.length; t++) {
            for (int d = 0; d < config.width(); d++) {
                x[t][d] = weight(table)[ids[t] * config.width() + d] * Math.sqrt(config.width())
                        + SlowLayers.sinusoid(t, d, config.width());
            }
        }
        return x;
    }

    private double[][] residual(double[][] x, String norm, UnaryOperator<double[][]> layer) {
        if (config.normFirst()) {
            return sum(x, layer.apply(norm(x, norm)));
        }
        return norm(sum(x, layer.apply(x)), norm);
    }

    private double[][] selfAttention(double[][] x, String at, boolean causal) {
        var all = SlowLayers.linear(x, weight(at + "qkv.weight"), weight(at + "qkv.bias"));
        int w = config.width();
        var mixed = attention(SlowLayers.columns(all, 0, w), SlowLayers.columns(all, w, w), SlowLayers.columns(all, 2 * w, w),
                config.heads(), causal);
        return SlowLayers.linear(mixed, weight(at + "output.weight"), weight(at + "output.bias"));
    }

    private double[][] crossAttention(double[][] x, double[][] memory, String at) {
        var both = SlowLayers.linear(memory, weight(at + "key_value.weight"), weight(at + "key_value.bias"));
        int w = config.width();
        var mixed = attention(SlowLayers.linear(x, weight(at + "query.weight"), weight(at + "query.bias")),
                SlowLayers.columns(both, 0, w), SlowLayers.columns(both, w, w), config.heads(), false);
        return SlowLayers.linear(mixed, weight(at + "output.weight"), weight(at + "output.bias"));
    }

    /** softmax(q·kᵀ/√D)·v for each head, side by side: q (T, W), k and v (S, W). */
    public static double[][] attention(double[][] q, double[][] k, double[][] v, int heads, boolean causal) {
        int width = q[0].length / heads;
        var y = new double[q.length][q[0].length];
        for (int h = 0; h < heads; h++) {
            for (int t = 0; t < q.length; t++) {
                int seen = causal ? t + 1 : k.length;
                var weights = new double[seen];
                double total = 0;
                for (int s = 0; s < seen; s++) {
                    weights[s] = Math.exp(
                            SlowLayers.dot(SlowLayers.slice(q[t], h, width), SlowLayers.slice(k[s], h, width)) / Math.sqrt(width));
                    total += weights[s];
                }
                for (int s = 0; s < seen; s++) {
                    for (int d = 0; d < width; d++) {
                        y[t][h * width + d] += weights[s] / total * v[s][h * width + d];
                    }
                }
            }
        }
        return y;
    }

    private double[][] feedForward(double[][] x, String at) {
        return switch (config.activation()) {
            case GELU -> SlowLayers.geluNetwork(x, weight(at + "up.weight"), weight(at + "up.bias"), weight(at + "down.weight"),
                    weight(at + "down.bias"));
            case RELU -> SlowLayers.reluNetwork(x, weight(at + "up.weight"), weight(at + "up.bias"), weight(at + "down.weight"),
                    weight(at + "down.bias"));
            case SWIGLU, GEGLU -> SlowLayers.gatedNetwork(
                    config.activation() == FeedForward.Kind.SWIGLU ? SlowLayers::silu : SlowLayers::gelu, x, weight(at + "gate_up.weight"),
                    weight(at + "gate_up.bias"), weight(at + "down.weight"), weight(at + "down.bias"));
        };
    }

    private double[][] norm(double[][] x, String at) {
        return SlowLayers.layerNorm(x, weight(at + ".weight"), weight(at + ".bias"), config.normEpsilon());
    }

    private double[] weight(String name) {
        var weight = weights.get(name);
        if (weight == null) {
            throw new AssertionError("no parameter " + name + " among " + weights.keySet());
        }
        return weight;
    }

    private static double[][] sum(double[][] a, double[][] b) {
        var y = new double[a.length][a[0].length];
        for (int t = 0; t < a.length; t++) {
            for (int d = 0; d < a[t].length; d++) {
                y[t][d] = a[t][d] + b[t][d];
            }
        }
        return y;
    }
}
