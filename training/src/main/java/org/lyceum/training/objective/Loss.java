package org.lyceum.training.objective;

import java.util.Map;
import org.lyceum.tensor.Tensor;

/**
 * A loss and what else is worth a curve.
 *
 * @param value a scalar to differentiate
 * @param metrics further numbers by name, detached
 */
public record Loss(Tensor value, Map<String, Double> metrics) {
    public Loss(Tensor value) {
        this(value, Map.of());
    }
}
