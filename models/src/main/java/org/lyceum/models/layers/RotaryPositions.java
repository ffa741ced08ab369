package org.lyceum.models.layers;

import java.util.List;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Tensor;

/**
 * Rotary position embedding (Su et al. 2021, equation 34): dimension pair i of a head at position t is turned by the angle t·θ^(−2i/D),
 * or what {@link Rope} makes of it. Pairs are (i, i + D/2), as in GPT-NeoX and Hugging Face's Llama, not (2i, 2i + 1) as in the paper; the two differ by a permutation of the
 * rows of the query and key matrices.
 */
public final class RotaryPositions {
    private final Tensor cos;
    private final Tensor sin;

    /** Tables (T, D/2) for {@code context} positions of heads {@code headWidth} wide. */
    public RotaryPositions(int context, int headWidth, Rope rope) {
        int half = headWidth / 2;
        var frequencies = rope.frequencies(headWidth);
        var c = new float[context * half];
        var s = new float[c.length];
        for (int t = 0; t < context; t++) {
            for (int i = 0; i < half; i++) {
                float angle = t * frequencies[i];
                c[t * half + i] = (float) Math.cos(angle);
                s[t * half + i] = (float) Math.sin(angle);
            }
        }
        cos = Tensor.of(c, context, half);
        sin = Tensor.of(s, context, half);
    }

    /** Turns x (B, T, H, D), whose first position is {@code offset} → (B, T, H, D), f32. */
    public Tensor rotate(Tensor x, long offset) {
        return rotate(x, cos.narrow(0, offset, x.size(1)), sin.narrow(0, offset, x.size(1)));
    }

    /** The same where the places do not follow each other: {@code positions} (T) i64 of the tokens of x. */
    Tensor rotate(Tensor x, Tensor positions) {
        return rotate(x, positions.embedding(cos), positions.embedding(sin));
    }

    /** By tables (T, D/2). */
    private static Tensor rotate(Tensor x, Tensor cosines, Tensor sines) {
        long half = x.size(3) / 2;
        var c = cosines.unsqueeze(1); // (T, 1, D/2), broadcast over batch and heads
        var s = sines.unsqueeze(1);
        var halves = x.to(DType.F32).split(3, half, half);
        var a = halves.get(0);
        var b = halves.get(1);
        return Tensor.cat(List.of(a.times(c).minus(b.times(s)), b.times(c).plus(a.times(s))), 3);
    }
}
