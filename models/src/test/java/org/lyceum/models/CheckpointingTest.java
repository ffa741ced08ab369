package org.lyceum.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lyceum.foundation.Seeds;
import org.lyceum.models.DecoderConfig.Positions;
import org.lyceum.models.layers.FeedForward;
import org.lyceum.models.layers.Norm;
import org.lyceum.models.layers.Parameter;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.tensor.Torch;

class CheckpointingTest {
    private Scope scope;

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private static Tensor loss(Decoder model, Pass pass) {
        var ids = Tensor.ofIds(new int[]{3, 9, 9, 0, 4, 10, 1, 1}, 2, 4);
        var targets = Tensor.ofIds(new int[]{9, 9, 0, 4, 10, 1, 1, 2}, 8);
        return model.head(model.hidden(ids, null, pass)).reshape(8, 11).crossEntropy(targets);
    }

    private static List<float[]> takeGradients(Decoder model) {
        var gradients = new ArrayList<float[]>();
        for (var parameter : model.parameters()) {
            gradients.add(parameter.value().gradient().floats());
            parameter.value().clearGradient();
        }
        return gradients;
    }

    @ParameterizedTest
    @EnumSource(Positions.class)
    void givesTheGradientsOfPlainBackward(Positions positions) {
        var model = DecoderTest.random(DecoderTest.config(positions, Norm.Kind.RMS, FeedForward.Kind.SWIGLU, true, false, true, 0));
        var plain = loss(model, Pass.TRAINING);
        plain.backward();
        var wanted = takeGradients(model);
        var checkpointing = new Checkpointing(4);
        var loss = loss(model, new Pass(true, checkpointing));
        assertThat(loss.item()).isEqualTo(plain.item());
        checkpointing.backward(loss);
        var got = takeGradients(model);
        for (int i = 0; i < wanted.size(); i++) {
            assertThat(got.get(i)).as(model.parameters().get(i).name()).containsExactly(wanted.get(i), within(1e-6f));
        }
    }

    /** With dropout the plain twin must draw what the segments draw: it restarts the generator where they do. */
    @Test
    void givesTheGradientsOfPlainBackwardWithDropout() {
        var weights = List.of(Tensor.normal(1, 0.5, 6, 6).requireGradient(), Tensor.normal(2, 0.5, 6, 6).requireGradient(),
                Tensor.normal(3, 0.5, 6, 6).requireGradient());
        var segments = weights.stream().<UnaryOperator<Tensor>>map(w -> x -> x.plus(x.linear(w, null).tanh().dropout(0.5))).toList();
        var start = Tensor.normal(4, 1, 5, 6).requireGradient();

        var x = start;
        for (int i = 0; i < segments.size(); i++) {
            Torch.seed(Seeds.derive(9, "checkpointing", i));
            x = segments.get(i).apply(x);
        }
        x.square().sum().backward();
        var leaves = new ArrayList<>(weights);
        leaves.add(start);
        var wanted = leaves.stream().map(leaf -> leaf.gradient().floats()).toList();
        leaves.forEach(Tensor::clearGradient);

        var checkpointing = new Checkpointing(9);
        var y = start;
        for (var segment : segments) {
            y = checkpointing.segment(y, segment);
        }
        assertThat(y.floats()).isEqualTo(x.floats());
        checkpointing.backward(y.square().sum());
        for (int i = 0; i < leaves.size(); i++) {
            assertThat(leaves.get(i).gradient().floats()).containsExactly(wanted.get(i), within(1e-5f));
        }
    }

    /** A whole decoder with dropout: the derivative along a random direction against the difference quotient of the same draws. */
    @Test
    void gradientWithDropoutEqualsTheDifferenceQuotient() {
        var model = DecoderTest.random(DecoderTest.config(Positions.ROPE, Norm.Kind.RMS, FeedForward.Kind.SWIGLU, false, true, true, 0.3));
        Torch.seed(1); // the embedding's dropout is drawn before the first segment
        var checkpointing = new Checkpointing(4);
        checkpointing.backward(loss(model, new Pass(true, checkpointing)));
        double wanted = 0;
        var directions = new ArrayList<Tensor>();
        for (var parameter : model.parameters()) {
            var gradient = parameter.value().gradient();
            var direction = gradient.copy().dividedBy(gradient.norm().plus(1e-6)); // along the gradient, where the derivative is largest
            directions.add(direction);
            wanted += gradient.times(direction).sum().item();
        }
        double step = 3e-4;
        double above = lossAlong(model, directions, step);
        double below = lossAlong(model, directions, -step);
        assertThat((above - below) / (2 * step)).isCloseTo(wanted, within(0.01 * wanted));
    }

    private static double lossAlong(Decoder model, List<Tensor> directions, double step) {
        move(model, directions, step);
        Torch.seed(1);
        double loss = loss(model, new Pass(true, new Checkpointing(4))).item();
        move(model, directions, -step);
        return loss;
    }

    private static void move(Decoder model, List<Tensor> directions, double step) {
        for (int i = 0; i < directions.size(); i++) {
            Parameter parameter = model.parameters().get(i);
            parameter.value().detached().plusInPlace(directions.get(i), step);
        }
    }

    @Test
    void dropoutDrawsAreAFunctionOfTheSeed() {
        var model = DecoderTest.random(DecoderTest.config(Positions.ROPE, Norm.Kind.RMS, FeedForward.Kind.SWIGLU, false, false, true, 0.3));
        var losses = new ArrayList<Double>();
        for (long seed : new long[]{4, 4, 5}) {
            Torch.seed(1);
            losses.add(loss(model, new Pass(true, new Checkpointing(seed))).item());
        }
        assertThat(losses.get(1)).isEqualTo(losses.get(0));
        assertThat(losses.get(2)).isNotEqualTo(losses.get(0));
    }
}
