package org.lyceum.tensor.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/** What stands between the products of a transformer, on stretches of arrays. */
public final class VectorMath {
    private VectorMath() {
    }

    /** out = x / √(mean(x²) + ε) · weight (Zhang and Sennrich 2019, equation 4). */
    public static void rmsNorm(float[] x, int at, float[] weight, int weightAt, int width, float epsilon, float[] out, int to) {
        float scale = (float) (1 / Math.sqrt(dot(x, at, x, at, width) / width + epsilon));
        int k = 0;
        for (; k + Lanes.COUNT <= width; k += Lanes.COUNT) {
            FloatVector.fromArray(Lanes.FLOATS, x, at + k).mul(scale).mul(FloatVector.fromArray(Lanes.FLOATS, weight, weightAt + k))
                    .intoArray(out, to + k);
        }
        for (; k < width; k++) {
            out[to + k] = x[at + k] * scale * weight[weightAt + k];
        }
    }

    /** out = (x − mean) / √(variance + ε) · weight + bias (Ba, Kiros and Hinton 2016, equation 4). */
    public static void layerNorm(float[] x, int at, float[] weight, float[] bias, int width, float epsilon, float[] out, int to) {
        double sum = 0;
        for (int k = 0; k < width; k++) {
            sum += x[at + k];
        }
        double mean = sum / width;
        double squares = 0;
        for (int k = 0; k < width; k++) {
            squares += (x[at + k] - mean) * (x[at + k] - mean);
        }
        double scale = 1 / Math.sqrt(squares / width + epsilon);
        for (int k = 0; k < width; k++) {
            out[to + k] = (float) ((x[at + k] - mean) * scale) * weight[k] + bias[k];
        }
    }

    /** Σ a·b. */
    public static float dot(float[] a, int aAt, float[] b, int bAt, int length) {
        var sum = FloatVector.zero(Lanes.FLOATS);
        int k = 0;
        for (; k + Lanes.COUNT <= length; k += Lanes.COUNT) {
            sum = FloatVector.fromArray(Lanes.FLOATS, a, aAt + k).fma(FloatVector.fromArray(Lanes.FLOATS, b, bAt + k), sum);
        }
        float total = Lanes.sum(sum);
        for (; k < length; k++) {
            total += a[aAt + k] * b[bAt + k];
        }
        return total;
    }

    /** x += y. */
    public static void add(float[] x, int at, float[] y, int yAt, int length) {
        int k = 0;
        for (; k + Lanes.COUNT <= length; k += Lanes.COUNT) {
            FloatVector.fromArray(Lanes.FLOATS, x, at + k).add(FloatVector.fromArray(Lanes.FLOATS, y, yAt + k)).intoArray(x, at + k);
        }
        for (; k < length; k++) {
            x[at + k] += y[yAt + k];
        }
    }

    /** gate = gate / (1 + e^−gate) · up: SwiGLU's inside (Shazeer 2020, equation 6). */
    public static void siluTimes(float[] gate, int at, float[] up, int upAt, int length) {
        int k = 0;
        for (; k + Lanes.COUNT <= length; k += Lanes.COUNT) {
            var g = FloatVector.fromArray(Lanes.FLOATS, gate, at + k);
            var e = exp(g.neg()).add(1);
            g.div(e).mul(FloatVector.fromArray(Lanes.FLOATS, up, upAt + k)).intoArray(gate, at + k);
        }
        for (; k < length; k++) {
            gate[at + k] = (float) (gate[at + k] / (1 + Math.exp(-gate[at + k]))) * up[upAt + k];
        }
    }

    /** gate = gelu(gate) · up with the tanh approximation; without {@code up} alone. tanh z = 1 − 2 / (e^2z + 1). */
    public static void gelu(float[] gate, int at, float @Nullable [] up, int upAt, int length) {
        final float a = (float) Math.sqrt(2 / Math.PI);
        final float b = a * 0.044715f;
        int k = 0;
        for (; k + Lanes.COUNT <= length; k += Lanes.COUNT) {
            var g = FloatVector.fromArray(Lanes.FLOATS, gate, at + k);
            var z = g.mul(g).mul(b).add(a).mul(g);
            // g/2·(1 + tanh z) = g − g / (e^2z + 1)
            var value = g.sub(g.div(exp(z.add(z)).add(1)));
            (up == null ? value : value.mul(FloatVector.fromArray(Lanes.FLOATS, up, upAt + k))).intoArray(gate, at + k);
        }
        for (; k < length; k++) {
            double g = gate[at + k];
            double value = 0.5 * g * (1 + Math.tanh(g * (a + b * g * g)));
            gate[at + k] = (float) (up == null ? value : value * up[upAt + k]);
        }
    }

    /** x = e^(x − max) over {@code length} elements; returns 1 / Σ. */
    public static float expScores(float[] x, int at, int length) {
        var largest = FloatVector.broadcast(Lanes.FLOATS, Float.NEGATIVE_INFINITY);
        int k = 0;
        for (; k + Lanes.COUNT <= length; k += Lanes.COUNT) {
            largest = largest.max(FloatVector.fromArray(Lanes.FLOATS, x, at + k));
        }
        float max = largest.reduceLanes(VectorOperators.MAX);
        for (int i = k; i < length; i++) {
            max = Math.max(max, x[at + i]);
        }
        var sum = FloatVector.zero(Lanes.FLOATS);
        for (k = 0; k + Lanes.COUNT <= length; k += Lanes.COUNT) {
            var e = exp(FloatVector.fromArray(Lanes.FLOATS, x, at + k).sub(max));
            e.intoArray(x, at + k);
            sum = sum.add(e);
        }
        float total = Lanes.sum(sum);
        for (; k < length; k++) {
            x[at + k] = (float) Math.exp(x[at + k] - max);
            total += x[at + k];
        }
        return 1 / total;
    }

    /**
     * e^x, within 2 units in the last place of f32: x = n·ln 2 + r, |r| ≤ ln 2 / 2, a polynomial for e^r (Taylor's to the seventh power; the
     * remainder is below 6e-9) and n added to the exponent. Below −87 it is e^−87, near 0; above 88, e^88.
     */
    static FloatVector exp(FloatVector x) {
        var clamped = x.max(-87f).min(88f);
        // Adding and taking away 1.5·2²³ rounds to the nearest whole number.
        var n = clamped.mul((float) (1 / Math.log(2))).add(12_582_912f).sub(12_582_912f);
        var r = n.fma(FloatVector.broadcast(Lanes.FLOATS, -0.693145751953125f), clamped); // ln 2 in two parts, the first with few bits, so that n times it is exact
        r = n.fma(FloatVector.broadcast(Lanes.FLOATS, -1.42860677e-6f), r);
        var p = FloatVector.broadcast(Lanes.FLOATS, 1 / 5040f).fma(r, FloatVector.broadcast(Lanes.FLOATS, 1 / 720f));
        p = p.fma(r, FloatVector.broadcast(Lanes.FLOATS, 1 / 120f));
        p = p.fma(r, FloatVector.broadcast(Lanes.FLOATS, 1 / 24f));
        p = p.fma(r, FloatVector.broadcast(Lanes.FLOATS, 1 / 6f));
        p = p.fma(r, FloatVector.broadcast(Lanes.FLOATS, 0.5f));
        p = p.fma(r, FloatVector.broadcast(Lanes.FLOATS, 1f));
        p = p.fma(r, FloatVector.broadcast(Lanes.FLOATS, 1f));
        var exponent = n.convert(VectorOperators.F2I, 0).reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
        return p.reinterpretAsInts().add(exponent).reinterpretAsFloats();
    }
}
