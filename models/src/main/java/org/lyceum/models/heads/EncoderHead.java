package org.lyceum.models.heads;

import java.util.List;
import org.lyceum.models.layers.Parameter;

/** A head: from an encoder's hidden states (B, T, W) to what a task asks for. Parameters are named from {@code head} on. */
public sealed interface EncoderHead permits MaskedLanguageHead, SequenceHead, TokenHead, SpanHead {
    /** Every parameter of its own, in the order of the model; what it shares with the encoder is the encoder's. */
    List<Parameter> parameters();
}
