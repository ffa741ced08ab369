package org.lyceum.training.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.models.layers.Linear;
import org.lyceum.models.layers.Parameter;
import org.lyceum.models.layers.Parameters;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.training.Trainer;
import org.lyceum.training.objective.Loss;
import org.lyceum.training.objective.Objective;
import org.lyceum.training.optimizer.OptimizerConfig;
import org.lyceum.training.optimizer.Optimizers;
import org.lyceum.training.optimizer.Schedule;
import org.lyceum.training.run.MetricsLog;

/** A line through points: a model of one matrix and an offset, which is no language model. */
class FitTest {
    @TempDir
    Path folder;

    private record Line(Linear layer, List<Parameter> parameters) {
        static Line make() {
            var root = new Parameters(DType.F32);
            var layer = new Linear(root.in("line"), Parameter.Role.MATRIX, 2, 1, true);
            return new Line(layer, root.all());
        }

        double loss() {
            try (var _ = Scope.open()) {
                return MEAN_SQUARE.loss(this, points(-1), org.lyceum.models.Pass.EVALUATION).value().item();
            }
        }
    }

    private record Points(float[] x, float[] y) {
    }

    private record Slope(double slope) {
    }

    private static final Objective<Line, Points> MEAN_SQUARE = (model, points, _) -> {
        var error = model.layer().forward(Tensor.of(points.x(), points.y().length, 2)).minus(Tensor.of(points.y(), points.y().length, 1));
        return new Loss(error.times(error).sum().dividedBy(points.y().length));
    };

    /** y = 2 a − b + 0.5. */
    private static Points points(long number) {
        var random = Seeds.generator(1, "points", number);
        var x = new float[16];
        var y = new float[8];
        for (int i = 0; i < 8; i++) {
            x[2 * i] = (float) random.nextGaussian();
            x[2 * i + 1] = (float) random.nextGaussian();
            y[i] = 2 * x[2 * i] - x[2 * i + 1] + 0.5f;
        }
        return new Points(x, y);
    }

    private static Trainer.Setup<Line, Points> setup(Line model, int steps) {
        var optimizer = new OptimizerConfig(OptimizerConfig.Kind.ADAMW, null, 0.9, 0.99, 1e-8, 0, 0.9, 0);
        return new Trainer.Setup<>(model, model.parameters(), FitTest::points, 8, MEAN_SQUARE,
                Optimizers.of(model.parameters(), 0.05, optimizer, DType.F32), new Schedule(Schedule.Kind.CONSTANT, 0, 0, 0), 0.05,
                new Trainer.Loop(steps, 1, 0, false), 3);
    }

    private Fit.Plan plan(Line model) {
        return new Fit.Plan(folder, new Slope(2), ModelFiles.of(model.parameters()), 10, () -> Score.lowest("loss", model.loss()), 7, null);
    }

    private static float[] weights(Line model) {
        return model.parameters().getFirst().value().floats();
    }

    @Test
    void anyModelIsTrainedByTheOneLoop() {
        var model = Line.make();
        var told = new ArrayList<String>();
        var outcome = Fit.run(setup(model, 200), Fit.Plan.inMemory(50, () -> Score.lowest("loss", model.loss()), told::add));
        assertThat(weights(model)[0]).isCloseTo(2, within(0.05f));
        assertThat(outcome.best()).isCloseTo(model.loss(), within(1e-12)).isLessThan(0.01);
        assertThat(outcome.state().step()).isEqualTo(200);
        assertThat(told).hasSize(4).last().asString().startsWith("step 200/200 100%").contains("val_loss 0.00");
    }

    @Test
    void theBestWeightsAreLeftWhicheverWayIsBetter() {
        for (boolean higher : new boolean[]{true, false}) {
            var model = Line.make();
            var asked = new AtomicInteger();
            var kept = new ArrayList<float[]>();
            var outcome = Fit.run(setup(model, 50), Fit.Plan.inMemory(10, () -> {
                kept.add(weights(model));
                double value = List.of(0.3, 0.9, 0.1, 0.5, 0.4).get(asked.getAndIncrement());
                return higher ? Score.highest("accuracy", value) : Score.lowest("loss", value);
            }, null));
            assertThat(outcome.best()).isEqualTo(higher ? 0.9 : 0.1);
            assertThat(outcome.bestStep()).isEqualTo(higher ? 20 : 30);
            assertThat(weights(model)).isEqualTo(kept.get(higher ? 1 : 2));
        }
    }

    @Test
    void aRunThatWasCutOffEqualsOneThatWasNot() throws Exception {
        var whole = Line.make();
        Fit.run(setup(whole, 40), Fit.Plan.inMemory(10, () -> Score.lowest("loss", whole.loss()), null));
        var first = Line.make();
        var broken = new AtomicInteger();
        assertThatThrownBy(() -> Fit.run(setup(first, 40), new Fit.Plan(folder, new Slope(2), ModelFiles.of(first.parameters()), 10, () -> {
            if (broken.incrementAndGet() == 3) {
                throw new IllegalStateException("killed");
            }
            return Score.lowest("loss", first.loss());
        }, 7, null))).hasMessage("killed");
        var second = Line.make();
        var outcome = Fit.run(setup(second, 40), plan(second));
        assertThat(weights(second)).isEqualTo(weights(whole));
        assertThat(outcome.best()).isEqualTo(whole.loss());
        assertThat(MetricsLog.read(folder.resolve(MetricsLog.FILE_NAME))).extracting(MetricsLog.Line::step)
                .containsExactlyElementsOf(java.util.stream.LongStream.rangeClosed(1, 40).boxed().toList());
        // A finished run is read back, and takes no step.
        var third = Line.make();
        var again = Fit.run(setup(third, 40), plan(third));
        assertThat(weights(third)).isEqualTo(weights(whole));
        assertThat(again.best()).isEqualTo(outcome.best());
        assertThat(Files.readString(folder.resolve("config.yaml"))).isEqualTo("slope: 2.0\n");
    }

    @Test
    void aFolderWithAnotherRunIsRefused() {
        var model = Line.make();
        Fit.run(setup(model, 10), plan(model));
        var other = new Fit.Plan(folder, new Slope(3), ModelFiles.of(model.parameters()), 10, () -> Score.lowest("loss", 0), 7, null);
        assertThatThrownBy(() -> Fit.run(setup(model, 10), other)).isInstanceOf(UserError.class)
                .hasMessage(folder + " holds a run with another configuration; choose another folder, or move that one away.");
    }
}
