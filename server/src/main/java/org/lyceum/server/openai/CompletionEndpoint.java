package org.lyceum.server.openai;

import java.util.ArrayList;
import org.lyceum.inference.serving.Request;
import org.lyceum.server.http.Exchange;
import org.lyceum.server.http.HttpError;
import org.lyceum.server.openai.CompletionRequest.Prompt;

/** {@code POST /v1/completions}: texts that go on. */
record CompletionEndpoint(Models models) {
    void answer(Exchange exchange, Fields fields) throws InterruptedException {
        var request = CompletionRequest.read(fields);
        var options = request.options();
        var service = models.language(options.model());
        var constraint = Constraints.of(request.format(), service);
        var answer = Answer.begin("cmpl-", "text_completion", "text_completion", service, options);
        var requests = new ArrayList<Request>();
        var choices = new ArrayList<TextChoice>();
        for (var prompt : request.prompts()) {
            var ids = ids(prompt, service);
            var sampling = Sampling.of(options, ids.length, service, CompletionRequest.DEFAULT_TOKENS, "prompt");
            for (int i = 0; i < options.n(); i++) {
                requests.add(Request.of(ids, sampling.withSeed(sampling.seed() + i)).withLogprobs(request.topLogprobs())
                        .withConstraint(constraint).withTimeout(service.timeout()));
                choices.add(new TextChoice(choices.size(), service.texts(), request.topLogprobs() >= 0,
                        request.echo() ? text(prompt, service) : ""));
            }
        }
        answer.give(exchange, service, requests, choices, options, "prompt");
    }

    private static int[] ids(Prompt prompt, LanguageService service) {
        return switch (prompt) {
            case Prompt.Text(var text) -> service.model().promptIds(text);
            case Prompt.Ids(var ids) -> {
                int tokens = service.model().tokenizer().vocabularySize();
                if (ids.length == 0) {
                    throw HttpError.badField("prompt", "'prompt' has no tokens; send at least one.");
                }
                for (int id : ids) {
                    if (id >= tokens) {
                        throw HttpError.badField("prompt",
                                "'prompt' holds the token " + id + ", but this model's are 0 to " + (tokens - 1) + ".");
                    }
                }
                yield ids;
            }
        };
    }

    private static String text(Prompt prompt, LanguageService service) {
        return switch (prompt) {
            case Prompt.Text(var text) -> text;
            case Prompt.Ids(var ids) -> service.model().tokenizer().decode(ids);
        };
    }
}
