package org.lyceum.study.evaluation;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.lyceum.inference.embedding.Embedding;
import org.lyceum.inference.embedding.EmbeddingModel;

/** Ranks passages by the scalar products of their vectors with the query's. */
final class Ranker {
    private final EmbeddingModel model;
    private @Nullable Passages passages;
    private List<float[]> vectors = List.of();

    Ranker(EmbeddingModel model) {
        this.model = model;
    }

    /** The best passages for each query, by their places in numbers. */
    List<Answer> rank(List<Request.Ranking> queries) {
        var all = queries.getFirst().passages();
        if (!all.equals(passages)) {
            vectors = embed(all.texts(), "document");
            passages = all;
        }
        return embed(queries.stream().map(Request.Ranking::query).toList(), "query").stream().map(this::best).toList();
    }

    private List<float[]> embed(List<String> texts, String prompt) {
        var embedded = model.prompts().contains(prompt) ? model.embed(texts, prompt) : model.embed(texts);
        return embedded.stream().map(Embedding::vector).toList();
    }

    private Answer best(float[] query) {
        var products = vectors.stream().mapToDouble(vector -> product(query, vector)).toArray();
        return Answer.numbers(IntStream.range(0, products.length).boxed().sorted(Comparator.comparingDouble(i -> -products[i]))
                .limit(Retrieval.DEPTH).map(Integer::doubleValue).toList());
    }

    private static double product(float[] a, float[] b) {
        double sum = 0;
        for (int d = 0; d < a.length; d++) {
            sum += (double) a[d] * b[d];
        }
        return sum;
    }
}
