package org.lyceum.inference.vector;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.lyceum.inference.vector.VectorWeights.Affine;
import org.lyceum.inference.vector.VectorWeights.Gain;
import org.lyceum.inference.vector.VectorWeights.Layer;
import org.lyceum.models.Decoder;
import org.lyceum.models.layers.Parameter;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.kernels.FloatMatrix;
import org.lyceum.tensor.kernels.PackedMatrix;
import org.lyceum.tensor.kernels.ThreadTeam;

/** The weights of a libtorch decoder, packed in f32. */
final class DecoderWeights {
    private final Map<String, Parameter> parameters = new HashMap<>();
    private final Arena arena;
    private final ThreadTeam team;

    private DecoderWeights(Decoder decoder, Arena arena, ThreadTeam team) {
        decoder.parameters().forEach(parameter -> parameters.put(parameter.name(), parameter));
        this.arena = arena;
        this.team = team;
    }

    /** Copies the weights into memory of the arena. */
    static VectorWeights of(Decoder decoder, Arena arena, ThreadTeam team) {
        return new DecoderWeights(decoder, arena, team).read(decoder);
    }

    private VectorWeights read(Decoder decoder) {
        var config = decoder.config();
        var embedding = matrix("embedding");
        var layers = new ArrayList<Layer>();
        for (int i = 0; i < config.depth(); i++) {
            var block = "blocks." + i + ".";
            layers.add(new Layer(gain(block + "attention_norm"), affine(block + "attention.qkv"),
                    vector(block + "attention.query_norm.weight"),
                    vector(block + "attention.key_norm.weight"), affine(block + "attention.output"), gain(block + "attention_post_norm"),
                    gain(block + "feed_forward_norm"),
                    affine(block + "feed_forward." + (config.activation().gated() ? "gate_up" : "up")), affine(block + "feed_forward.down"),
                    gain(block + "feed_forward_post_norm")));
        }
        return new VectorWeights(config, embedding, vector("positions.weight"), layers, Objects.requireNonNull(gain("norm")),
                config.tiedEmbeddings() ? embedding : matrix("head"));
    }

    private @Nullable Gain gain(String name) {
        var weight = vector(name + ".weight");
        return weight == null ? null : new Gain(weight, vector(name + ".bias"));
    }

    private Affine affine(String name) {
        return new Affine(List.of(matrix(name)), vector(name + ".bias"));
    }

    private PackedMatrix matrix(String name) {
        var parameter = Objects.requireNonNull(parameters.get(name + ".weight"), name);
        int rows = (int) parameter.value().size(0);
        int columns = (int) parameter.value().size(1);
        var values = Objects.requireNonNull(vector(name + ".weight"));
        return FloatMatrix.pack(rows, columns, (row, out) -> System.arraycopy(values, row * columns, out, 0, columns), arena, team);
    }

    private float @Nullable [] vector(String name) {
        var parameter = parameters.get(name);
        if (parameter == null) {
            return null;
        }
        try (var _ = Scope.open()) {
            return parameter.value().floats();
        }
    }
}
