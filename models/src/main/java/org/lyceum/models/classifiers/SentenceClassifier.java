package org.lyceum.models.classifiers;

import java.util.List;
import org.lyceum.models.Pass;
import org.lyceum.models.layers.Parameter;
import org.lyceum.tensor.Tensor;

/** Gives each sentence a score for each of C labels. Shapes: B sentences of up to T tokens. */
public interface SentenceClassifier {
    /** Every parameter, in the order of the model. */
    List<Parameter> parameters();

    /**
     * ids (B, T) i64 → logits (B, C), f32.
     *
     * @param lengths the tokens of each sentence before padding begins, each at least 1; what stands at padding has no say
     */
    Tensor logits(Tensor ids, int[] lengths, Pass pass);
}
