package org.lyceum.models.classifiers;

import java.util.List;
import org.lyceum.models.Pass;
import org.lyceum.models.heads.HeadedEncoder;
import org.lyceum.models.heads.SequenceHead;
import org.lyceum.models.layers.Parameter;
import org.lyceum.tensor.Tensor;

/** A transformer encoder with a head for whole sequences. */
public record EncoderClassifier(HeadedEncoder<SequenceHead> model) implements SentenceClassifier {
    @Override
    public List<Parameter> parameters() {
        return model.parameters();
    }

    @Override
    public Tensor logits(Tensor ids, int[] lengths, Pass pass) {
        return model.head().logits(model.hidden(ids, null, lengths, pass), lengths, pass);
    }
}
