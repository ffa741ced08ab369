package org.lyceum.models.layers;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/**
 * One post-norm block of an encoder (Vaswani et al. 2017, section 3.1; Devlin et al. 2019): every token attends to every other, h =
 * norm(x + attention(x)), then norm(h + down(activation(up h))).
 */
public final class EncoderBlock {
    /** The non-linearity of the feed-forward network. */
    public enum Activation {
        /** x · Φ(x), as in BERT. */
        GELU,
        /** Its tanh approximation. */
        GELU_TANH,
        /** max(x, 0). */
        RELU;

        /** Element by element. */
        public Tensor of(Tensor h) {
            return switch (this) {
                case GELU -> h.gelu();
                case GELU_TANH -> h.geluTanh();
                case RELU -> h.clamp(0, Double.POSITIVE_INFINITY);
            };
        }
    }

    private final int heads;
    private final int headWidth;
    private final Linear qkv;
    private final Linear output;
    private final Norm attentionNorm;
    private final Activation activation;
    private final Linear up;
    private final Linear down;
    private final Norm feedForwardNorm;
    private final double dropout;

    /** Registers attention.qkv (3W, W), attention.output (W, W), feed_forward.up (F, W) and .down (W, F), all with offsets, and two norms. */
    public EncoderBlock(Parameters parameters, int width, int heads, int hiddenWidth, Activation activation, double epsilon,
            double dropout) {
        this.heads = heads;
        this.headWidth = width / heads;
        this.activation = activation;
        this.dropout = dropout;
        long w = width;
        qkv = new Linear(parameters.in("attention").in("qkv"), Parameter.Role.MATRIX, w, List.of(w, w, w), true);
        output = new Linear(parameters.in("attention").in("output"), Parameter.Role.RESIDUAL_MATRIX, w, w, true);
        attentionNorm = new Norm(parameters.in("attention_norm"), Norm.Kind.LAYER, w, epsilon);
        up = new Linear(parameters.in("feed_forward").in("up"), Parameter.Role.MATRIX, w, hiddenWidth, true);
        down = new Linear(parameters.in("feed_forward").in("down"), Parameter.Role.RESIDUAL_MATRIX, hiddenWidth, w, true);
        feedForwardNorm = new Norm(parameters.in("feed_forward_norm"), Norm.Kind.LAYER, w, epsilon);
    }

    /**
     * x (B, T, W) → (B, T, W), f32; dropout on each branch while {@code training}.
     *
     * @param mask added to the scores: (B, 1, 1, T), −∞ where a key is padding; null where nothing is
     */
    public Tensor forward(Tensor x, @Nullable Tensor mask, boolean training) {
        double p = training ? dropout : 0;
        var mixed = Scope.of(() -> attentionNorm.forward(x.plus(attention(x, mask).dropout(p))));
        return Scope.of(() -> feedForwardNorm.forward(mixed.plus(down.forward(activation.of(up.forward(mixed))).dropout(p))));
    }

    private Tensor attention(Tensor x, @Nullable Tensor mask) {
        long batch = x.size(0);
        long length = x.size(1);
        long width = x.size(2);
        // libtorch's fused attention is slower in bf16 than in f32 on the CPU (docs/architecture.md).
        var parts = qkv.forward(x).to(DType.F32).reshape(batch, length, 3L * heads, headWidth).transpose(1, 2).split(1, heads, heads,
                heads);
        var mixed = parts.get(0).attention(parts.get(1), parts.get(2), mask, false, 1 / Math.sqrt(headWidth), false); // (B, H, T, D)
        return output.forward(mixed.transpose(1, 2).reshape(batch, length, width));
    }
}
