package org.lyceum.models.heads;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lyceum.models.Encoder;
import org.lyceum.models.Pass;
import org.lyceum.models.layers.Parameter;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/**
 * An encoder and what stands on it.
 *
 * @param <H> the kind of head
 * @param head made on {@code encoder}, since it may share weights with it
 * @param frozen whether the encoder stays as it is while the head is trained
 */
public record HeadedEncoder<H extends EncoderHead>(Encoder encoder, H head, boolean frozen) {
    /** All of which can be trained. */
    public HeadedEncoder(Encoder encoder, H head) {
        this(encoder, head, false);
    }

    /** Every parameter, the encoder's first. */
    public List<Parameter> parameters() {
        return Stream.concat(encoder.parameters().stream(), head.parameters().stream()).toList();
    }

    /** The parameters that training changes. */
    public List<Parameter> trained() {
        return frozen ? head.parameters() : parameters();
    }

    /** {@link Encoder#hidden}; of a frozen encoder without dropout, and without a graph that leads into it. */
    public Tensor hidden(Tensor ids, @Nullable Tensor types, int @Nullable [] lengths, Pass pass) {
        if (!frozen) {
            return encoder.hidden(ids, types, lengths, pass);
        }
        try (var _ = NoGradient.open()) {
            return Scope.of(() -> encoder.hidden(ids, types, lengths, Pass.EVALUATION));
        }
    }
}
