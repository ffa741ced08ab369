package org.lyceum.models;

import java.util.List;
import org.lyceum.foundation.Seeds;
import org.lyceum.models.layers.Parameter;
import org.lyceum.models.layers.Recurrence;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/**
 * Every first value of every parameter, in one place.
 *
 * <table>
 * <caption>Standard deviations; W the width, L the depth</caption>
 * <tr><th>role</th><th>first value</th></tr>
 * <tr><td>embedding, position, head</td><td>N(0, 0.02²)</td></tr>
 * <tr><td>matrix</td><td>N(0, 0.02²), or N(0, 1/W) where that is smaller</td></tr>
 * <tr><td>residual matrix</td><td>the same divided by √(2L) (Radford et al. 2019, section 2.3)</td></tr>
 * <tr><td>recurrent matrix (O, I)</td><td>U(−1/√I, 1/√I)</td></tr>
 * <tr><td>filters (O, I, K)</td><td>U(−1/√(I·K), 1/√(I·K))</td></tr>
 * <tr><td>offsets of an LSTM</td><td>1 for the forget gate, so that it begins by keeping (Gers, Schmidhuber and Cummins 2000), else 0</td></tr>
 * <tr><td>norm</td><td>1</td></tr>
 * <tr><td>bias</td><td>0</td></tr>
 * </table>
 */
public final class Initialisation {
    private Initialisation() {
    }

    /** Fills the parameters of {@code model}; a pure function of {@code seed} and the parameters' names. */
    public static void of(CausalModel model, long seed) {
        of(model.parameters(), model.config().width(), model.config().depth(), seed);
    }

    /**
     * The same for the parameters of any model.
     *
     * @param width W
     * @param depth L, the blocks whose outputs add up in the residual stream
     */
    public static void of(List<Parameter> parameters, int width, int depth, long seed) {
        double matrix = Math.min(0.02, 1 / Math.sqrt(width));
        try (var _ = NoGradient.open()) {
            for (var parameter : parameters) {
                try (var _ = Scope.open()) {
                    fill(parameter, matrix, depth, Seeds.derive(seed, parameter.name(), 0));
                }
            }
        }
    }

    /**
     * Fills the parameters of an encoder–decoder as its authors' own code did; a pure function of {@code seed} and the parameters' names.
     *
     * <table>
     * <caption>W the width; a stacked matrix counts part by part</caption>
     * <tr><th>role</th><th>first value</th></tr>
     * <tr><td>embedding, head</td><td>N(0, 1/W)</td></tr>
     * <tr><td>matrix (O, I)</td><td>U(−a, a), a = √(6 / (I + O)) (Glorot and Bengio 2010, equation 16)</td></tr>
     * <tr><td>norm</td><td>1</td></tr>
     * <tr><td>bias</td><td>0</td></tr>
     * </table>
     */
    public static void of(EncoderDecoder model, long seed) {
        try (var _ = NoGradient.open()) {
            for (var parameter : model.parameters()) {
                try (var _ = Scope.open()) {
                    var value = parameter.value();
                    long own = Seeds.derive(seed, parameter.name(), 0);
                    switch (parameter.role()) {
                        case NORM -> value.fillInPlace(1);
                        case BIAS -> value.fillInPlace(0);
                        case MATRIX, RESIDUAL_MATRIX -> glorot(parameter, own);
                        default -> value.copyFrom(Tensor.normal(own, 1 / Math.sqrt(model.config().width()), value.shape()));
                    }
                }
            }
        }
    }

    private static void glorot(Parameter parameter, long seed) {
        var value = parameter.value();
        long inputs = value.size(1);
        var unit = Tensor.uniform(seed, -1, 1, value.shape());
        long row = 0;
        for (long rows : parameter.rowParts()) {
            value.narrow(0, row, rows).copyFrom(unit.narrow(0, row, rows).times(Math.sqrt(6.0 / (inputs + rows))));
            row += rows;
        }
    }

    /**
     * Fills the parameters of an encoder or of what stands on one, as BERT has it (Devlin et al. 2019, their code): norms 1, offsets 0, all
     * else N(0, 0.02²), matrices inside blocks N(0, 0.02² · 768/I), I their inputs: BERT's own at BERT's width, and products of the same
     * size at others. A pure function of {@code seed} and the parameters' names.
     */
    public static void ofEncoder(List<Parameter> parameters, long seed) {
        try (var _ = NoGradient.open()) {
            for (var parameter : parameters) {
                try (var _ = Scope.open()) {
                    var value = parameter.value();
                    switch (parameter.role()) {
                        case NORM -> value.fillInPlace(1);
                        case BIAS -> value.fillInPlace(0);
                        case MATRIX, RESIDUAL_MATRIX -> draw(parameter, 0.02 * Math.sqrt(768.0 / value.size(1)), seed);
                        default -> draw(parameter, 0.02, seed);
                    }
                }
            }
        }
    }

    private static void draw(Parameter parameter, double std, long seed) {
        parameter.value().copyFrom(Tensor.normal(Seeds.derive(seed, parameter.name(), 0), std, parameter.value().shape()));
    }

    private static void fill(Parameter parameter, double matrix, int depth, long seed) {
        var value = parameter.value();
        var shape = value.shape();
        switch (parameter.role()) {
            case EMBEDDING, POSITION, HEAD -> value.copyFrom(Tensor.normal(seed, 0.02, shape));
            case MATRIX -> value.copyFrom(Tensor.normal(seed, matrix, shape));
            case RESIDUAL_MATRIX -> value.copyFrom(Tensor.normal(seed, matrix / Math.sqrt(2.0 * depth), shape));
            case FILTER -> {
                double limit = 1 / Math.sqrt(shape[1] * shape[2]);
                value.copyFrom(Tensor.uniform(seed, -limit, limit, shape));
            }
            case RECURRENT_MATRIX -> {
                double limit = 1 / Math.sqrt(shape[1]);
                value.copyFrom(Tensor.uniform(seed, -limit, limit, shape));
            }
            case LSTM_BIAS -> {
                long units = shape[0] / Recurrence.Kind.LSTM.gates();
                value.fillInPlace(0).narrow(0, units, units).fillInPlace(1);
            }
            case NORM -> value.fillInPlace(1);
            case BIAS -> value.fillInPlace(0);
        }
    }
}
