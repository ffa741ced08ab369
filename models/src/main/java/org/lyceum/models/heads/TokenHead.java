package org.lyceum.models.heads;

import java.util.List;
import org.lyceum.models.Encoder;
import org.lyceum.models.Pass;
import org.lyceum.models.layers.Linear;
import org.lyceum.models.layers.Parameter;
import org.lyceum.models.layers.Parameters;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Tensor;

/** One of C labels for each token (Devlin et al. 2019, section 5.3): dropout and a linear layer over every state. */
public final class TokenHead implements EncoderHead {
    private final List<Parameter> parameters;
    private final List<String> labels;
    private final Linear classifier;
    private final double dropout;

    /** Registers a classifier (C, W) with an offset; C labels in the order of their ids. */
    public TokenHead(Encoder encoder, List<String> labels) {
        this(encoder.likeIt(), encoder.config().width(), encoder.config().dropout(), labels);
    }

    private TokenHead(Parameters root, long width, double dropout, List<String> labels) {
        this.labels = List.copyOf(labels);
        this.dropout = dropout;
        classifier = new Linear(root.in("head").in("classifier"), Parameter.Role.HEAD, width, labels.size(), true);
        parameters = root.all();
    }

    /** hidden (B, T, W) → logits (B, T, C), f32. */
    public Tensor logits(Tensor hidden, Pass pass) {
        return classifier.forward(hidden.dropout(pass.training() ? dropout : 0)).to(DType.F32);
    }

    /** What the columns of the logits stand for. */
    public List<String> labels() {
        return labels;
    }

    @Override
    public List<Parameter> parameters() {
        return parameters;
    }
}
