package org.lyceum.models;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.models.layers.Linear;
import org.lyceum.models.layers.LinearCrossEntropy;
import org.lyceum.models.layers.Parameter;
import org.lyceum.models.layers.Parameters;
import org.lyceum.models.layers.RecurrentStack;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Tensor;

/**
 * A recurrent language model (Mikolov et al. 2010; Zaremba, Sutskever and Vinyals 2014): token ids → embedding → {@link RecurrentStack} →
 * head → logits of the next token. All that it knows of what it has read is its state, which does not grow. Recurrences are in f32, the head
 * in the number format of matrix products.
 *
 * <p>Shapes: B sequences of T tokens, W wide, V tokens in the vocabulary.
 */
public final class RecurrentModel implements CausalModel {
    private final RecurrentConfig config;
    private final List<Parameter> parameters;
    private final Tensor embedding;
    private final double embeddingScale;
    private final RecurrentStack stack;
    private final Tensor headWeight;
    private final Linear head;
    private final DType matmulType;

    /** A model of zeros on {@code Torch.device()} that can be trained, the head's products in {@code matmulType} from f32 masters. */
    public RecurrentModel(RecurrentConfig config, DType matmulType) {
        this(config, new Parameters(matmulType));
    }

    /** The same for inference alone: no gradients, and the head held in {@code matmulType}. */
    public static RecurrentModel forInference(RecurrentConfig config, DType matmulType) {
        return new RecurrentModel(config, Parameters.held(matmulType));
    }

    private RecurrentModel(RecurrentConfig config, Parameters root) {
        this.config = config;
        matmulType = root.matmulType();
        var rows = List.of((long) config.vocabularySize());
        var tokens = root.in("embedding");
        embedding = config.tiedEmbeddings()
                ? tokens.matrix("weight", Parameter.Role.EMBEDDING, rows, config.width())
                : tokens.add("weight", Parameter.Role.EMBEDDING, config.vocabularySize(), config.width());
        // As in Vaswani et al. 2017, section 3.4: what is small enough for a head is large enough for a layer without a norm before it.
        embeddingScale = Math.sqrt(config.width());
        stack = new RecurrentStack(root.in("layers"), config.kind(), config.depth(), config.width(), config.width(), config.dropout());
        headWeight = config.tiedEmbeddings() ? embedding : root.in("head").matrix("weight", Parameter.Role.HEAD, rows, config.width());
        head = new Linear(headWeight, matmulType);
        parameters = root.all();
    }

    @Override
    public RecurrentConfig config() {
        return config;
    }

    @Override
    public List<Parameter> parameters() {
        return parameters;
    }

    @Override
    public Tensor head(Tensor hidden) {
        return head.forward(hidden).to(DType.F32);
    }

    @Override
    public Tensor loss(Tensor hidden, Tensor targets) {
        return LinearCrossEntropy.loss(hidden.reshape(-1, config.width()), headWeight, targets, matmulType);
    }

    @Override
    public Tensor hidden(Tensor ids, Pass pass) {
        var x = embed(ids, pass);
        for (int i = 0; i < stack.depth(); i++) {
            int layer = i;
            x = pass.checkpointing() == null
                    ? stack.layer(layer, x, pass.training())
                    : pass.checkpointing().segment(x, in -> stack.layer(layer, in, pass.training()));
        }
        return dropped(x, pass);
    }

    /**
     * The same from wherever {@code state} was left, which is null at the beginning of a sequence: for generation, and, with the state
     * {@linkplain RecurrentStack.State#detached detached}, for backpropagation through time that is truncated.
     */
    public RecurrentStack.Output hidden(Tensor ids, RecurrentStack.@Nullable State state, Pass pass) {
        var out = stack.forward(embed(ids, pass), state, pass.training());
        return new RecurrentStack.Output(dropped(out.hidden(), pass), out.state());
    }

    private Tensor embed(Tensor ids, Pass pass) {
        return dropped(ids.embedding(embedding).to(DType.F32).times(embeddingScale), pass); // (B, T, W)
    }

    private Tensor dropped(Tensor x, Pass pass) {
        return x.dropout(pass.training() ? config.dropout() : 0);
    }
}
