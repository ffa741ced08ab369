package org.lyceum.inference.vector;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.vector.VectorWeights.Affine;
import org.lyceum.inference.vector.VectorWeights.Gain;
import org.lyceum.inference.vector.VectorWeights.Layer;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.layers.Norm;
import org.lyceum.tensor.gguf.BlockFormat;
import org.lyceum.tensor.gguf.GgufFile;
import org.lyceum.tensor.kernels.FloatMatrix;
import org.lyceum.tensor.kernels.GroupedMatrix;
import org.lyceum.tensor.kernels.GroupedMatrix.RowOrder;
import org.lyceum.tensor.kernels.PackedMatrix;
import org.lyceum.tensor.kernels.ThreadTeam;

/**
 * The weights of a GGUF file, packed as they are quantized there. Its names are the same for every architecture (the {@code MODEL_TENSOR}
 * table of llama.cpp's {@code gguf-py/gguf/constants.py}), so what a block has is what is found.
 */
final class GgufWeights {
    private final GgufFile file;
    private final DecoderConfig config;
    private final boolean pairsTogether;
    private final Arena arena;
    private final ThreadTeam team;

    /**
     * A reader.
     *
     * @param pairsTogether whether the rows of queries and keys are in the order (2i, 2i + 1) of the pairs that rotary positions turn, as in
     *     files of the llama architecture, and not (i, i + D/2)
     */
    GgufWeights(GgufFile file, DecoderConfig config, boolean pairsTogether, Arena arena, ThreadTeam team) {
        this.file = file;
        this.config = config;
        this.pairsTogether = pairsTogether;
        this.arena = arena;
        this.team = team;
    }

    /** Packs all of them. Throws {@link UserError} where a tensor is missing or of another shape than the configuration says. */
    VectorWeights read() {
        var embedding = matrix("token_embd.weight", config.vocabularySize(), config.width(), RowOrder.SAME);
        var layers = new ArrayList<Layer>();
        for (int i = 0; i < config.depth(); i++) {
            layers.add(layer("blk." + i + "."));
        }
        var head = config.tiedEmbeddings() ? embedding : matrix("output.weight", config.vocabularySize(), config.width(), RowOrder.SAME);
        var positions = config.positions() == DecoderConfig.Positions.LEARNED
                ? vector("position_embd.weight", config.context() * config.width())
                : null;
        return new VectorWeights(config, embedding, positions, layers, gain("output_norm"), head);
    }

    private Layer layer(String block) {
        int width = config.width();
        int mixed = config.heads() * config.headWidth();
        int hidden = config.hiddenWidth();
        boolean before = config.normPlacement() != DecoderConfig.NormPlacement.POST;
        boolean after = config.normPlacement() != DecoderConfig.NormPlacement.PRE;
        boolean whole = config.qkNorm() == DecoderConfig.QkNorm.FULL;
        var up = config.activation().gated()
                ? affine(hidden, width, block + "ffn_gate", block + "ffn_up")
                : affine(hidden, width, block + "ffn_up");
        return new Layer(before ? gain(block + "attn_norm") : null, qkv(block),
                queryOrKeyNorm(block + "attn_q_norm.weight", whole ? config.heads() : 1),
                queryOrKeyNorm(block + "attn_k_norm.weight", whole ? config.keyValueHeads() : 1),
                affine(width, mixed, block + "attn_output"), after ? gain(block + "post_attention_norm") : null,
                before ? gain(block + "ffn_norm") : null, up, affine(width, hidden, block + "ffn_down"),
                after ? gain(block + "post_ffw_norm") : null);
    }

    private float @Nullable [] queryOrKeyNorm(String name, int heads) {
        return config.qkNorm() == DecoderConfig.QkNorm.NONE ? null : vector(name, heads * config.headWidth());
    }

    private Affine qkv(String block) {
        int queries = config.heads() * config.headWidth();
        int keys = config.keyValueHeads() * config.headWidth();
        if (file.tensors().containsKey(block + "attn_qkv.weight")) {
            return affine(queries + 2 * keys, config.width(), block + "attn_qkv");
        }
        var turned = pairsTogether ? (RowOrder) this::togetherFromApart : RowOrder.SAME;
        var matrices = List.of(matrix(block + "attn_q.weight", queries, config.width(), turned),
                matrix(block + "attn_k.weight", keys, config.width(), turned),
                matrix(block + "attn_v.weight", keys, config.width(), RowOrder.SAME));
        if (!file.tensors().containsKey(block + "attn_q.bias")) {
            return new Affine(matrices, null);
        }
        var bias = new float[queries + 2 * keys];
        putBias(vector(block + "attn_q.bias", queries), turned, bias, 0);
        putBias(vector(block + "attn_k.bias", keys), turned, bias, queries);
        putBias(vector(block + "attn_v.bias", keys), RowOrder.SAME, bias, queries + keys);
        return new Affine(matrices, bias);
    }

    private static void putBias(float[] source, RowOrder order, float[] bias, int at) {
        for (int i = 0; i < source.length; i++) {
            bias[at + i] = source[order.source(i)];
        }
    }

    /** Our row (head, half, pair) is the file's row (head, pair, half). */
    private int togetherFromApart(int row) {
        int headWidth = config.headWidth();
        int inHead = row % headWidth;
        int half = headWidth / 2;
        return row - inHead + inHead % half * 2 + inHead / half;
    }

    private Affine affine(int rows, int columns, String... names) {
        var matrices = Stream.of(names).map(name -> matrix(name + ".weight", rows, columns, RowOrder.SAME)).toList();
        if (!file.tensors().containsKey(names[0] + ".bias")) {
            return new Affine(matrices, null);
        }
        var bias = new float[rows * names.length];
        for (int i = 0; i < names.length; i++) {
            System.arraycopy(vector(names[i] + ".bias", rows), 0, bias, i * rows, rows);
        }
        return new Affine(matrices, bias);
    }

    private Gain gain(String name) {
        return new Gain(vector(name + ".weight", config.width()),
                config.norm() == Norm.Kind.LAYER ? vector(name + ".bias", config.width()) : null);
    }

    private PackedMatrix matrix(String name, int rows, int columns, RowOrder order) {
        var tensor = file.tensor(name);
        if (!tensor.shape().equals(List.of((long) rows, (long) columns))) {
            throw wrongShape(tensor, List.of(rows, columns));
        }
        return switch (tensor.format()) {
            case BlockFormat.F32, BlockFormat.F16, BlockFormat.BF16 -> FloatMatrix.pack(rows, columns,
                    (row, out) -> tensor.dequantize((long) order.source(row) * columns, out, 0, columns), arena, team);
            default -> GroupedMatrix.pack(tensor.format(), rows, columns, tensor.data(), order, arena, team);
        };
    }

    private float[] vector(String name, int elements) {
        var tensor = file.tensor(name);
        if (tensor.elements() != elements) {
            throw wrongShape(tensor, List.of(elements));
        }
        var values = new float[elements];
        tensor.dequantize(0, values, 0, elements);
        return values;
    }

    private UserError wrongShape(GgufFile.Entry tensor, List<Integer> wanted) {
        return new UserError(
                "The tensor '" + tensor.name() + "' of " + file.path() + " has the shape " + Arrays.toString(tensor.dimensions())
                        + " where its metadata asks for " + wanted + "; fetch or convert the file again.");
    }
}
