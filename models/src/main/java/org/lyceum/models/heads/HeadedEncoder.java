package org.lyceum.models.heads;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lyceum.models.Encoder;
import org.lyceum.models.Pass;
import org.lyceum.models.layers.Parameter;
import org.lyceum.tensor.Tensor;

/**
 * An encoder and what stands on it.
 *
 * @param <H> the kind of head
 * @param head made on {@code encoder}, since it may share weights with it
 */
public record HeadedEncoder<H extends EncoderHead>(Encoder encoder, H head) {
    /** Every parameter, the encoder's first. */
    public List<Parameter> parameters() {
        return Stream.concat(encoder.parameters().stream(), head.parameters().stream()).toList();
    }

    /** {@link Encoder#hidden}. */
    public Tensor hidden(Tensor ids, @Nullable Tensor types, int @Nullable [] lengths, Pass pass) {
        return encoder.hidden(ids, types, lengths, pass);
    }
}
