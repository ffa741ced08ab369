package org.lyceum.models.classifiers;

import java.util.List;
import java.util.stream.Stream;
import org.lyceum.models.Pass;
import org.lyceum.models.RecurrentEncoder;
import org.lyceum.models.RecurrentEncoderConfig;
import org.lyceum.models.layers.Linear;
import org.lyceum.models.layers.Parameter;
import org.lyceum.models.layers.Parameters;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Tensor;

/** A bidirectional recurrent encoder and a linear layer over its vector of the sentence. */
public final class RecurrentClassifier implements SentenceClassifier {
    private final RecurrentEncoder encoder;
    private final List<Parameter> parameters;
    private final Linear head;

    /** A model of zeros on {@code Torch.device()} that can be trained, in f32; {@link org.lyceum.models.Initialisation} gives it its weights. */
    public RecurrentClassifier(RecurrentEncoderConfig config, int labels) {
        encoder = new RecurrentEncoder(config);
        var root = new Parameters(DType.F32);
        head = new Linear(root.in("head"), Parameter.Role.HEAD, config.outputWidth(), labels, true);
        parameters = Stream.concat(encoder.parameters().stream(), root.all().stream()).toList();
    }

    @Override
    public List<Parameter> parameters() {
        return parameters;
    }

    @Override
    public Tensor logits(Tensor ids, int[] lengths, Pass pass) {
        return head.forward(encoder.encode(ids, lengths, pass).pooled());
    }
}
