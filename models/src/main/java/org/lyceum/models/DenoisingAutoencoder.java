package org.lyceum.models;

import java.util.List;
import org.lyceum.foundation.Seeds;
import org.lyceum.models.layers.Parameter;
import org.lyceum.models.layers.Parameters;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/**
 * One layer of features y = σ(Wx + b) and back, z = σ(Wᵀy + c), the same matrix both ways (Vincent et al. 2008, section 2.2). Inputs lie
 * between 0 and 1. Shapes: B inputs of D values, H features.
 */
public final class DenoisingAutoencoder {
    private final Parameters root = new Parameters(DType.F32);
    private final Tensor weight;
    private final Tensor offset;
    private final Tensor back;

    /** Registers a matrix (H, D), drawn from U(−4√(6/(H+D)), 4√(6/(H+D))) as suits σ (Glorot and Bengio 2010, section 4.2.1), and two offsets. */
    public DenoisingAutoencoder(int inputs, int features, long seed) {
        weight = root.in("features").matrix("weight", Parameter.Role.MATRIX, List.of((long) features), inputs);
        offset = root.in("features").offset("bias", List.of((long) features));
        back = root.in("back").offset("bias", List.of((long) inputs));
        double limit = 4 * Math.sqrt(6.0 / (inputs + features));
        try (var _ = Scope.open(); var _ = NoGradient.open()) {
            weight.copyFrom(Tensor.uniform(Seeds.derive(seed, "features", 0), -limit, limit, features, inputs));
        }
    }

    /** x (B, D) → features (B, H), from 0 to 1. */
    public Tensor features(Tensor x) {
        return x.linear(weight, offset).times(0.5).tanh().plus(1).times(0.5); // σ(a) = (1 + tanh(a/2))/2
    }

    /** Features (B, H) → log-odds (B, D) of each input. */
    public Tensor logits(Tensor features) {
        return features.matmul(weight).plus(back);
    }

    public List<Parameter> parameters() {
        return root.all();
    }
}
