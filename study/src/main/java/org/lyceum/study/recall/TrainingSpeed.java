package org.lyceum.study.recall;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lyceum.foundation.Seeds;
import org.lyceum.models.CausalModel;
import org.lyceum.models.Initialisation;
import org.lyceum.models.Pass;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.FlushDenormals;
import org.lyceum.tensor.Scope;
import org.lyceum.text.shard.Batch;
import org.lyceum.training.objective.NextToken;

/**
 * Tokens a second, forward and backward, of sequences of length T, as many at once as a step's tokens allow. A recurrent net must take T steps
 * one after the other, however many sequences go side by side; a transformer takes all steps at once. The architectures have their turns
 * in each round, so that what else the machine does falls on all of them.
 */
final class TrainingSpeed {
    private TrainingSpeed() {
    }

    /** {@code tokens_per_second_T} of each architecture, the median of the rounds. */
    static Map<Architecture, Map<Integer, Double>> measure(RecallConfig config) {
        var speeds = new LinkedHashMap<Architecture, Map<Integer, Double>>();
        config.architectures().forEach(architecture -> speeds.put(architecture, new LinkedHashMap<>()));
        for (int length : config.lengths()) {
            var task = new RecallTask(config.cues(), config.noise());
            int rows = Math.max(1, config.tokensPerStep() / length);
            var batch = length == 1
                    ? new Batch(new int[rows], new int[rows], rows, 1)
                    : task.batch(Seeds.generator(0, "speed", length), new int[rows], 0, length - 1);
            var models = new LinkedHashMap<Architecture, CausalModel>();
            for (var architecture : config.architectures()) {
                var model = CausalModel.of(architecture.shape(config.parameters(), task.vocabularySize(), length), DType.F32);
                Initialisation.of(model, 0);
                models.put(architecture, model);
                seconds(model, batch); // warms up
            }
            var seconds = new LinkedHashMap<Architecture, double[]>();
            models.keySet().forEach(architecture -> seconds.put(architecture, new double[config.rounds()]));
            for (int round = 0; round < config.rounds(); round++) {
                int here = round;
                models.forEach((architecture, model) -> requireNonNull(seconds.get(architecture))[here] = seconds(model, batch));
            }
            seconds.forEach((architecture, all) -> {
                Arrays.sort(all);
                requireNonNull(speeds.get(architecture)).put(length, (double) rows * length / all[all.length / 2]);
            });
            models.values().forEach(model -> model.parameters().forEach(parameter -> parameter.value().close()));
        }
        return speeds;
    }

    private static double seconds(CausalModel model, Batch batch) {
        long begin = System.nanoTime();
        try (var _ = Scope.open(); var _ = FlushDenormals.open()) {
            new NextToken().loss(model, batch, Pass.TRAINING).value().backward();
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        List.copyOf(model.parameters()).forEach(parameter -> parameter.value().clearGradient());
        return seconds;
    }
}
