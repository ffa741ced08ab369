package org.lyceum.langchain4j;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.model.embedding.request.EmbeddingInput;
import dev.langchain4j.model.embedding.request.EmbeddingRequest;
import dev.langchain4j.model.embedding.response.EmbeddingResponse;
import dev.langchain4j.model.embedding.response.EmbeddingResponseMetadata;
import dev.langchain4j.model.output.TokenUsage;
import java.nio.file.Path;
import org.lyceum.inference.embedding.EmbeddingModel;

/** LangChain4j's embedding model over one in this process. Safe for use by many threads at once. */
public final class LyceumEmbeddingModel implements dev.langchain4j.model.embedding.EmbeddingModel {
    private final String name;
    private final EmbeddingModel model;

    /** @param name what responses say that they come from */
    public LyceumEmbeddingModel(String name, EmbeddingModel model) {
        this.name = name;
        this.model = model;
    }

    /** The model in {@code folder}, as {@link EmbeddingModel#load(Path)} takes it. */
    public static LyceumEmbeddingModel load(Path folder) {
        return new LyceumEmbeddingModel(String.valueOf(folder.getFileName()), EmbeddingModel.load(folder));
    }

    @Override
    public EmbeddingResponse doEmbed(EmbeddingRequest request) {
        var made = model.embed(request.inputs().stream().map(EmbeddingInput::text).toList());
        int tokens = made.stream().mapToInt(org.lyceum.inference.embedding.Embedding::tokens).sum();
        return EmbeddingResponse.builder().embeddings(made.stream().map(one -> Embedding.from(one.vector())).toList())
                .metadata(EmbeddingResponseMetadata.builder().modelName(name).tokenUsage(new TokenUsage(tokens)).build()).build();
    }

    @Override
    public int dimension() {
        return model.dimension();
    }

    @Override
    public String modelName() {
        return name;
    }
}
