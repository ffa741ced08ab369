package org.lyceum.models;

/** The shape of a model that predicts each token from those before it: what its trainers and engines ask of any such model. */
public sealed interface CausalConfig permits DecoderConfig, RecurrentConfig {
    /** Tokens V. */
    int vocabularySize();

    /** The longest sequence that it is trained on, in tokens; of a model whose memory grows with the sequence also the longest that it reads. */
    int context();

    /** W, the width of its hidden states. */
    int width();

    /** Blocks or layers. */
    int depth();

    /** Whether the head shares the token embedding's matrix. */
    boolean tiedEmbeddings();

    /** The number of parameters; {@code Long.MAX_VALUE} where that is too small. */
    long parameterCount();

    /** Floating-point operations that a forward and backward pass need for one token. */
    double trainingFlopsPerToken();
}
