package org.lyceum.study.recall;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.lyceum.foundation.Seeds;
import org.lyceum.models.CausalModel;
import org.lyceum.models.Initialisation;
import org.lyceum.models.Pass;
import org.lyceum.models.layers.Parameter;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.FlushDenormals;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.text.shard.Batch;
import org.lyceum.training.Trainer;
import org.lyceum.training.fit.Fit;
import org.lyceum.training.fit.Score;
import org.lyceum.training.objective.NextToken;
import org.lyceum.training.optimizer.OptimizerConfig;
import org.lyceum.training.optimizer.Optimizers;
import org.lyceum.training.optimizer.Schedule;

/** One model from its first weights to its figures: how well it recalls at each distance, and how its gradient reaches back. */
final class RecallTrial implements AutoCloseable {
    private static final Schedule SCHEDULE = new Schedule(Schedule.Kind.COSINE, 50, 0, 0.02);

    private final RecallConfig config;
    private final RecallTask task;
    private final long seed;
    private final CausalModel model;

    RecallTrial(RecallConfig config, Architecture architecture, long seed) {
        this.config = config;
        this.task = new RecallTask(config.cues(), config.noise());
        this.seed = seed;
        model = CausalModel.of(
                architecture.shape(config.parameters(), task.vocabularySize(), config.longest() + 1 + RecallTask.MOST_BEFORE),
                DType.F32);
        Initialisation.of(model, Seeds.derive(seed, "initialisation", 0));
    }

    /** {@code accuracy_k}, {@code gradient_before_k} and {@code gradient_after_k} for each distance k, and how the training went. */
    Map<String, Double> run() {
        try (var _ = FlushDenormals.open()) {
            return figures();
        }
    }

    private Map<String, Double> figures() {
        var figures = new LinkedHashMap<String, Double>();
        figures.put("parameters", (double) model.config().parameterCount());
        gradients("gradient_before_", figures);
        long steps = config.tokens() / config.tokensPerStep();
        var optimizer = new OptimizerConfig(OptimizerConfig.Kind.ADAMW, config.learningRate(), 0.9, 0.98, 1e-8, 0.01, 0.95, 1);
        var setup = new Trainer.Setup<>(model, model.parameters(),
                number -> task.training(Seeds.generator(seed, "training", number), config.tokensPerStep(), config.longest()),
                config.tokensPerStep(), new NextToken(), Optimizers.of(model.parameters(), config.learningRate(), optimizer, DType.F32),
                SCHEDULE, config.learningRate(), new Trainer.Loop(steps, 1, optimizer.clip(), false), seed);
        var outcome = Fit.run(setup, Fit.Plan.inMemory(Math.max(1, steps / 5), () -> Score.highest("accuracy", mean()), null));
        setup.optimizer().state().values().forEach(Tensor::close);
        figures.put("seconds", outcome.state().seconds());
        figures.put("best_step", (double) outcome.bestStep());
        for (int distance : config.distances()) {
            figures.put("accuracy_" + distance, accuracy(distance, "test", config.asked()));
        }
        gradients("gradient_after_", figures);
        return figures;
    }

    /** The accuracy on held-out sequences, the mean over all distances: a few of each, since there are as many to choose the best weights from. */
    private double mean() {
        return config.distances().stream().mapToDouble(distance -> accuracy(distance, "validation", Math.ceilDiv(config.asked(), 8)))
                .average().orElseThrow();
    }

    /** The share of sequences after whose question the cue is the likeliest symbol. */
    private double accuracy(int distance, String split, int asked) {
        int right = 0;
        int done = 0;
        for (int part = 0; done < asked; part++) {
            var random = Seeds.generator(seed, split + " " + distance, part);
            int rows = Math.min(asked - done, Math.max(1, config.tokensPerStep() / (distance + 1)));
            right += right(task.batch(random, rows, distance));
            done += rows;
        }
        return (double) right / done;
    }

    private int right(Batch batch) {
        try (var _ = Scope.open(); var _ = NoGradient.open()) {
            int length = batch.columns();
            var hidden = model.hidden(Tensor.ofIds(batch.inputs(), batch.rows(), length), Pass.EVALUATION);
            var logits = model.head(hidden.narrow(1, length - 1, 1)).reshape(batch.rows(), -1).floats(); // (B, V)
            int vocabulary = logits.length / batch.rows();
            return (int) IntStream.range(0, batch.rows()).filter(b -> {
                int best = IntStream.range(b * vocabulary, (b + 1) * vocabulary).reduce((i, j) -> logits[j] > logits[i] ? j : i)
                        .orElseThrow();
                return best - b * vocabulary == batch.targets()[(b + 1) * length - 1];
            }).count();
        }
    }

    /**
     * The norm of d loss / d token vector of the cue, k steps before the question, a mean over the cues. Each sequence of a batch has a
     * cue of its own, which stands nowhere else, so that the gradient of its row of the embedding is that of its one place.
     */
    private void gradients(String name, Map<String, Double> into) {
        var cues = IntStream.range(0, task.cues()).toArray();
        for (int distance : config.distances()) {
            try (var _ = Scope.open()) {
                var batch = task.batch(Seeds.generator(seed, "gradient", distance), cues, 0, distance);
                var loss = new NextToken().loss(model, batch, Pass.EVALUATION).value().times(cues.length); // each its own, not their mean
                loss.backward();
                var embedding = model.parameters().stream().filter(p -> p.role() == Parameter.Role.EMBEDDING).findFirst().orElseThrow();
                var rows = Objects.requireNonNull(embedding.value().gradient()).narrow(0, 0, cues.length).to(DType.F64);
                into.put(name + distance, Arrays.stream(rows.square().sum(1, false).sqrt().doubles()).average().orElseThrow());
            } finally {
                model.parameters().forEach(parameter -> parameter.value().clearGradient());
            }
        }
    }

    @Override
    public void close() {
        model.parameters().forEach(parameter -> parameter.value().close());
    }
}
