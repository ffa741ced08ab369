package org.lyceum.models.layers;

import java.util.List;
import org.lyceum.tensor.Tensor;

/** The position-wise network of a block: (B, T, W) → (B, T, W) through a hidden width F. */
public final class FeedForward {
    /** Which non-linearity, and with it which shape. */
    public enum Kind {
        /** down(gelu(up x)) with the tanh approximation, as in GPT-2 (Hendrycks and Gimpel 2016). */
        GELU,
        /** down(max(up x, 0)) (Vaswani et al. 2017, equation 2). */
        RELU,
        /** down(silu(gate x) ⊙ up x) (Shazeer 2020, equation 6). */
        SWIGLU,
        /** down(gelu(gate x) ⊙ up x) (Shazeer 2020, equation 6), GELU with the tanh approximation as in Gemma. */
        GEGLU;

        /** Whether one matrix's product gates another's. */
        public boolean gated() {
            return this == SWIGLU || this == GEGLU;
        }
    }

    private final Kind kind;
    private final long hidden;
    private final Linear up;
    private final Linear down;

    /** Registers up (F, W), for the gated ones gate_up (2F, W) with the gate above, and down (W, F); with {@code bias} an offset each. */
    public FeedForward(Parameters parameters, Kind kind, long width, long hidden, boolean bias) {
        this.kind = kind;
        this.hidden = hidden;
        up = switch (kind) {
            case GELU, RELU -> new Linear(parameters.in("up"), Parameter.Role.MATRIX, width, hidden, bias);
            case SWIGLU, GEGLU -> new Linear(parameters.in("gate_up"), Parameter.Role.MATRIX, width, List.of(hidden, hidden), bias);
        };
        down = new Linear(parameters.in("down"), Parameter.Role.RESIDUAL_MATRIX, hidden, width, bias);
    }

    /** x (…, W) → (…, W). */
    public Tensor forward(Tensor x) {
        var h = up.forward(x);
        return down.forward(switch (kind) {
            case GELU -> h.geluTanh();
            case RELU -> h.relu();
            case SWIGLU, GEGLU -> {
                // One split: its backward is one concatenation, where that of two narrows would be two paddings.
                var halves = h.split(-1, hidden, hidden); // (…, F) each
                var gate = halves.get(0);
                yield (kind == Kind.SWIGLU ? gate.silu() : gate.geluTanh()).times(halves.get(1));
            }
        });
    }
}
