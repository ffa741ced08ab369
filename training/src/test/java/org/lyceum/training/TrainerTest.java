package org.lyceum.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.models.Decoder;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.Initialisation;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Memory;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.text.shard.Batch;
import org.lyceum.training.objective.Loss;
import org.lyceum.training.objective.NextToken;
import org.lyceum.training.objective.Objective;
import org.lyceum.training.optimizer.OptimizerConfig;
import org.lyceum.training.optimizer.Optimizers;
import org.lyceum.training.optimizer.Schedule;

/** The loop on a model of a few hundred weights that learns to count. */
class TrainerTest {
    private static final int VOCABULARY = 11;
    private static final int CONTEXT = 6;
    private static final Schedule FLAT = new Schedule(Schedule.Kind.CONSTANT, 0, 0, 0);

    /** Row {@code r} of the endless data: numbers that go up by one, from anywhere. */
    private static Batch rows(long first, int rows) {
        var inputs = new int[rows * CONTEXT];
        var targets = new int[rows * CONTEXT];
        for (int row = 0; row < rows; row++) {
            int from = Seeds.generator(1, "toy", first + row).nextInt(VOCABULARY);
            for (int t = 0; t < CONTEXT; t++) {
                inputs[row * CONTEXT + t] = (from + t) % VOCABULARY;
                targets[row * CONTEXT + t] = (from + t + 1) % VOCABULARY;
            }
        }
        return new Batch(inputs, targets, rows, CONTEXT);
    }

    private static LongFunction<Batch> batches(int rows) {
        return number -> rows(number * rows, rows);
    }

    private static Decoder model(double dropout) {
        var model = new Decoder(DecoderConfig.llama(VOCABULARY, CONTEXT, 16, 2, 2, 1).with(c -> c.dropout = dropout), DType.F32);
        Initialisation.of(model, 4);
        return model;
    }

    private static Trainer.Setup<Decoder, Batch> setup(Decoder model, int rows, Objective<? super Decoder, Batch> objective,
            Trainer.Loop loop) {
        var config = new OptimizerConfig(OptimizerConfig.Kind.MUON, null, 0.9, 0.95, 1e-8, 0.1, 0.95, 1);
        return new Trainer.Setup<>(model, model.parameters(), batches(rows), (long) rows * CONTEXT, objective,
                Optimizers.of(model.parameters(), 0.01, config, DType.F32), FLAT, 0.01, loop, 9);
    }

    /** Keeps every report. */
    private static final class Recorder implements Callback {
        private final List<StepReport> reports = new ArrayList<>();

        @Override
        public TrainingState onStep(StepReport report, TrainingState state) {
            reports.add(report);
            return state;
        }

        List<Double> losses() {
            return reports.stream().map(StepReport::loss).toList();
        }
    }

    private static List<Double> losses(Decoder model, int rows, Trainer.Loop loop) {
        var recorder = new Recorder();
        new Trainer<>(setup(model, rows, new NextToken(), loop), List.of(recorder), TrainingState.START).run();
        return recorder.losses();
    }

    private static List<float[]> weights(Decoder model) {
        try (var _ = Scope.open(); var _ = NoGradient.open()) {
            return model.parameters().stream().map(p -> p.value().contiguous().data().toArray(ValueLayout.JAVA_FLOAT)).toList();
        }
    }

    @Test
    void itLearns() {
        var losses = losses(model(0), 8, new Trainer.Loop(40, 1, 1, false));
        assertThat(losses.getFirst()).isCloseTo(Math.log(VOCABULARY), within(0.1));
        assertThat(losses.getLast()).isLessThan(0.3);
    }

    /** Were a tensor of each step left to the garbage collector, a run's memory would grow by gradients and graphs until it comes. */
    @ParameterizedTest
    @CsvSource({"1, false", "2, false", "1, true"})
    void aStepLeavesNothingBehind(int accumulation, boolean checkpointing) {
        var held = new ArrayList<Long>();
        var counter = new Callback() {
            @Override
            public TrainingState onStep(StepReport report, TrainingState state) {
                held.add(Memory.heldObjects());
                return state;
            }
        };
        new Trainer<>(setup(model(0.1), 2, new NextToken(), new Trainer.Loop(6, accumulation, 1e-3, checkpointing)), List.of(counter),
                TrainingState.START).run();
        // The collector may take away what was there before, so counts may fall.
        assertThat(held.getLast()).as("held after each step: %s", held).isLessThanOrEqualTo(held.get(1));
    }

