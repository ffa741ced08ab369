package org.lyceum.tensor;

import java.util.List;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * libtorch's recurrent layers, all steps of a sequence in one call: the loop over time runs in C++, and that of an LSTM in f32 on a CPU inside
 * oneDNN, forward and backward. One layer, one direction; the weights are (G·H, I) and (G·H, H), both offsets (G·H), G the number of gates.
 *
 * <p>Shapes: B sequences of T steps, I inputs, H units.
 */
public final class Recurrences {
    private Recurrences() {
    }

    /**
     * Every hidden state and what the last step leaves.
     *
     * @param hidden (B, T, H)
     * @param last what the next step would begin with: of an LSTM h and c, else h alone, each (B, H)
     */
    public record Unrolled(Tensor hidden, List<Tensor> last) {
    }

    /** hₜ = tanh(W·xₜ + b + U·hₜ₋₁ + b′) (Elman 1990); weights W, U, b, b′. */
    public static Unrolled tanh(Tensor x, Tensor h, List<Tensor> weights) {
        try (var state = layered(h);
                var parameters = Tensor.vector(weights);
                var out = torch.rnn_tanh(x.at, state, parameters, true, 1, 0.0, false, false, true)) {
            return new Unrolled(own(out.get0()), List.of(flat(out.get1())));
        }
    }

    /**
     * Gated recurrent units (Cho et al. 2014, equations 5–8), the reset gate on the product as in the first version of that paper and in cuDNN:
     * r and z = σ(W·xₜ + b + U·hₜ₋₁ + b′), n = tanh(W·xₜ + b + r ⊙ (U·hₜ₋₁ + b′)), hₜ = (1 − z) ⊙ n + z ⊙ hₜ₋₁; gates stacked r, z, n.
     */
    public static Unrolled gru(Tensor x, Tensor h, List<Tensor> weights) {
        try (var state = layered(h);
                var parameters = Tensor.vector(weights);
                var out = torch.gru(x.at, state, parameters, true, 1, 0.0, false, false, true)) {
            return new Unrolled(own(out.get0()), List.of(flat(out.get1())));
        }
    }

    /**
     * Long short-term memory (Hochreiter and Schmidhuber 1997) with the forget gate of Gers, Schmidhuber and Cummins (2000): i, f, o = σ(…),
     * g = tanh(…), cₜ = f ⊙ cₜ₋₁ + i ⊙ g, hₜ = o ⊙ tanh(cₜ); gates stacked i, f, g, o.
     */
    public static Unrolled lstm(Tensor x, Tensor h, Tensor c, List<Tensor> weights) {
        try (var hidden = layered(h);
                var cell = layered(c);
                var states = new TensorVector(hidden, cell);
                var parameters = Tensor.vector(weights);
                var out = torch.lstm(x.at, states, parameters, true, 1, 0.0, false, false, true)) {
            return new Unrolled(own(out.get0()), List.of(flat(out.get1()), flat(out.get2())));
        }
    }

    /** (B, H) → (1, B, H): libtorch keeps a state for each layer. */
    private static org.bytedeco.pytorch.Tensor layered(Tensor state) {
        return state.at.unsqueeze(0);
    }

    private static Tensor flat(org.bytedeco.pytorch.Tensor state) {
        return new Tensor(state.squeeze(0));
    }

    /** A handle of its own: the one in a tuple goes with the tuple. */
    private static Tensor own(org.bytedeco.pytorch.Tensor inTuple) {
        return new Tensor(new org.bytedeco.pytorch.Tensor(inTuple));
    }
}
