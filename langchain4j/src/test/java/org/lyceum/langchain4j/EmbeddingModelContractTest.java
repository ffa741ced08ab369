package org.lyceum.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.common.AbstractEmbeddingModelIT;
import dev.langchain4j.model.embedding.listener.EmbeddingModelListener;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** LangChain4j's own contract for embedding models, on the tiny encoder that {@code inference} is tested with. */
class EmbeddingModelContractTest extends AbstractEmbeddingModelIT {
    private static final Path FOLDER = Path.of("../inference/src/test/resources/embedding/bert");

    @Override
    protected List<EmbeddingModel> models() {
        return List.of(LyceumEmbeddingModel.load(FOLDER));
    }

    @Override
    protected EmbeddingModel modelWith(EmbeddingModelListener listener) {
        return LyceumEmbeddingModel.load(FOLDER).addListener(listener);
    }

    @Override
    protected boolean supportsInputTypeParameter() {
        return false;
    }

    @Override
    protected boolean supportsDimensionsParameter() {
        return false;
    }

    @Override
    protected boolean supportsImageInput() {
        return false;
    }

    @Override
    protected boolean supportsInterleavedInput() {
        return false;
    }

    @Test
    void vectorsAreThoseOfTheModel() {
        var ours = org.lyceum.inference.embedding.EmbeddingModel.load(FOLDER).embed("The cat sat.");
        var theirs = LyceumEmbeddingModel.load(FOLDER).embed("The cat sat.");
        assertThat(theirs.content().vector()).isEqualTo(ours.vector());
        assertThat(theirs.tokenUsage().inputTokenCount()).isEqualTo(ours.tokens());
    }
}