    @Test
    void twoHalvesOfABatchEqualTheWhole() {
        var whole = model(0);
        var halves = model(0);
        var a = losses(whole, 8, new Trainer.Loop(6, 1, 1, false));
        var b = losses(halves, 4, new Trainer.Loop(6, 2, 1, false));
        for (int i = 0; i < a.size(); i++) {
            assertThat(b.get(i)).as("step %d", i + 1).isCloseTo(a.get(i), within(1e-5));
        }
        assertClose(weights(whole), weights(halves), 1e-4f);
        assertThat(a.getLast()).as("something was learnt").isLessThan(a.getFirst() - 0.1);
    }

    @Test
    void recomputingBlocksInBackwardChangesNothing() {
        var plain = model(0);
        var checkpointed = model(0);
        var a = losses(plain, 4, new Trainer.Loop(6, 2, 1, false));
        var b = losses(checkpointed, 4, new Trainer.Loop(6, 2, 1, true));
        for (int i = 0; i < a.size(); i++) {
            assertThat(b.get(i)).as("step %d", i + 1).isCloseTo(a.get(i), within(1e-5));
        }
        assertClose(weights(plain), weights(checkpointed), 1e-4f);
    }

    @Test
    void dropoutIsAPureFunctionOfTheStep() {
        var a = losses(model(0.3), 4, new Trainer.Loop(5, 2, 1, false));
        assertThat(losses(model(0.3), 4, new Trainer.Loop(5, 2, 1, false))).isEqualTo(a);
        assertThat(losses(model(0), 4, new Trainer.Loop(5, 2, 1, false))).isNotEqualTo(a);
    }

    @Test
    void aLossThatIsNotANumberStopsBeforeTheStepAndTheLastCheckpointIsGood(@TempDir Path run) {
        var model = model(0);
        var count = new int[1];
        Objective<Decoder, Batch> bad = (m, batch, pass) -> {
            var loss = new NextToken().loss(m, batch, pass);
            return ++count[0] == 8 ? new Loss(loss.value().times(Double.NaN)) : loss; // the second micro-batch of step 4
        };
        var setup = setup(model, 4, bad, new Trainer.Loop(10, 2, 1, false));
        var checkpoints = new Checkpoints(run, 2);
        var ended = new ArrayList<Throwable>();
        var afterThree = new ArrayList<List<float[]>>();
        Callback saving = new Callback() {
            @Override
            public TrainingState onStep(StepReport report, TrainingState state) {
                checkpoints.save(state, folder -> Files.writeString(folder.resolve("weights"), "of the model"), setup.optimizer().state());
                afterThree.add(weights(model));
                return state;
            }

            @Override
            public void onEnd(TrainingState state, @Nullable Throwable failure) {
                ended.add(failure);
                assertThat(state.step()).isEqualTo(3);
            }
        };
        assertThatThrownBy(() -> new Trainer<>(setup, List.of(saving), TrainingState.START).run()).isInstanceOfSatisfying(UserError.class,
                e -> {
                    assertThat(e.exitStatus()).isEqualTo(1);
                    assertThat(e).hasMessageContaining("loss became NaN at step 4 (batch 7)")
                            .hasMessageContaining("last checkpoint is good");
                });
        assertThat(ended).singleElement().isInstanceOf(UserError.class);
        var now = weights(model);
        for (int i = 0; i < now.size(); i++) {
            assertThat(now.get(i)).containsExactly(afterThree.getLast().get(i));
        }
        var last = checkpoints.last().orElseThrow();
        assertThat(Checkpoints.state(last).step()).isEqualTo(3);
        Checkpoints.loadOptimizer(last, setup.optimizer().state());
    }

