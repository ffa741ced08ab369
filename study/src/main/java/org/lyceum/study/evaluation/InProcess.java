package org.lyceum.study.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.BranchScorer;
import org.lyceum.inference.Engine;
import org.lyceum.inference.Generator;
import org.lyceum.inference.LanguageModel;
import org.lyceum.inference.SamplingConfig;
import org.lyceum.inference.Scorer;

/** A model in this process. The numbers do not change with how many documents are computed together. */
public final class InProcess implements Subject {
    private final LanguageModel model;
    private final String name;
    private final String identity;
    private final int batch;
    private final Generator generator;
    private final int context;
    private final Likelihoods likelihoods;

    /**
     * A subject over {@code model}, which stays the caller's.
     *
     * @param name what tables call it
     * @param identity what its answers depend on
     * @param batch documents computed together
     */
    public InProcess(LanguageModel model, String name, String identity, int batch) {
        if (batch < 1) {
            throw UserError.usage("--batch-size must be at least 1, not " + batch + ".");
        }
        this.model = model;
        this.name = name;
        this.identity = identity;
        this.batch = batch;
        this.generator = new Generator(model);
        this.context = model.engine().config().context();
        this.likelihoods = new Likelihoods(model);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String identity() {
        return identity;
    }

    @Override
    public List<List<Answer>> answer(List<List<Request>> documents) {
        var answers = new ArrayList<List<Answer>>();
        for (int from = 0; from < documents.size(); from += batch) {
            answers.addAll(together(documents.subList(from, Math.min(documents.size(), from + batch))));
        }
        return answers;
    }

    private List<List<Answer>> together(List<List<Request>> documents) {
        if (documents.stream().allMatch(requests -> requests.getFirst() instanceof Request.Likelihood)) {
            return likelihoods
                    .of(documents.stream().map(requests -> requests.stream().map(Request.Likelihood.class::cast).toList()).toList());
        }
        return documents.stream().map(requests -> requests.stream().map(this::alone).toList()).toList();
    }

    private Answer alone(Request request) {
        return switch (request) {
            case Request.Likelihood likelihood -> likelihoods.of(List.of(List.of(likelihood))).getFirst().getFirst();
            case Request.Rolling(var text) -> rolling(text);
            case Request.Generate generate -> generate(generate);
            case Request.Translate(_, var prompt) -> generate(prompt);
            case Request.Alike _,Request.Ranking _,Request.Taught _ -> throw new IllegalArgumentException(
                    "an engine gives probabilities and texts, no " + request);
        };
    }

    /** Windows of the whole context, each token scored once behind at least one other (lm-evaluation-harness's rolling windows). */
    private Answer rolling(String text) {
        var ids = IntStream.concat(IntStream.of(model.beginning()), IntStream.of(model.tokenizer().encode(text))).toArray();
        return ids.length < 2
                ? Answer.of(0, true)
                : Answer.of(Arrays.stream(new Scorer(model, context).logProbabilities(ids)).sum(), false);
    }

    private Answer generate(Request.Generate request) {
        int room = Math.max(1, Math.min(request.maxTokens(), context - 1));
        var ids = model.promptIds(request.prompt());
        var prompt = Arrays.copyOfRange(ids, Math.max(0, ids.length - (context - room)), ids.length);
        var config = SamplingConfig.DEFAULT.withTemperature(request.temperature()).withMaxTokens(room).withStop(request.stop())
                .withSeed(request.draw());
        if (model.engine().exact()) {
            return Answer.written(generator.generate(prompt, config, Set.of(), piece -> {
            }).text());
        }
        try (var fresh = new Generator(model)) { // what is in a cache moves the rounding, and so a near tie
            return Answer.written(fresh.generate(prompt, config, Set.of(), piece -> {
            }).text());
        }
    }

    /** Frees its caches. */
    @Override
    public void close() {
        generator.close();
    }
}
