package org.lyceum.models.heads;

import java.util.List;
import org.lyceum.models.Encoder;
import org.lyceum.models.EncoderConfig;
import org.lyceum.models.layers.EncoderBlock.Activation;
import org.lyceum.models.layers.Linear;
import org.lyceum.models.layers.Norm;
import org.lyceum.models.layers.Parameter;
import org.lyceum.models.layers.Parameters;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Tensor;

/**
 * Which token was at a place (Devlin et al. 2019, section 3.1): h → norm(activation(dense h)) → products with the token vectors of the
 * encoder itself, and an offset for each token. A denoising objective that restores tokens in their places uses it as well.
 */
public final class MaskedLanguageHead implements EncoderHead {
    private final List<Parameter> parameters;
    private final Linear dense;
    private final Activation activation;
    private final Norm norm;
    private final Linear decoder;
    private final Tensor offset;

    /** Registers dense (W, W) with an offset, a norm and the offset (V) of the decoder, whose matrix is the table of {@code encoder}. */
    public MaskedLanguageHead(Encoder encoder) {
        this(encoder, encoder.likeIt());
    }

    private MaskedLanguageHead(Encoder encoder, Parameters root) {
        var config = encoder.config();
        var own = root.in("head");
        dense = new Linear(own.in("dense"), Parameter.Role.MATRIX, config.width(), config.width(), true);
        activation = activation(config);
        norm = new Norm(own.in("norm"), Norm.Kind.LAYER, config.width(), config.normEpsilon());
        decoder = new Linear(encoder.tokenTable(), root.matmulType());
        offset = own.in("decoder").add("bias", Parameter.Role.BIAS, config.vocabularySize());
        parameters = root.all();
    }

    /** RoBERTa's head has GELU whatever its blocks have. */
    private static Activation activation(EncoderConfig config) {
        return config.isRoberta() ? Activation.GELU : config.activation();
    }

    /** hidden (N, W) → logits (N, V), f32. */
    public Tensor logits(Tensor hidden) {
        return decoder.forward(norm.forward(activation.of(dense.forward(hidden)))).to(DType.F32).plus(offset);
    }

    @Override
    public List<Parameter> parameters() {
        return parameters;
    }
}