    @Test
    void aGradientThatIsNotFiniteStopsToo() {
        Objective<Decoder, Batch> bad = (m, batch, pass) -> {
            var loss = new NextToken().loss(m, batch, pass).value();
            // √0 has the value 0 and an infinite gradient.
            return new Loss(loss.plus(m.parameters().getFirst().value().sum().times(0).sqrt()));
        };
        var model = model(0);
        var before = weights(model);
        assertThatThrownBy(
                () -> new Trainer<>(setup(model, 4, bad, new Trainer.Loop(10, 1, 1, false)), List.of(), TrainingState.START).run())
                .isInstanceOf(UserError.class).hasMessageContaining("gradient norm").hasMessageContaining("step 1");
        assertClose(weights(model), before, 0);
    }

    @Test
    void callbacksAreToldInOrderAndPassTheStateOn() {
        var told = new ArrayList<String>();
        class Named implements Callback {
            private final String name;

            Named(String name) {
                this.name = name;
            }

            @Override
            public void onStart(TrainingState state, long steps) {
                told.add(name + " start " + state.step() + "/" + steps);
            }

            @Override
            public TrainingState onStep(StepReport report, TrainingState state) {
                told.add(name + " " + report.step() + (report.last() ? " last" : "") + " " + state.bestStep() + " "
                        + report.measurement("mean").isPresent());
                report.add("from " + name, 1);
                return name.equals("a") ? state.withValidation(5 - report.step()) : state;
            }

            @Override
            public void onEnd(TrainingState state, @Nullable Throwable failure) {
                told.add(name + " end " + state.step() + " " + failure);
            }
        }
        Objective<Decoder, Batch> measured = (m, batch, pass) -> new Loss(new NextToken().loss(m, batch, pass).value(),
                Map.of("mean", 2.0));
        var end = new Trainer<>(setup(model(0), 4, measured, new Trainer.Loop(2, 2, 1, false)), List.of(new Named("a"), new Named("b")),
                TrainingState.START).run();
        assertThat(told).containsExactly("a start 0/2", "b start 0/2", "a 1 null true", "b 1 1 true", "a 2 last 1 true", "b 2 last 2 true",
                "a end 2 null", "b end 2 null");
        assertThat(end.tokens()).isEqualTo(2 * 2 * 4 * CONTEXT);
        assertThat(end.bestStep()).isEqualTo(2);
    }

    @Test
    void everyCallbackIsToldOfTheEndAndTheFirstFailureIsTheOneReported() {
        var told = new ArrayList<String>();
        class Failing implements Callback {
            private final String name;

            Failing(String name) {
                this.name = name;
            }

            @Override
            public void onEnd(TrainingState state, @Nullable Throwable failure) {
                told.add(name + (failure == null ? "" : " after " + failure.getMessage()));
                throw new IllegalStateException(name);
            }
        }
        List<Callback> callbacks = List.of(new Failing("a"), new Failing("b"));
        assertThatThrownBy(
                () -> new Trainer<>(setup(model(0), 4, new NextToken(), new Trainer.Loop(1, 1, 1, false)), callbacks, TrainingState.START)
                        .run())
                .hasMessage("a").satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        Objective<Decoder, Batch> bad = (_, _, _) -> {
            throw new IllegalStateException("the step");
        };
        assertThatThrownBy(
                () -> new Trainer<>(setup(model(0), 4, bad, new Trainer.Loop(1, 1, 1, false)), callbacks, TrainingState.START).run())
                .hasMessage("the step").satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        assertThat(told).containsExactly("a", "b", "a after the step", "b after the step");
    }

    @Test
    void reportsGiveTheMeanOverTheMicroBatchesAndTheRate() {
        var numbers = new double[]{1, 3, 10, 20};
        var count = new int[1];
        Objective<Decoder, Batch> given = (m, _, _) -> {
            double value = numbers[count[0]++];
            return new Loss(m.parameters().getFirst().value().sum().times(0).plus(value), Map.of("twice", 2 * value));
        };
        var recorder = new Recorder();
        new Trainer<>(setup(model(0), 4, given, new Trainer.Loop(2, 2, 1, false)), List.of(recorder), TrainingState.START).run();
        assertThat(recorder.losses()).containsExactly(2.0, 15.0);
        assertThat(recorder.reports.get(1).measurement("twice")).hasValue(30.0);
        assertThat(recorder.reports.get(1).learningRate()).isEqualTo(0.01);
        assertThat(recorder.reports.get(0).tokens()).isEqualTo(2 * 4 * CONTEXT);
        assertThat(recorder.reports.get(0).last()).isFalse();
        assertThat(recorder.reports.get(1).lastOfRun()).isTrue();
    }

