package org.lyceum.models;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lyceum.models.DecoderConfig.NormPlacement;
import org.lyceum.models.DecoderConfig.Positions;
import org.lyceum.models.DecoderConfig.QkNorm;
import org.lyceum.models.layers.Norm;
import org.lyceum.models.layers.Rope;

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
                x[t][d] = weight("embedding.weight")[ids[t] * config.width() + d] * config.embeddingScale() + switch (config.positions()) {
                    case LEARNED -> weight("positions.weight")[t * config.width() + d];
                    case SINUSOIDAL -> SlowLayers.sinusoid(t, d, config.width());
                    case NONE, ROPE, ALIBI -> 0;
                };
            }
        }
        for (int i = 0; i < config.depth(); i++) {
            var block = "blocks." + i + ".";
            boolean before = config.normPlacement() != NormPlacement.POST;
            boolean after = config.normPlacement() != NormPlacement.PRE;
            var mixed = attention(before ? norm(x, block + "attention_norm") : x, block + "attention.", i);
            x = sum(x, after ? norm(mixed, block + "attention_post_norm") : mixed);
            var fed = feedForward(before ? norm(x, block + "feed_forward_norm") : x, block + "feed_forward.");
            x = sum(x, after ? norm(fed, block + "feed_forward_post_norm") : fed);
        }
        return SlowLayers.linear(norm(x, "norm"), weight(config.tiedEmbeddings() ? "embedding.weight" : "head.weight"), null);
    }

    double[][] attention(double[][] x, String at, int layer) {
        int width = config.headWidth();
        var window = config.window();
        boolean slides = window != null && !(window.globalEvery() > 0 && layer % window.globalEvery() == window.globalEvery() - 1);
        var rope = slides ? window.rope() : config.rope();
        var all = SlowLayers.linear(x, weight(at + "qkv.weight"), optional(at + "qkv.bias"));
        var q = prepared(SlowLayers.columns(all, 0, config.heads() * width), config.heads(), at + "query_norm.weight", rope);
        var k = prepared(SlowLayers.columns(all, config.heads() * width, config.keyValueHeads() * width), config.keyValueHeads(),
                at + "key_norm.weight", rope);
        var v = SlowLayers.columns(all, (config.heads() + config.keyValueHeads()) * width, config.keyValueHeads() * width);
        double scale = config.attentionScale() == null ? 1 / Math.sqrt(width) : config.attentionScale();
        var mixed = SlowLayers.attention(q, k, v, config.heads(), config.keyValueHeads(), (head, t, s, query, key) -> {
            double bias = config.positions() == Positions.ALIBI ? -SlowLayers.slope(head, config.heads()) * (t - s) : 0;
            boolean tooFar = slides && t - s >= window.length();
            return tooFar ? Double.NEGATIVE_INFINITY : SlowLayers.dot(query, key) * scale + bias;
        });
        return SlowLayers.linear(mixed, weight(at + "output.weight"), optional(at + "output.bias"));
    }

    /** Queries or keys (T, heads·D), normalised and turned. */
    private double[][] prepared(double[][] x, int heads, String gain, Rope rope) {
        var whole = config.qkNorm() == QkNorm.FULL ? SlowLayers.rmsNorm(x, weight(gain), config.normEpsilon()) : x;
        var y = new double[x.length][x[0].length];
        for (int t = 0; t < x.length; t++) {
            for (int h = 0; h < heads; h++) {
                var head = SlowLayers.slice(whole[t], h, config.headWidth());
                if (config.qkNorm() == QkNorm.HEAD) {
                    head = SlowLayers.rmsNorm(new double[][]{head}, weight(gain), config.normEpsilon())[0];
                }
                if (config.positions() == Positions.ROPE) {
                    head = SlowLayers.rotated(head, t, rope);
                }
                System.arraycopy(head, 0, y[t], h * head.length, head.length);
            }
        }
        return y;
    }

    double[][] feedForward(double[][] x, String at) {
        var up = config.activation().gated() ? "gate_up" : "up";
        var in = weight(at + up + ".weight");
        var inBias = optional(at + up + ".bias");
        var down = weight(at + "down.weight");
        var downBias = optional(at + "down.bias");
        return switch (config.activation()) {
            case GELU -> SlowLayers.geluNetwork(x, in, inBias, down, downBias);
            case RELU -> SlowLayers.reluNetwork(x, in, inBias, down, downBias);
            case SWIGLU -> SlowLayers.gatedNetwork(SlowLayers::silu, x, in, inBias, down, downBias);
            case GEGLU -> SlowLayers.gatedNetwork(SlowLayers::gelu, x, in, inBias, down, downBias);
        };
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
