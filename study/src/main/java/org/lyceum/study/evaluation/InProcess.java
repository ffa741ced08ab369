package org.lyceum.study.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.BatchGenerator;
import org.lyceum.inference.BatchGenerator.Prompt;
import org.lyceum.inference.LanguageModel;
import org.lyceum.inference.SamplingConfig;

/**
 * A model in this process. Its numbers do not change with the batch size: in libtorch all documents that are given at once, those of a block of
 * {@link Evaluation}, share passes; elsewhere documents are computed beside each other and do not touch.
 */
public final class InProcess implements Subject {
    private final LanguageModel model;
    private final String name;
    private final String identity;
    private final int batch;
    private final BatchGenerator generator;
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
        this.generator = new BatchGenerator(model);
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
        var first = documents.getFirst().getFirst();
        boolean written = first instanceof Request.Generate || first instanceof Request.Translate;
        if (written) {
            return written(documents);
        }
        int together = likelihoods.pack() ? documents.size() : batch;
        var answers = new ArrayList<List<Answer>>();
        for (int from = 0; from < documents.size(); from += together) {
            answers.addAll(likelihoods.of(documents.subList(from, Math.min(documents.size(), from + together))));
        }
        return answers;
    }

    private List<List<Answer>> written(List<List<Request>> documents) {
        var prompts = documents.stream().flatMap(List::stream).map(this::prompt).toList();
        var texts = texts(prompts).iterator();
        return documents.stream().map(requests -> requests.stream().map(_ -> Answer.written(texts.next())).toList()).toList();
    }

    /** Side by side, as many as the memory for their caches allows. */
    private List<String> texts(List<Prompt> prompts) {
        long tokens = prompts.stream().mapToLong(prompt -> prompt.ids().length + prompt.config().maxTokens()).sum();
        if (prompts.size() > 1 && tokens > model.engine().cacheTokens(prompts.size())) {
            int half = prompts.size() / 2;
            return Stream.concat(texts(prompts.subList(0, half)).stream(), texts(prompts.subList(half, prompts.size())).stream()).toList();
        }
        return generator.generate(prompts);
    }

    private Prompt prompt(Request request) {
        var asked = switch (request) {
            case Request.Generate generate -> generate;
            case Request.Translate(_, var generate) -> generate;
            default -> throw new IllegalArgumentException("no text is asked for by " + request);
        };
        int room = Math.max(1, Math.min(asked.maxTokens(), context - 1));
        var ids = model.promptIds(asked.prompt());
        return new Prompt(Arrays.copyOfRange(ids, Math.max(0, ids.length - (context - room)), ids.length),
                SamplingConfig.DEFAULT.withTemperature(asked.temperature()).withMaxTokens(room).withStop(asked.stop())
                        .withSeed(asked.draw()));
    }

    @Override
    public void close() {
        // the model is the caller's, and nothing else is held
    }
}
