package org.lyceum.models.classifiers;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lyceum.models.CausalModel;
import org.lyceum.models.Pass;
import org.lyceum.models.heads.SequenceHead;
import org.lyceum.models.layers.Linear;
import org.lyceum.models.layers.Parameter;
import org.lyceum.models.layers.Parameters;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Tensor;

/**
 * A decoder, or a recurrent model, that tells classes (Radford et al. 2018, section 3.2): the state of a text's last token, which has read all of
 * it, then dropout and a linear layer. No token sees what comes behind it, so that padding has no say.
 */
public final class CausalClassifier implements SentenceClassifier {
    /** How the states of a text become one vector. */
    public enum Pooling {
        /** That of its last token. */
        LAST,
        /** The mean of all. */
        MEAN;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final CausalModel model;
    private final Pooling pooling;
    private final double dropout;
    private final List<Parameter> own;
    private final Linear classifier;

    /**
     * Registers a classifier (C, W) with an offset.
     *
     * @param model its body, which is trained with it; a head of its own for next tokens is not used
     * @param classes C
     * @param dropout of the vector before the linear layer, while it is trained
     */
    public CausalClassifier(CausalModel model, Pooling pooling, int classes, double dropout) {
        this.model = model;
        this.pooling = pooling;
        this.dropout = dropout;
        var root = new Parameters(DType.F32);
        classifier = new Linear(root.in("classifier"), Parameter.Role.HEAD, model.config().width(), classes, true);
        own = root.all();
    }

    /** Those of the new layer alone; {@link org.lyceum.models.Initialisation} gives them their first weights. */
    public List<Parameter> own() {
        return own;
    }

    /** All that the logits depend on: the body's without its head for next tokens, and the new layer's. */
    @Override
    public List<Parameter> parameters() {
        return Stream.concat(model.parameters().stream().filter(parameter -> parameter.role() != Parameter.Role.HEAD), own.stream())
                .toList();
    }

    @Override
    public Tensor logits(Tensor ids, int[] lengths, Pass pass) {
        var hidden = model.hidden(ids, pass); // (B, T, W)
        var pooled = pooling == Pooling.MEAN ? SequenceHead.mean(hidden, lengths) : last(hidden, lengths);
        return classifier.forward(pooled.dropout(pass.training() ? dropout : 0)).to(DType.F32);
    }

    /** The state of each sequence's last token: hidden (B, T, W) → (B, W). */
    private static Tensor last(Tensor hidden, int[] lengths) {
        int longest = (int) hidden.size(1);
        var rows = IntStream.range(0, lengths.length).map(b -> b * longest + lengths[b] - 1).toArray();
        return Tensor.ofIds(rows, lengths.length).embedding(hidden.reshape(-1, hidden.size(2)));
    }

    /** Every parameter, also those that tell no classes: to be freed together. */
    public List<Parameter> all() {
        return Stream.concat(model.parameters().stream(), own.stream()).toList();
    }
}
