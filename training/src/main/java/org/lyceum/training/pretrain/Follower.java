package org.lyceum.training.pretrain;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Records;
import org.lyceum.models.CausalModel;
import org.lyceum.text.shard.BatchSource;
import org.lyceum.text.shard.TokenDataset;
import org.lyceum.training.Callback;
import org.lyceum.training.StopOnSignal;
import org.lyceum.training.Trainer;
import org.lyceum.training.TrainingState;
import org.lyceum.training.parallel.Workers;

/**
 * What a worker that does not lead does: the leader's {@link Session} without all that writes. It reads the data that the leader has encoded
 * into the run folder and gets weights and optimizer over the network. Both must call the same collectives in the same order.
 */
final class Follower {
    /** What the leader tells instead of a plan when the run is finished. */
    static final String NOTHING_TO_DO = "";

    /**
     * What the leader tells when all is prepared.
     *
     * @param config resolved
     * @param vocabularySize of the tokenizer
     * @param start where the run stands
     */
    record Plan(PretrainConfig config, int vocabularySize, TrainingState start) {
        String toJson() {
            return Records.toJson(this);
        }

        static Plan of(String json) {
            return Records.fromJson(new Plan(PretrainConfig.DEFAULTS, 1, TrainingState.START), json);
        }
    }

    private Follower() {
    }

    static void run(Path out, @Nullable Duration maxDuration, Workers workers) {
        var told = workers.fromLeader();
        if (told.equals(NOTHING_TO_DO)) {
            return;
        }
        var plan = Plan.of(told);
        var config = plan.config();
        try (var dataset = TokenDataset.open(out.resolve("data"), false)) {
            var model = CausalModel.of(DepthDial.shape(config.model(), plan.vocabularySize()), config.train().dtype());
            var setup = Session.setup(config, model, new BatchSource(dataset.train(), Session.batches(config), config.seed()), workers);
            Session.broadcast(setup, workers);
            List<Callback> callbacks = List.of(new EvaluateCallback(Session.evaluateEvery(config),
                    () -> Session.evaluate(model, config, dataset, config.evaluate().tokens(), workers)));
            var trainer = new Trainer<>(setup, callbacks, plan.start(), workers);
            try (var stop = new StopOnSignal(trainer, maxDuration)) {
                var end = trainer.run();
                boolean signalled = Session.any(workers, stop.signalled());
                if (end.step() >= requireNonNull(config.train().steps())) {
                    Session.broadcast(Session.weights(model), workers); // of the best checkpoint
                    var _ = Session.evaluate(model, config, dataset, 0, workers);
                } else if (!signalled) {
                    var _ = Session.evaluate(model, config, dataset, config.evaluate().tokens(), workers);
                }
            }
        }
    }
}
