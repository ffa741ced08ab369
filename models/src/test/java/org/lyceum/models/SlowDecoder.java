package org.lyceum.models;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lyceum.models.DecoderConfig.Positions;
import org.lyceum.models.layers.FeedForward;
import org.lyceum.models.layers.Norm;

/** The oracle of {@link Decoder}: one sequence through {@link SlowLayers}, in f64. */
record SlowDecoder(DecoderConfig config, Map<String, double[]> weights) {
    /** The same weights as {@code model} has now. */
    static SlowDecoder of(Decoder model) {
        var weights = new HashMap<String, double[]>();
        model.parameters().forEach(parameter -> weights.put(parameter.name(), parameter.value().doubles()));
        return new SlowDecoder(model.config(), weights);
    }

    double[][] logits(int[] ids) {
        var x = new double[ids.length][config.width()];
        for (int t = 0; t < ids.length; t++) {
            for (int d = 0; d < config.width(); d++) {
                x[t][d] = weight("embedding.weight")[ids[t] * config.width() + d] + switch (config.positions()) {
                    case LEARNED -> weight("positions.weight")[t * config.width() + d];
                    case SINUSOIDAL -> SlowLayers.sinusoid(t, d, config.width());
                    case NONE, ROPE, ALIBI -> 0;
                };
            }
        }
        for (int i = 0; i < config.depth(); i++) {
            var block = "blocks." + i + ".";
            x = sum(x, attention(norm(x, block + "attention_norm"), block + "attention."));
            x = sum(x, feedForward(norm(x, block + "feed_forward_norm"), block + "feed_forward."));
        }
        return SlowLayers.linear(norm(x, "norm"), weight(config.tiedEmbeddings() ? "embedding.weight" : "head.weight"), null);
    }

    double[][] attention(double[][] x, String at) {
        int width = config.headWidth();
        var all = SlowLayers.linear(x, weight(at + "qkv.weight"), optional(at + "qkv.bias"));
        var q = SlowLayers.columns(all, 0, config.heads() * width);
        var k = SlowLayers.columns(all, config.heads() * width, config.keyValueHeads() * width);
        var v = SlowLayers.columns(all, (config.heads() + config.keyValueHeads()) * width, config.keyValueHeads() * width);
        var mixed = SlowLayers.attention(q, k, v, config.heads(), config.keyValueHeads(), (head, t, s, query, key) -> {
            var a = prepared(query, t, at + "query_norm.weight");
            var b = prepared(key, s, at + "key_norm.weight");
            double bias = config.positions() == Positions.ALIBI ? -SlowLayers.slope(head, config.heads()) * (t - s) : 0;
            return SlowLayers.dot(a, b) / Math.sqrt(width) + bias;
        });
        return SlowLayers.linear(mixed, weight(at + "output.weight"), optional(at + "output.bias"));
    }

    private double[] prepared(double[] head, int t, String gain) {
        var normed = config.qkNorm() == DecoderConfig.QkNorm.HEAD
                ? SlowLayers.rmsNorm(new double[][]{head}, weight(gain), config.normEpsilon())[0]
                : head;
        return config.positions() == Positions.ROPE ? SlowLayers.rotated(normed, t, config.rope().theta()) : normed;
    }

    double[][] feedForward(double[][] x, String at) {
        return config.activation() == FeedForward.Kind.GELU
                ? SlowLayers.geluNetwork(x, weight(at + "up.weight"), optional(at + "up.bias"), weight(at + "down.weight"),
                        optional(at + "down.bias"))
                : SlowLayers.swigluNetwork(x, weight(at + "gate_up.weight"), optional(at + "gate_up.bias"), weight(at + "down.weight"),
                        optional(at + "down.bias"));
    }

    double[][] norm(double[][] x, String at) {
        return config.norm() == Norm.Kind.LAYER
                ? SlowLayers.layerNorm(x, weight(at + ".weight"), weight(at + ".bias"), config.normEpsilon())
                : SlowLayers.rmsNorm(x, weight(at + ".weight"), config.normEpsilon());
    }

    private double[] weight(String name) {
        var weight = optional(name);
        if (weight == null) {
            throw new AssertionError("no parameter " + name + " among " + weights.keySet());
        }
        return weight;
    }

    private double @Nullable [] optional(String name) {
        return weights.get(name);
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
