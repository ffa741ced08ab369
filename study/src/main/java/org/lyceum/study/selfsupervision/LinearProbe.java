package org.lyceum.study.selfsupervision;

import java.util.Arrays;
import java.util.List;
import org.lyceum.models.layers.Linear;
import org.lyceum.models.layers.Parameter;
import org.lyceum.models.layers.Parameters;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.training.Trainer;
import org.lyceum.training.TrainingState;
import org.lyceum.training.objective.Loss;
import org.lyceum.training.objective.Objective;
import org.lyceum.training.optimizer.AdamW;
import org.lyceum.training.optimizer.OptimizerConfig;
import org.lyceum.training.optimizer.Schedule;

/**
 * What a linear classifier finds in features (Alain and Bengio 2016, section 3): multinomial logistic regression on features of mean 0 and
 * variance 1, all examples at every step, with weight decay. The same for whatever features, so that they can be compared.
 */
final class LinearProbe {
    private static final int STEPS = 300;
    private static final double RATE = 0.02;
    private static final double DECAY = 0.3;

    private LinearProbe() {
    }

    /**
     * Features and classes.
     *
     * @param features (N, D), row-major
     * @param classes (N), from 0
     */
    record Set(float[] features, int[] classes) {
        int width() {
            return features.length / classes.length;
        }
    }

    /** The share of {@code test} that a classifier learned from {@code train} gets right. */
    static double accuracy(Set train, Set test, int classes) {
        int width = train.width();
        var scaling = Scaling.of(train.features(), width);
        try (var _ = Scope.open()) {
            var parameters = new Parameters(DType.F32);
            var layer = new Linear(parameters, Parameter.Role.HEAD, width, classes, true);
            var x = Tensor.of(scaling.applied(train.features()), train.classes().length, width);
            var y = Tensor.ofIds(train.classes(), train.classes().length);
            Objective<Linear, Tensor> objective = (model, batch, _) -> new Loss(model.forward(batch).crossEntropy(y));
            var config = new OptimizerConfig(OptimizerConfig.Kind.ADAMW, RATE, 0.9, 0.999, 1e-8, DECAY, 0, 0);
            var setup = new Trainer.Setup<>(layer, parameters.all(), _ -> x, train.classes().length, objective,
                    new AdamW(parameters.all(), RATE, config), new Schedule(Schedule.Kind.COSINE, 0, 0, 0), RATE,
                    new Trainer.Loop(STEPS, 1, 0, false), 0);
            new Trainer<>(setup, List.of(), TrainingState.START).run();
            try (var _ = NoGradient.open()) {
                var scores = layer.forward(Tensor.of(scaling.applied(test.features()), test.classes().length, width)).floats();
                int right = 0;
                for (int i = 0; i < test.classes().length; i++) {
                    right += largest(scores, i * classes, classes) == test.classes()[i] ? 1 : 0;
                }
                return (double) right / test.classes().length;
            }
        }
    }

    private static int largest(float[] scores, int from, int classes) {
        int best = 0;
        for (int c = 1; c < classes; c++) {
            best = scores[from + c] > scores[from + best] ? c : best;
        }
        return best;
    }

    /** Mean and scale of each feature in the training set; a feature that never changes there is left at 0. */
    private record Scaling(double[] mean, double[] scale) {
        static Scaling of(float[] features, int width) {
            int n = features.length / width;
            var mean = new double[width];
            var scale = new double[width];
            for (int i = 0; i < features.length; i++) {
                mean[i % width] += (double) features[i] / n;
            }
            for (int i = 0; i < features.length; i++) {
                scale[i % width] += Math.pow(features[i] - mean[i % width], 2) / n;
            }
            // A pixel that one image of many has would become huge: what hardly ever changes is not blown up.
            double floor = 1e-3 * Math.max(1e-12, Arrays.stream(scale).max().orElse(0));
            for (int d = 0; d < width; d++) {
                scale[d] = scale[d] == 0 ? 0 : 1 / Math.sqrt(scale[d] + floor);
            }
            return new Scaling(mean, scale);
        }

        float[] applied(float[] features) {
            var out = new float[features.length];
            int width = mean.length;
            for (int i = 0; i < features.length; i++) {
                out[i] = (float) ((features[i] - mean[i % width]) * scale[i % width]);
            }
            return out;
        }
    }
}
