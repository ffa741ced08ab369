package org.lyceum.models.layers;

import java.util.function.UnaryOperator;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/**
 * The connection around a layer: norm(x + layer(x)) as published (Vaswani et al. 2017, section 3.1), or x + layer(norm(x)) (Xiong et al.
 * 2020, figure 1b). Dropout is applied to what the layer gives, before it is added (section 5.4).
 */
public final class Residual {
    private final Norm norm;
    private final boolean normFirst;
    private final double dropout;

    /** Registers a layer normalisation over {@code width}; {@code dropout} is a probability. */
    public Residual(Parameters parameters, int width, double epsilon, boolean normFirst, double dropout) {
        norm = new Norm(parameters, Norm.Kind.LAYER, width, epsilon);
        this.normFirst = normFirst;
        this.dropout = dropout;
    }

    /** x (…, W) → (…, W), f32, by way of {@code layer}: (…, W) → (…, W). */
    public Tensor around(Tensor x, boolean training, UnaryOperator<Tensor> layer) {
        double p = training ? dropout : 0;
        return Scope.of(() -> normFirst
                ? x.plus(layer.apply(norm.forward(x)).dropout(p))
                : norm.forward(x.plus(layer.apply(x).dropout(p))));
    }
}
