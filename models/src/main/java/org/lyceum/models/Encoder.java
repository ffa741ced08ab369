package org.lyceum.models;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.models.layers.EncoderBlock;
import org.lyceum.models.layers.HiddenProbe;
import org.lyceum.models.layers.Norm;
import org.lyceum.models.layers.Parameter;
import org.lyceum.models.layers.Parameters;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Tensor;

/**
 * A bidirectional transformer, BERT's (Devlin et al. 2019) or RoBERTa's (Liu et al. 2019): token + position + type vectors → norm → post-norm
 * blocks → hidden states. Shapes: B sequences of T tokens, W wide.
 */
public final class Encoder {
    private final EncoderConfig config;
    private final Parameters root;
    private final List<Parameter> parameters;
    private final Tensor tokens;
    private final Tensor positions;
    private final Tensor types;
    private final Norm norm;
    private final List<EncoderBlock> blocks = new ArrayList<>();

    /** A model of zeros on {@code Torch.device()} that can be trained, matrix products in {@code matmulType} from f32 masters. */
    public Encoder(EncoderConfig config, DType matmulType) {
        this(config, new Parameters(matmulType));
    }

    /** The same for inference alone: no gradients, and the matrices held in {@code matmulType}. */
    public static Encoder forInference(EncoderConfig config, DType matmulType) {
        return new Encoder(config, Parameters.held(matmulType));
    }

    private Encoder(EncoderConfig config, Parameters root) {
        this.config = config;
        this.root = root;
        tokens = root.in("tokens").add("weight", Parameter.Role.EMBEDDING, config.vocabularySize(), config.width());
        positions = root.in("positions").add("weight", Parameter.Role.POSITION, config.firstPosition() + (long) config.context(),
                config.width());
        types = root.in("types").add("weight", Parameter.Role.POSITION, config.types(), config.width());
        norm = new Norm(root.in("norm"), Norm.Kind.LAYER, config.width(), config.normEpsilon());
        for (int i = 0; i < config.depth(); i++) {
            blocks.add(new EncoderBlock(root.in("blocks").in(i), config.width(), config.heads(), config.hiddenWidth(), config.activation(),
                    config.normEpsilon(), config.dropout()));
        }
        parameters = root.all();
    }

    public EncoderConfig config() {
        return config;
    }

    /** Every parameter, in the order of the model. */
    public List<Parameter> parameters() {
        return parameters;
    }

    /** The vectors of the tokens (V, W): a head may be tied to them. */
    public Tensor tokenTable() {
        return tokens;
    }

    /** Where the layers of a head register: trained or held just as the encoder's, and apart from them. */
    public Parameters likeIt() {
        return root.another();
    }

    /**
     * ids (B, T) i64 → the last hidden states (B, T, W), f32. Those of padding hold nothing of use.
     *
     * @param types of the tokens (B, T) i64; null for type 0 throughout
     * @param lengths the tokens of each sequence before padding begins, each at least 1; null where nothing is padded
     */
    public Tensor hidden(Tensor ids, @Nullable Tensor types, int @Nullable [] lengths, Pass pass) {
        int length = (int) ids.size(1);
        var kinds = types == null ? this.types.select(0, 0) : types.embedding(this.types); // (W) or (B, T, W)
        var placed = positions.narrow(0, config.firstPosition(), length).plus(kinds); // (T, W) or (B, T, W)
        var x = norm.forward(ids.embedding(tokens).plus(placed)).dropout(pass.training() ? config.dropout() : 0);
        var mask = lengths == null ? null : paddingMask(lengths, length);
        HiddenProbe.show(0, x);
        for (int i = 0; i < blocks.size(); i++) {
            var block = blocks.get(i);
            x = pass.checkpointing() == null
                    ? block.forward(x, mask, pass.training())
                    : pass.checkpointing().segment(x, in -> block.forward(in, mask, pass.training()));
            HiddenProbe.show(i + 1, x);
        }
        return x;
    }

    /** (B, 1, 1, T): 0 for a key that is there, −∞ for padding; null where there is none. */
    private static @Nullable Tensor paddingMask(int[] lengths, int longest) {
        var values = new float[lengths.length * longest];
        boolean padded = false;
        for (int b = 0; b < lengths.length; b++) {
            for (int t = lengths[b]; t < longest; t++) {
                values[b * longest + t] = Float.NEGATIVE_INFINITY;
                padded = true;
            }
        }
        return padded ? Tensor.of(values, lengths.length, 1, 1, longest) : null;
    }
}
