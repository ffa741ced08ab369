package org.lyceum.server.openai;

import java.util.ArrayList;
import java.util.List;
import org.lyceum.server.http.HttpError;
import tools.jackson.databind.JsonNode;

/**
 * The body of {@code POST /v1/completions}.
 *
 * @param echo whether an answer begins with its prompt
 * @param topLogprobs alternatives to report beside each token; negative for no log-probabilities at all
 */
record CompletionRequest(Options options, List<Prompt> prompts, ResponseFormat format, boolean echo, int topLogprobs) {
    private static final int MOST_PROMPTS = 128;
    private static final int MOST_ALTERNATIVES = 20;
    /** What OpenAI takes where max_tokens is absent. */
    static final int DEFAULT_TOKENS = 16;

    /** What is to be completed. */
    sealed interface Prompt {
        record Text(String text) implements Prompt {
        }

        /** Tokens by their ids. */
        record Ids(int[] ids) implements Prompt {
        }
    }

    static CompletionRequest read(Fields fields) {
        var options = Options.read(fields);
        int top = fields.whole("logprobs", 0, MOST_ALTERNATIVES).orElse(-1);
        boolean echo = fields.flag("echo");
        if (echo && top >= 0) {
            throw HttpError.unsupported("echo",
                    "'echo' together with 'logprobs' is not supported; 'lyceum score' gives a text's log-probabilities.");
        }
        int bestOf = fields.whole("best_of", 1, Integer.MAX_VALUE).orElse(options.n());
        if (bestOf != options.n()) {
            throw HttpError.unsupported("best_of", "'best_of' can only be what 'n' is; ask for more answers and choose among them.");
        }
        var prompts = prompts(fields);
        if (prompts.size() * options.n() > MOST_PROMPTS) {
            throw HttpError.badField("prompt",
                    "'prompt' and 'n' ask for " + prompts.size() * options.n() + " answers; at most " + MOST_PROMPTS
                            + " are given to one request.");
        }
        return new CompletionRequest(options, prompts, ResponseFormat.read(fields), echo, top);
    }

    /** A text, ids, or an array of either. */
    static List<Prompt> prompts(Fields fields) {
        return prompts(fields, "prompt", MOST_PROMPTS);
    }

    /** The same for the field {@code name}, at most {@code most} of them. */
    static List<Prompt> prompts(Fields fields, String name, int most) {
        var value = fields.get(name);
        if (value == null) {
            throw fields.missing(name, "a string, an array of strings, or tokens");
        }
        if (value.isString()) {
            return List.of(new Prompt.Text(value.stringValue()));
        }
        if (!value.isArray()) {
            throw fields.wrong(name, "a string or an array", value);
        }
        if (value.isEmpty()) {
            throw HttpError.badField(name, "'" + name + "' is an empty array; send at least one text.");
        }
        if (value.get(0).isNumber()) {
            return List.of(new Prompt.Ids(ids(fields, name, value)));
        }
        if (value.size() > most) {
            throw HttpError.badField(name, "'" + name + "' has " + value.size() + " elements; at most " + most + " are taken.");
        }
        var prompts = new ArrayList<Prompt>();
        for (var element : value) {
            var at = name + "[" + prompts.size() + "]";
            if (element.isString()) {
                prompts.add(new Prompt.Text(element.stringValue()));
            } else if (element.isArray()) {
                prompts.add(new Prompt.Ids(ids(fields, at, element)));
            } else {
                throw fields.wrong(at, "a string or an array of token ids", element);
            }
        }
        return prompts;
    }

    private static int[] ids(Fields fields, String name, JsonNode array) {
        var ids = new int[array.size()];
        for (int i = 0; i < ids.length; i++) {
            var id = array.get(i);
            if (!id.isNumber() || !id.canConvertToExactIntegral() || !id.canConvertToInt() || id.intValue() < 0) {
                throw fields.wrong(name + "[" + i + "]", "a token id", id);
            }
            ids[i] = id.intValue();
        }
        return ids;
    }
}