    @Test
    void stopEndsAfterTheStepItIsInOrTheNextAndTheCallbacksKnow() {
        var recorder = new Recorder();
        Trainer<?, ?>[] trainer = new Trainer<?, ?>[1];
        Objective<Decoder, Batch> stopping = (m, batch, pass) -> {
            if (recorder.reports.size() == 2) {
                trainer[0].stop(); // within step 3
            }
            return new NextToken().loss(m, batch, pass);
        };
        trainer[0] = new Trainer<>(setup(model(0), 4, stopping, new Trainer.Loop(10, 1, 1, false)), List.of(recorder), TrainingState.START);
        assertThat(trainer[0].run().step()).isEqualTo(3);
        assertThat(recorder.reports).extracting(StepReport::last).containsExactly(false, false, true);
        assertThat(recorder.reports.getLast().lastOfRun()).isFalse();

        // While the callbacks of step 2 are at work, which were told that it is not the last: one more, so that it is saved.
        var later = new Recorder();
        Callback stop = new Callback() {
            @Override
            public TrainingState onStep(StepReport report, TrainingState state) {
                if (report.step() == 2) {
                    trainer[0].stop();
                }
                return state;
            }
        };
        trainer[0] = new Trainer<>(setup(model(0), 4, new NextToken(), new Trainer.Loop(10, 1, 1, false)), List.of(later, stop),
                TrainingState.START);
        assertThat(trainer[0].run().step()).isEqualTo(3);
        assertThat(later.reports.getLast().last()).isTrue();

        // Before the first step: one is taken all the same, so that a run that is always stopped at once still gets on.
        trainer[0] = new Trainer<>(setup(model(0), 4, new NextToken(), new Trainer.Loop(10, 1, 1, false)), List.of(), TrainingState.START);
        trainer[0].stop();
        assertThat(trainer[0].run().step()).isEqualTo(1);
    }

    @Test
    void aRunThatHasAllItsStepsTakesNone() {
        var recorder = new Recorder();
        var done = new TrainingState(5, 100, 1, null, null);
        var end = new Trainer<>(setup(model(0), 4, new NextToken(), new Trainer.Loop(5, 1, 1, false)), List.of(recorder), done).run();
        assertThat(end).isEqualTo(done);
        assertThat(recorder.reports).isEmpty();
    }

    @Test
    void evaluationIsTheMeanOverAllTargets() {
        var model = model(0);
        var batches = List.of(rows(0, 3), rows(3, 1));
        batches.get(1).targets()[2] = Batch.IGNORED;
        var evaluation = Evaluation.of(model, batches, 40);
        assertThat(evaluation.tokens()).isEqualTo(4 * CONTEXT - 1);
        double nats = 0;
        for (var batch : batches) {
            try (var _ = Scope.open(); var _ = NoGradient.open()) {
                var logits = model.logits(Tensor.ofIds(batch.inputs(), batch.rows(), CONTEXT)).contiguous().data()
                        .toArray(ValueLayout.JAVA_FLOAT);
                for (int i = 0; i < batch.targets().length; i++) {
                    if (batch.targets()[i] >= 0) {
                        var row = Arrays.copyOfRange(logits, i * VOCABULARY, (i + 1) * VOCABULARY);
                        double sum = 0;
                        for (float logit : row) {
                            sum += Math.exp(logit);
                        }
                        nats += Math.log(sum) - row[batch.targets()[i]];
                    }
                }
            }
        }
        assertThat(evaluation.nats()).isCloseTo(nats, within(1e-4));
        assertThat(evaluation.loss()).isCloseTo(nats / 23, within(1e-5));
        assertThat(evaluation.bitsPerByte()).isCloseTo(nats / Math.log(2) / 40, within(1e-5));
    }

    private static void assertClose(List<float[]> a, List<float[]> b, float tolerance) {
        for (int p = 0; p < a.size(); p++) {
            for (int i = 0; i < a.get(p).length; i++) {
                assertThat(a.get(p)[i]).isCloseTo(b.get(p)[i], within(tolerance));
            }
        }
    }
}
