package org.lyceum.models;

import java.util.List;
import org.lyceum.models.layers.Parameter;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Tensor;

/**
 * A model that predicts each token of a sequence from those before it, whatever it is made of. Training, evaluation and model folders know
 * models by this alone; how one remembers what it has read (keys and values, or a state) is between it and its engine.
 *
 * <p>Shapes: B sequences of T tokens, W wide, V tokens in the vocabulary.
 */
public sealed interface CausalModel permits Decoder, RecurrentModel {
    /** A model of zeros on {@code Torch.device()} that can be trained, matrix products in {@code matmulType} from f32 masters. */
    static CausalModel of(CausalConfig config, DType matmulType) {
        return switch (config) {
            case DecoderConfig c -> new Decoder(c, matmulType);
            case RecurrentConfig c -> new RecurrentModel(c, matmulType);
        };
    }

    CausalConfig config();

    /** Every parameter, in the order of the model. */
    List<Parameter> parameters();

    /** ids (B, T) i64, from the beginning of a sequence → hidden states (B, T, W) that {@link #head} turns into logits. */
    Tensor hidden(Tensor ids, Pass pass);

    /** Hidden states (B, T, W) → logits (B, T, V), f32. */
    Tensor head(Tensor hidden);

    /** The mean next-token loss of hidden states (B, T, W) against targets (B·T) i64, negative ones ignored, without the logits in memory. */
    Tensor loss(Tensor hidden, Tensor targets);
}
