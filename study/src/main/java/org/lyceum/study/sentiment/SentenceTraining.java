package org.lyceum.study.sentiment;

import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.lyceum.models.Pass;
import org.lyceum.models.classifiers.SentenceClassifier;
import org.lyceum.models.layers.Parameter;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.training.Trainer;
import org.lyceum.training.fit.Fit;
import org.lyceum.training.fit.Score;
import org.lyceum.training.objective.Loss;
import org.lyceum.training.objective.Objective;
import org.lyceum.training.optimizer.AdamW;
import org.lyceum.training.optimizer.OptimizerConfig;
import org.lyceum.training.optimizer.Schedule;

/** Trains a network on sentences, keeps it as it was after its best epoch, and asks it about the test sentences. */
final class SentenceTraining {
    /** Share of the steps over which the learning rate rises. */
    private static final double WARMUP = 0.1;
    private static final double CLIP = 1;
    /** Sentences of a batch where nothing is learned. */
    private static final int ASKED = 64;

    /** The mean of −log p(label | sentence), in nats. */
    static final Objective<SentenceClassifier, SentenceBatch> OBJECTIVE = (model, batch, pass) -> new Loss(
            model.logits(batch.idTensor(), batch.lengths(), pass).crossEntropy(Tensor.ofIds(batch.labels(), batch.rows())));

    private final SentimentConfig.Learning learning;

    SentenceTraining(SentimentConfig.Learning learning) {
        this.learning = learning;
    }

    /** Trains {@code model}; {@code ids} makes tokens of a sentence. */
    Rung.Climb climb(SentenceClassifier model, SentimentData data, ToIds ids, long seed) {
        var train = batches(data.train(), ids, learning.batch(), seed);
        var validation = batches(data.validation(), ids, ASKED, 0);
        var config = new OptimizerConfig(OptimizerConfig.Kind.ADAMW, learning.learningRate(), 0.9, 0.999, 1e-8, learning.weightDecay(),
                0.95,
                CLIP);
        long steps = (long) learning.epochs() * train.perEpoch();
        var setup = new Trainer.Setup<>(model, model.parameters(), train::batch, train.tokensPerBatch(), OBJECTIVE,
                new AdamW(model.parameters(), learning.learningRate(), config),
                new Schedule(Schedule.Kind.WSD, (int) Math.ceil(WARMUP * steps), 1 - WARMUP, 0), learning.learningRate(),
                new Trainer.Loop(steps, 1, CLIP, false), seed);
        var outcome = Fit.run(setup,
                Fit.Plan.inMemory(train.perEpoch(), () -> Score.highest("accuracy", accuracy(model, validation)), null));
        return new Rung.Climb(accuracy(model, batches(data.test(), ids, ASKED, 0)), data.test().size(), outcome.best(),
                outcome.state().seconds(), parameters(model.parameters()),
                Map.of("best_epoch", (double) outcome.bestStep() / train.perEpoch(), "loss", outcome.lastLoss()));
    }

    /** Makes tokens of a sentence. */
    @FunctionalInterface
    interface ToIds {
        /** The ids of {@code sentence}, at least one. */
        int[] of(Sentence sentence);
    }

    private static SentenceBatches batches(List<Sentence> sentences, ToIds ids, int rows, long seed) {
        return new SentenceBatches(sentences.stream().map(ids::of).toList(), sentences.stream().mapToInt(Sentence::label).toArray(), rows,
                seed);
    }

    /** The share of sentences whose label has the highest score. */
    static double accuracy(SentenceClassifier model, SentenceBatches batches) {
        ToDoubleFunction<SentenceBatch> right = batch -> {
            try (var _ = Scope.open(); var _ = NoGradient.open()) {
                var logits = model.logits(batch.idTensor(), batch.lengths(), Pass.EVALUATION).floats();
                int count = 0;
                for (int b = 0; b < batch.rows(); b++) {
                    count += best(logits, b, logits.length / batch.rows()) == batch.labels()[b] ? 1 : 0;
                }
                return count;
            }
        };
        return batches.once().stream().map(batches::batch).mapToDouble(right).sum()
                / batches.once().stream().mapToInt(members -> members.length).sum();
    }

    private static int best(float[] logits, int row, int labels) {
        int best = 0;
        for (int label = 1; label < labels; label++) {
            best = logits[row * labels + label] > logits[row * labels + best] ? label : best;
        }
        return best;
    }

    private static long parameters(List<Parameter> parameters) {
        return parameters.stream().mapToLong(parameter -> parameter.value().numel()).sum();
    }
}
