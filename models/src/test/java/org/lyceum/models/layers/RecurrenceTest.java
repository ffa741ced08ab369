package org.lyceum.models.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.lyceum.models.Gradients;
import org.lyceum.models.SlowRecurrence;
import org.lyceum.models.layers.Recurrence.Kind;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.tensor.Torch;
import org.lyceum.tensor.safetensors.SafetensorsFile;

/** Recurrent layers against the oracle, every gradient numerically, and against PyTorch's own. */
class RecurrenceTest {
    private static final int T = 6;
    private static final int I = 3;
    private static final int H = 4;
    private Scope scope;
    private Parameters parameters;

    @BeforeEach
    void open() {
        scope = Scope.open();
        parameters = new Parameters(DType.F32);
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @ParameterizedTest
    @EnumSource
    void oneLayer(Kind kind) {
        var layer = new Recurrence(parameters, kind, I, H);
        Gradients.check(parameters, Gradients.input(1, T, I), x -> layer.forward(x, null).hidden(),
                (x, p) -> SlowRecurrence.run(kind, x, SlowRecurrence.zeros(kind, H), p));
    }

    @ParameterizedTest
    @EnumSource
    void stacked(Kind kind) {
        var stack = new RecurrentStack(parameters, kind, 2, I, H, 0);
        Gradients.check(parameters, Gradients.input(1, T, I), x -> stack.forward(x, null, false).hidden(), (x, p) -> {
            var below = SlowRecurrence.run(kind, x, SlowRecurrence.zeros(kind, H), p.subList(0, 4));
            return SlowRecurrence.run(kind, below, SlowRecurrence.zeros(kind, H), p.subList(4, 8));
        });
    }

    @ParameterizedTest
    @CsvSource({"ELMAN,1", "ELMAN,2", "GRU,1", "GRU,2", "LSTM,1", "LSTM,2"})
    void bidirectional(Kind kind, int depth) {
        var stack = new BidirectionalStack(parameters, kind, depth, I, H, 0);
        Gradients.check(parameters, Gradients.input(1, T, I), x -> stack.forward(x, new int[]{T}, false), (x, p) -> {
            for (int i = 0; i < depth; i++) {
                x = SlowRecurrence.both(kind, x, H, p.subList(8 * i, 8 * i + 4), p.subList(8 * i + 4, 8 * i + 8));
            }
            return x;
        });
    }

    /** The gradient of what the last step leaves, with respect to the state before the first. */
    @ParameterizedTest
    @EnumSource
    void statesAreDifferentiable(Kind kind) {
        var layer = new Recurrence(parameters, kind, I, H);
        Gradients.randomise(parameters.all(), 0.5);
        var leaves = new ArrayList<Tensor>();
        for (int s = 0; s < kind.states(); s++) {
            leaves.add(Tensor.normal(20 + s, 0.5, 1, H).requireGradient());
        }
        var x = Tensor.normal(30, 1, 1, T, I);
        var steps = Gradients.rows(x.doubles(), I);
        var weights = parameters.all().stream().map(p -> p.value().doubles()).toList();
        var last = layer.forward(x, List.copyOf(leaves)).last();
        assertThat(last).hasSize(kind.states());
        var sum = Tensor.stack(last.stream().map(state -> state.square().sum()).toList(), 0).sum();
        Gradients.check(leaves, sum, values -> {
            var state = values.stream().map(double[]::clone).toArray(double[][]::new);
            SlowRecurrence.run(kind, steps, state, weights);
            return Arrays.stream(state).flatMapToDouble(Arrays::stream).map(v -> v * v).sum();
        });
    }

    /** In two stretches or in one, the state between them carried over. */
    @ParameterizedTest
    @EnumSource
    void carriedStateGoesOnWhereItWasLeft(Kind kind) {
        var stack = new RecurrentStack(parameters, kind, 2, I, H, 0);
        Gradients.randomise(parameters.all(), 0.5);
        var x = Tensor.normal(3, 1, 2, T, I);
        var whole = stack.forward(x, null, false);
        var first = stack.forward(x.narrow(1, 0, 2), null, false);
        var second = stack.forward(x.narrow(1, 2, T - 2), first.state().detached(), false);
        assertThat(Tensor.cat(List.of(first.hidden(), second.hidden()), 1).minus(whole.hidden()).abs().max().item()).isLessThan(1e-6);
        for (int layer = 0; layer < 2; layer++) {
            assertThat(second.state().layers().get(layer)).hasSize(kind.states());
            for (int s = 0; s < kind.states(); s++) {
                var there = whole.state().layers().get(layer).get(s);
                assertThat(second.state().layers().get(layer).get(s).minus(there).abs().max().item()).isLessThan(1e-6);
            }
        }
    }

    /** Backward through the second stretch of two ends where the state was detached. */
    @Test
    void detachedStatesEndTheGraph() {
        var stack = new RecurrentStack(parameters, Kind.LSTM, 1, I, H, 0);
        Gradients.randomise(parameters.all(), 0.5);
        var early = Tensor.normal(3, 1, 1, 2, I).requireGradient();
        var late = Tensor.normal(4, 1, 1, 2, I).requireGradient();
        var state = stack.forward(early, null, true).state();
        stack.forward(late, state.detached(), true).hidden().sum().backward();
        assertThat(early.gradient()).isNull();
        assertThat(late.gradient()).isNotNull();
    }

    @Test
    void dropoutIsBetweenLayersAndInTrainingAlone() {
        Torch.seed(1);
        var shallow = new RecurrentStack(parameters.in("a"), Kind.GRU, 1, I, H, 0.5);
        var deep = new RecurrentStack(parameters.in("b"), Kind.GRU, 2, I, H, 0.5);
        Gradients.randomise(parameters.all(), 0.5);
        var x = Tensor.normal(3, 1, 2, T, I);
        assertThat(shallow.forward(x, null, true).hidden().floats()).isEqualTo(shallow.forward(x, null, false).hidden().floats());
        assertThat(deep.forward(x, null, true).hidden().floats()).isNotEqualTo(deep.forward(x, null, false).hidden().floats());
    }

    /** What a handle in libtorch's tuple shows must outlive the tuple. */
    @Test
    void resultsCanBeKept() {
        var layer = new Recurrence(parameters, Kind.LSTM, I, H);
        Gradients.randomise(parameters.all(), 0.5);
        var x = Tensor.normal(3, 1, 2, T, I);
        var wanted = layer.forward(x, null);
        Tensor kept;
        Tensor state;
        try (var inner = Scope.open()) {
            var unrolled = layer.forward(x, null);
            kept = inner.keep(unrolled.hidden());
            state = inner.keep(unrolled.last().getLast());
        }
        assertThat(kept.floats()).isEqualTo(wanted.hidden().floats());
        assertThat(state.floats()).isEqualTo(wanted.last().getLast().floats());
        kept.close();
        state.close();
    }

    /** Hidden states and gradients of packed sequences, bidirectional and stacked, are PyTorch's (make_recurrent_fixtures.py). */
    @ParameterizedTest
    @EnumSource
    void equalsPyTorch(Kind kind, @TempDir Path folder) throws IOException {
        var name = kind.name().toLowerCase(java.util.Locale.ROOT) + ".safetensors";
        try (var in = Objects.requireNonNull(getClass().getResourceAsStream("/recurrent/" + name))) {
            Files.copy(in, folder.resolve(name));
        }
        var stack = new BidirectionalStack(parameters, kind, 2, I, H, 0);
        try (var file = SafetensorsFile.open(folder.resolve(name))) {
            try (var _ = NoGradient.open()) {
                parameters.all().forEach(p -> p.value().copyFrom(read(file, theirs(p.name()))));
            }
            var x = read(file, "x").requireGradient();
            var lengths = Arrays.stream(read(file, "lengths").longs()).mapToInt(Math::toIntExact).toArray();
            var wanted = read(file, "hidden");
            var hidden = stack.forward(x, lengths, false);
            var r = read(file, "r");
            for (int b = 0; b < lengths.length; b++) {
                var got = hidden.select(0, b).narrow(0, 0, lengths[b]);
                close(got, wanted.select(0, b).narrow(0, 0, lengths[b]), "hidden states of sequence " + b);
                r.select(0, b).narrow(0, lengths[b], r.size(1) - lengths[b]).fillInPlace(0); // theirs are zeros there
            }
            hidden.times(r).sum().backward();
            close(Objects.requireNonNull(x.gradient()), read(file, "x.gradient"), "gradient of the input");
            for (var p : parameters.all()) {
                close(Objects.requireNonNull(p.value().gradient()), read(file, theirs(p.name()) + ".gradient"), p.name());
            }
        }
    }

    /** {@code 1.backward.state.weight} is {@code weight_hh_l1_reverse} to PyTorch. */
    private static String theirs(String ours) {
        var parts = ours.split("\\.");
        return parts[3] + (parts[2].equals("input") ? "_ih" : "_hh") + "_l" + parts[0] + (parts[1].equals("backward") ? "_reverse" : "");
    }

    private static Tensor read(SafetensorsFile file, String name) {
        var entry = file.entry(name);
        return Tensor.copyOf(entry.data(), entry.dtype(), entry.shape().stream().mapToLong(Long::longValue).toArray());
    }

    private static void close(Tensor got, Tensor wanted, String what) {
        assertThat(got.shape()).as(what).isEqualTo(wanted.shape());
        var g = got.doubles();
        var w = wanted.doubles();
        for (int i = 0; i < g.length; i++) {
            assertThat(g[i]).as("%s, element %d", what, i).isCloseTo(w[i], within(2e-6 * Math.max(1, Math.abs(w[i]))));
        }
    }
}
