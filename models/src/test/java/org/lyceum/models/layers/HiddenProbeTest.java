package org.lyceum.models.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lyceum.models.Decoder;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.Encoder;
import org.lyceum.models.EncoderConfig;
import org.lyceum.models.Gradients;
import org.lyceum.models.Pass;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/** The states of each layer against the last states of the same model cut off there. */
class HiddenProbeTest {
    private static final int[] IDS = {3, 1, 4, 1, 5, 9};
    private static final int DEPTH = 3;
    private Scope scope;

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private static EncoderConfig encoder(int depth) {
        return new EncoderConfig(11, 12, 0, 1, 8, depth, 2, 12, EncoderBlock.Activation.GELU, 1e-5, 0);
    }

    private static DecoderConfig decoder(int depth) {
        return DecoderConfig.llama(11, 12, 8, depth, 2, 1).with(c -> c.embeddingScale = 3);
    }

    @Test
    void ofAnEncoder() {
        var whole = new Encoder(encoder(DEPTH), DType.F32);
        Gradients.randomise(whole.parameters(), 0.4);
        var states = HiddenProbe.states(() -> whole.hidden(ids(), null, null, Pass.EVALUATION));
        assertThat(states).hasSize(DEPTH + 1);
        for (int depth = 1; depth <= DEPTH; depth++) {
            var cut = new Encoder(encoder(depth), DType.F32);
            take(cut.parameters(), whole.parameters());
            assertThat(states.get(depth).floats()).containsExactly(cut.hidden(ids(), null, null, Pass.EVALUATION).floats(), within(1e-6f));
        }
        var vectors = ids().embedding(value(whole.parameters(), "tokens.weight"))
                .plus(value(whole.parameters(), "types.weight").select(0, 0))
                .plus(value(whole.parameters(), "positions.weight").narrow(0, 0, IDS.length));
        var normed = vectors.layerNorm(value(whole.parameters(), "norm.weight"), value(whole.parameters(), "norm.bias"), 1e-5);
        assertThat(states.getFirst().floats()).containsExactly(normed.floats(), within(1e-6f));
    }

    /** What leaves a block is not normalised; what leaves the last one is, as the head wants it. */
    @Test
    void ofADecoder() {
        var whole = new Decoder(decoder(DEPTH), DType.F32);
        Gradients.randomise(whole.parameters(), 0.4);
        var gain = value(whole.parameters(), "norm.weight");
        var states = HiddenProbe.states(() -> whole.hidden(ids(), null, Pass.EVALUATION));
        assertThat(states).hasSize(DEPTH + 1);
        for (int depth = 1; depth <= DEPTH; depth++) {
            var cut = new Decoder(decoder(depth), DType.F32);
            take(cut.parameters(), whole.parameters());
            var state = states.get(depth);
            var normed = depth == DEPTH ? state : state.rmsNorm(gain, whole.config().normEpsilon());
            assertThat(normed.floats()).containsExactly(cut.hidden(ids(), null, Pass.EVALUATION).floats(), within(1e-5f));
        }
        var vectors = ids().embedding(value(whole.parameters(), "embedding.weight")).times(3);
        assertThat(states.getFirst().floats()).containsExactly(vectors.floats(), within(1e-6f));
    }

    @Test
    void nothingIsShownWhereNobodyLooks() {
        var model = new Encoder(encoder(1), DType.F32);
        var states = HiddenProbe.states(() -> {
        });
        model.hidden(ids(), null, null, Pass.EVALUATION);
        assertThat(states).isEmpty();
    }

    private static Tensor ids() {
        return Tensor.ofIds(IDS, 1, IDS.length);
    }

    private static Tensor value(List<Parameter> parameters, String name) {
        return parameters.stream().filter(parameter -> parameter.name().equals(name)).findFirst().orElseThrow().value();
    }

    private static void take(List<Parameter> cut, List<Parameter> whole) {
        try (var _ = NoGradient.open()) {
            cut.forEach(parameter -> parameter.value().copyFrom(value(whole, parameter.name())));
        }
    }
}
