package org.lyceum.training.pretrain;

import static java.util.Objects.requireNonNullElse;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.models.CausalConfig;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.DecoderConfig.Biases;
import org.lyceum.models.DecoderConfig.NormPlacement;
import org.lyceum.models.DecoderConfig.Positions;
import org.lyceum.models.DecoderConfig.QkNorm;
import org.lyceum.models.RecurrentConfig;
import org.lyceum.models.layers.FeedForward;
import org.lyceum.models.layers.Norm;
import org.lyceum.models.layers.Recurrence.Kind;
import org.lyceum.models.layers.Rope;
import org.lyceum.training.optimizer.OptimizerConfig;
import org.lyceum.training.pretrain.PretrainConfig.Model;
import org.lyceum.training.pretrain.PretrainConfig.Model.Family;
import org.lyceum.training.pretrain.PretrainConfig.Train;

/**
 * One dial, the depth d, from which what is left null in a configuration follows:
 *
 * <table>
 * <caption>What follows from the depth</caption>
 * <tr><th>choice</th><th>value</th></tr>
 * <tr><td>width W</td><td>64·d</td></tr>
 * <tr><td>heads</td><td>W / 64, at least 1</td></tr>
 * <tr><td>feed-forward width</td><td>4·W, or 8/3·W where it is gated</td></tr>
 * <tr><td>rows of a batch</td><td>4,096 tokens' worth up to d = 6, twice that at d = 12 and so on</td></tr>
 * <tr><td>peak learning rate</td><td>{@value #RATE_AT_256}·√(256 / W)</td></tr>
 * <tr><td>steps</td><td>as many as tokens_per_parameter·parameters need</td></tr>
 * </table>
 */
public final class DepthDial {
    static final double RATE_AT_256 = 6e-3;

    private DepthDial() {
    }

    /** The shape of the model for a tokenizer of {@code vocabularySize} tokens. */
    public static CausalConfig shape(Model m, int vocabularySize) {
        return switch (m.family()) {
            case GPT2, LLAMA, QWEN3 -> transformer(m, vocabularySize);
            case RNN -> recurrent(Kind.ELMAN, m, vocabularySize);
            case GRU -> recurrent(Kind.GRU, m, vocabularySize);
            case LSTM -> recurrent(Kind.LSTM, m, vocabularySize);
        };
    }

    private static RecurrentConfig recurrent(Kind kind, Model m, int vocabularySize) {
        refuse(m, "heads", m.heads());
        refuse(m, "key_value_heads", m.keyValueHeads());
        refuse(m, "head_width", m.headWidth());
        refuse(m, "hidden_width", m.hiddenWidth());
        refuse(m, "norm", m.norm());
        refuse(m, "positions", m.positions());
        refuse(m, "activation", m.activation());
        refuse(m, "bias", m.bias());
        refuse(m, "qk_norm", m.qkNorm());
        return new RecurrentConfig(kind, vocabularySize, m.context(), requireNonNullElse(m.width(), 64 * m.depth()), m.depth(),
                m.tiedEmbeddings(), m.dropout());
    }

    private static void refuse(Model m, String key, @Nullable Object value) {
        if (value != null) {
            throw UserError.usage("model." + key + "=" + String.valueOf(value).toLowerCase(Locale.ROOT)
                    + " is a choice of transformers, which model.family=" + m.family().name().toLowerCase(Locale.ROOT)
                    + " does not have; leave it out, or choose another family.");
        }
    }

    private static DecoderConfig transformer(Model m, int vocabularySize) {
        boolean llama = m.family() != Family.GPT2;
        int width = requireNonNullElse(m.width(), 64 * m.depth());
        int heads = requireNonNullElse(m.heads(), Math.max(1, width / 64));
        int headWidth = m.headWidth() != null ? m.headWidth() : DecoderConfig.headWidth(width, heads);
        var activation = requireNonNullElse(m.activation(), llama ? FeedForward.Kind.SWIGLU : FeedForward.Kind.GELU);
        int hidden = requireNonNullElse(m.hiddenWidth(),
                activation.gated() ? DecoderConfig.swigluWidth(width) : 4 * width);
        boolean bias = requireNonNullElse(m.bias(), !llama);
        boolean qkNorm = requireNonNullElse(m.qkNorm(), m.family() == Family.QWEN3);
        return new DecoderConfig(vocabularySize, m.context(), width, m.depth(), heads, requireNonNullElse(m.keyValueHeads(), heads),
                headWidth, hidden, requireNonNullElse(m.norm(), llama ? Norm.Kind.RMS : Norm.Kind.LAYER), 1e-5, NormPlacement.PRE,
                requireNonNullElse(m.positions(), llama ? Positions.ROPE : Positions.LEARNED), Rope.of(m.ropeTheta()), null, activation,
                bias ? Biases.ALL : Biases.NONE, qkNorm ? QkNorm.HEAD : QkNorm.NONE, null, 1, m.tiedEmbeddings(), m.dropout());
    }

    /** {@code config} with every null that the dial governs filled in, for a model of {@code shape}. */
    public static PretrainConfig resolve(PretrainConfig config, CausalConfig shape) {
        var m = config.model();
        var o = config.optimizer();
        var t = config.train();
        int batch = requireNonNullElse(t.batch(), Math.max(1, 4096 * Math.max(1, m.depth() / 6) / shape.context()));
        double tokensPerStep = (double) batch * t.accumulation() * shape.context();
        long steps = requireNonNullElse(t.steps(),
                Math.max(1, (long) Math.ceil(t.tokensPerParameter() * shape.parameterCount() / tokensPerStep)));
        return config
                .with(resolved(m, shape))
                .with(new OptimizerConfig(o.kind(), requireNonNullElse(o.learningRate(), RATE_AT_256 * Math.sqrt(256.0 / shape.width())),
                        o.beta1(), o.beta2(),
                        o.epsilon(), o.weightDecay(), o.momentum(), o.clip()))
                .with(new Train(batch, t.accumulation(), steps, t.tokensPerParameter(), t.dtype(), t.checkpointing()));
    }

    private static Model resolved(Model m, CausalConfig shape) {
        return switch (shape) {
            case DecoderConfig c ->
                new Model(m.family(), m.depth(), c.width(), c.heads(), c.keyValueHeads(), c.headWidth(), c.hiddenWidth(),
                        c.context(), c.norm(), c.positions(), c.rope().theta(), c.activation(), c.biases() == Biases.ALL,
                        c.qkNorm() == QkNorm.HEAD, c.tiedEmbeddings(), c.dropout());
            case RecurrentConfig c -> new Model(m.family(), m.depth(), c.width(), null, null, null, null, c.context(), null, null,
                    m.ropeTheta(), null, null, null, c.tiedEmbeddings(), c.dropout());
        };
    }
}
