package org.lyceum.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import org.lyceum.models.layers.Parameter;
import org.lyceum.models.layers.Parameters;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Tensor;

/**
 * Checks gradients numerically: libtorch's, in f32, against central differences of an oracle in f64. The differences are exact to about
 * 1e-9, so what the tolerance allows for is f32 alone: 2e-4 of the gradient, and 2e-5 of the largest one where terms cancel.
 */
public final class Gradients {
    private static final double STEP = 1e-5;
    private static final double RELATIVE = 2e-4;
    private static final double ABSOLUTE = 2e-5;

    private Gradients() {
    }

    /** Gives every parameter random values far from zero gradients: gains around 1, the rest N(0, std²). */
    public static void randomise(List<Parameter> parameters, double std) {
        try (var _ = NoGradient.open()) {
            long seed = 100;
            for (var parameter : parameters) {
                var value = Tensor.normal(seed++, std, parameter.value().shape());
                parameter.value().copyFrom(parameter.role() == Parameter.Role.NORM ? value.plus(1) : value);
            }
        }
    }

    /** Values of a layer's input, a leaf. */
    public static Tensor input(long... shape) {
        return Tensor.normal(7, 1, shape).requireGradient();
    }

    /**
     * Checks a layer by the scalar Σ out ⊙ r with a fixed random r.
     *
     * @param x its input (T, W) or (1, T, W)
     * @param slow the oracle, from the input and the parameters' values, in their order, to the output
     */
    public static void check(Parameters parameters, Tensor x, Function<Tensor, Tensor> layer, Slow slow) {
        randomise(parameters.all(), 0.5);
        var leaves = new ArrayList<Tensor>();
        leaves.add(x);
        parameters.all().forEach(parameter -> leaves.add(parameter.value()));
        var out = layer.apply(x);
        var r = Tensor.normal(8, 1, out.shape());
        var weights = r.doubles();
        int width = (int) x.size(-1);
        check(leaves, out.times(r).sum(), values -> {
            var y = slow.apply(rows(values.getFirst(), width), values.subList(1, values.size()));
            double sum = 0;
            int at = 0;
            for (var row : y) {
                for (double v : row) {
                    sum += v * weights[at++];
                }
            }
            assertThat(at).isEqualTo(weights.length);
            return sum;
        });
    }

    /** An oracle of a layer: x (T, W) and the parameters' values to (T, O). */
    @FunctionalInterface
    public interface Slow {
        double[][] apply(double[][] x, List<double[]> parameters);
    }

    /** Checks d loss / d leaf for every element of every leaf; {@code slow} computes the loss again from the leaves' values. */
    public static void check(List<Tensor> leaves, Tensor loss, Function<List<double[]>, Double> slow) {
        var values = leaves.stream().map(Tensor::doubles).toList();
        assertThat(loss.item()).as("the value itself").isCloseTo(slow.apply(values), within(1e-4));
        loss.backward();
        for (int i = 0; i < leaves.size(); i++) {
            checkLeaf("leaf " + i, leaves.get(i), values.get(i), () -> slow.apply(values));
        }
    }

    private static void checkLeaf(String name, Tensor leaf, double[] values, DoubleSupplier slow) {
        assertThat(leaf.gradient()).as("gradient of %s", name).isNotNull();
        var got = leaf.gradient().doubles();
        double largest = 0;
        for (double g : got) {
            largest = Math.max(largest, Math.abs(g));
        }
        assertThat(largest).as("the loss depends on %s", name).isGreaterThan(1e-4);
        for (int e = 0; e < values.length; e++) {
            double kept = values[e];
            values[e] = kept + STEP;
            double above = slow.getAsDouble();
            values[e] = kept - STEP;
            double below = slow.getAsDouble();
            values[e] = kept;
            double wanted = (above - below) / (2 * STEP);
            assertThat(got[e]).as("%s, element %d", name, e).isCloseTo(wanted,
                    within(RELATIVE * Math.abs(wanted) + ABSOLUTE * Math.max(1, largest)));
        }
    }

    /** A flat array as rows of {@code width}. */
    public static double[][] rows(double[] flat, int width) {
        var rows = new double[flat.length / width][];
        for (int t = 0; t < rows.length; t++) {
            rows[t] = SlowLayers.slice(flat, t, width);
        }
        return rows;
    }
}
