package org.lyceum.training.pretrain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.lyceum.models.CausalConfig;
import org.lyceum.models.CausalModel;
import org.lyceum.models.Initialisation;
import org.lyceum.tensor.Tensor;
import org.lyceum.text.shard.BatchSource;
import org.lyceum.text.shard.TokenSplit;
import org.lyceum.training.Callback;
import org.lyceum.training.StepReport;
import org.lyceum.training.Trainer;
import org.lyceum.training.TrainingState;
import org.lyceum.training.parallel.Workers;

/**
 * How many steps fit into a given time on this machine: a throwaway model takes a few, and the median of the last half (the first ones warm
 * up the JVM and libtorch) says how long one lasts.
 */
final class Calibration {
    private static final int STEPS = 12;

    private Calibration() {
    }

    static long steps(CausalConfig shape, PretrainConfig config, TokenSplit data, Duration time) {
        var model = CausalModel.of(shape, config.train().dtype());
        Initialisation.of(model, 0);
        var seconds = new ArrayList<Double>();
        var batches = new BatchSource(data, Session.batches(config), config.seed());
        var setup = Session.setup(config.withSteps(STEPS), model, batches, Workers.ALONE);
        new Trainer<>(setup, List.of(new Callback() {
            @Override
            public TrainingState onStep(StepReport report, TrainingState state) {
                seconds.add(report.seconds());
                return state;
            }
        }), TrainingState.START).run();
        model.parameters().forEach(parameter -> parameter.value().close());
        setup.optimizer().state().values().forEach(Tensor::close);
        double step = seconds.subList(STEPS / 2, STEPS).stream().sorted().skip(STEPS / 4).findFirst().orElseThrow();
        return Math.max(20, (long) (time.toMillis() / 1000.0 / step));
    }
}
