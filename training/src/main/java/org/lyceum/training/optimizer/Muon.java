package org.lyceum.training.optimizer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lyceum.models.layers.Parameter;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/**
 * Muon (Jordan et al. 2024): Nesterov momentum whose update of each matrix is replaced by the nearest semi-orthogonal matrix, found by five
 * Newton–Schulz steps. The update is scaled by 0.2·√max(rows, columns) (Liu et al. 2025, equation 4), so that its root mean square is that
 * of AdamW and both share one learning rate and weight decay. A stacked matrix (query, key and value) is treated part by part.
 */
public final class Muon implements Optimizer {
    private record Momentum(Parameter parameter, Tensor buffer) {
    }

    private final List<Momentum> momenta = new ArrayList<>();
    private final double learningRate;
    private final OptimizerConfig config;
    private final DType matmulType;

    /** Buffers of zero for {@code matrices}; {@code learningRate} is the peak. */
    public Muon(List<Parameter> matrices, double learningRate, OptimizerConfig config, DType matmulType) {
        this.learningRate = learningRate;
        this.config = config;
        this.matmulType = matmulType;
        for (var matrix : matrices) {
            momenta.add(new Momentum(matrix, Tensor.zeros(DType.F32, matrix.value().shape())));
        }
    }

    @Override
    public void step(long step, double factor) {
        double rate = learningRate * factor;
        try (var _ = NoGradient.open()) {
            for (var m : momenta) {
                try (var _ = Scope.open()) {
                    var gradient = m.parameter().value().gradient();
                    if (gradient == null) {
                        continue;
                    }
                    m.buffer().timesInPlace(config.momentum()).plusInPlace(gradient);
                    var update = gradient.plus(m.buffer().times(config.momentum()));
                    var weight = m.parameter().value();
                    weight.timesInPlace(1 - rate * config.weightDecay());
                    long row = 0;
                    for (long rows : m.parameter().rowParts()) {
                        var part = update.narrow(0, row, rows);
                        double scale = 0.2 * Math.sqrt(Math.max(rows, part.size(1)));
                        weight.narrow(0, row, rows).plusInPlace(orthogonalised(part, matmulType).to(DType.F32), -rate * scale);
                        row += rows;
                    }
                }
            }
        }
    }

    /**
     * Nearly U·Vᵀ of the singular value decomposition of {@code matrix} (R, C): singular values end up between about 0.7 and 1.2. Five
     * steps of the quintic iteration X ← aX + b(XXᵀ)X + c(XXᵀ)²X (Jordan et al. 2024, "Newton–Schulz").
     */
    static Tensor orthogonalised(Tensor matrix, DType matmulType) {
        boolean tall = matrix.size(0) > matrix.size(1);
        var x = tall ? matrix.transpose(0, 1) : matrix;
        x = x.dividedBy(x.norm().plus(1e-7)).to(matmulType);
        for (int i = 0; i < 5; i++) {
            var a = x.matmul(x.transpose(0, 1));
            var b = a.times(-4.7750).plus(a.matmul(a).times(2.0315));
            x = x.times(3.4445).plus(b.matmul(x));
        }
        return tall ? x.transpose(0, 1) : x;
    }

    @Override
    public Map<String, Tensor> state() {
        var state = new LinkedHashMap<String, Tensor>();
        for (var m : momenta) {
            state.put("momentum." + m.parameter().name(), m.buffer());
        }
        return state;
    }
}
