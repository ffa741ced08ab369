package org.lyceum.models;

import java.util.List;
import org.lyceum.foundation.Seeds;
import org.lyceum.models.layers.Parameter;
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
 * <tr><td>norm</td><td>1</td></tr>
 * <tr><td>bias</td><td>0</td></tr>
 * </table>
 */
public final class Initialisation {
    private Initialisation() {
    }

    /** Fills the parameters of {@code model}; a pure function of {@code seed} and the parameters' names. */
    public static void of(Decoder model, long seed) {
        of(model.parameters(), model.config().width(), model.config().depth(), seed);
    }

    /**
     * The same for any model whose parameters have the roles of a transformer's.
     *
     * @param width W
     * @param depth L, the blocks whose outputs add up in the residual stream
     */
    public static void of(List<Parameter> parameters, int width, int depth, long seed) {
        double matrix = Math.min(0.02, 1 / Math.sqrt(width));
        try (var _ = NoGradient.open()) {
            for (var parameter : parameters) {
                double std = switch (parameter.role()) {
                    case EMBEDDING, POSITION, HEAD -> 0.02;
                    case MATRIX -> matrix;
                    case RESIDUAL_MATRIX -> matrix / Math.sqrt(2.0 * depth);
                    case NORM, BIAS -> 0;
                };
                fill(parameter, std, Seeds.derive(seed, parameter.name(), 0));
            }
        }
    }

    private static void fill(Parameter parameter, double std, long seed) {
        try (var _ = Scope.open()) {
            if (std > 0) {
                parameter.value().copyFrom(Tensor.normal(seed, std, parameter.value().shape()));
            } else {
                parameter.value().fillInPlace(parameter.role() == Parameter.Role.NORM ? 1 : 0);
            }
        }
    }
}
