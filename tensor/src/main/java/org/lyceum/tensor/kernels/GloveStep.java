package org.lyceum.tensor.kernels;

import jdk.incubator.vector.FloatVector;

/**
 * A step of GloVe (Pennington, Socher and Manning 2014, equation 8) by AdaGrad (Duchi, Hazan and Singer 2011) on one pair of words, as its
 * authors' tool takes it: squares are summed of gradients times the learning rate, and begin at 1.
 */
public final class GloveStep {
    private GloveStep() {
    }

    /**
     * Changes u and v against the gradient of ½ f · (u·v + …)², and the sums of their squares.
     *
     * @param factor learning rate · f(X) · (u·v + b + c − ln X)
     * @param u a table with the row that begins at {@code uAt}, and {@code uSquares} with the one of its squares at the same place
     */
    public static void run(FloatRows u, FloatRows uSquares, int uAt, FloatRows v, FloatRows vSquares, int vAt, float factor) {
        var a = u.values();
        var b = v.values();
        var aSquares = uSquares.values();
        var bSquares = vSquares.values();
        for (int k = 0; k < u.stride(); k += Lanes.COUNT) {
            var x = FloatVector.fromArray(Lanes.FLOATS, a, uAt + k);
            var y = FloatVector.fromArray(Lanes.FLOATS, b, vAt + k);
            var xs = FloatVector.fromArray(Lanes.FLOATS, aSquares, uAt + k);
            var ys = FloatVector.fromArray(Lanes.FLOATS, bSquares, vAt + k);
            var dx = y.mul(factor);
            var dy = x.mul(factor);
            x.sub(dx.div(xs.sqrt())).intoArray(a, uAt + k);
            y.sub(dy.div(ys.sqrt())).intoArray(b, vAt + k);
            dx.fma(dx, xs).intoArray(aSquares, uAt + k);
            dy.fma(dy, ys).intoArray(bSquares, vAt + k);
        }
    }
}
