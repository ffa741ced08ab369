package org.lyceum.inference.embedding;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.Nearest;
import org.lyceum.foundation.UserError;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a sentence-transformers folder says beside the encoder: {@code modules.json} and the files that it names. A folder without one is
 * pooled by the mean and not normalised, as that library does it.
 */
final class SentenceTransformersFolder {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String MODULES = "modules.json";

    private SentenceTransformersFolder() {
    }

    /** Whether {@code folder} says of itself that it is one. */
    static boolean isOne(Path folder) {
        return Files.exists(folder.resolve(MODULES));
    }

    static EmbeddingSettings read(Path folder) {
        if (!isOne(folder)) {
            return EmbeddingSettings.of(folder, Pooling.MEAN, false);
        }
        Path encoder = null;
        List<Pooling> poolings = null;
        boolean normalise = false;
        for (var module : json(folder.resolve(MODULES))) {
            var type = module.path("type").asString("");
            var place = folder.resolve(inside(folder, module.path("path").asString("")));
            switch (type.substring(type.lastIndexOf('.') + 1)) {
                case "Transformer" -> encoder = place;
                case "Pooling" -> poolings = poolings(place.resolve("config.json"));
                case "Normalize" -> normalise = true;
                default -> throw new UserError(folder.resolve(MODULES) + " asks for a module of the type '" + type
                        + "', and Lyceum knows Transformer, Pooling and Normalize; choose another model.");
            }
        }
        if (encoder == null || poolings == null) {
            throw new UserError(folder.resolve(MODULES) + " names no " + (encoder == null ? "Transformer" : "Pooling")
                    + " module; fetch the model again.");
        }
        var settings = encoderSettings(encoder);
        var prompts = optional(folder.resolve("config_sentence_transformers.json"));
        var named = new LinkedHashMap<String, String>();
        prompts.path("prompts").properties().forEach(prompt -> named.put(prompt.getKey(), prompt.getValue().asString("")));
        var chosen = prompts.path("default_prompt_name").asString(null);
        if (chosen != null && !named.containsKey(chosen)) {
            throw new UserError(folder + " has the default_prompt_name '" + chosen + "' but no such prompt; fetch the model again.");
        }
        var longest = settings.path("max_seq_length");
        if (longest.isNumber() && (!longest.isInt() || longest.intValue() < 1)) {
            throw new UserError(encoder + " has a max_seq_length of " + longest + ", which is no number of tokens; fetch the model again.");
        }
        return new EmbeddingSettings(encoder, poolings, normalise, longest.isInt() ? (Integer) longest.intValue() : null,
                settings.path("do_lower_case").asBoolean(false), named,
                chosen == null ? "" : named.getOrDefault(chosen, ""));
    }

    /** {@code sentence_bert_config.json}, or its namesake of another model. */
    private static JsonNode encoderSettings(Path encoder) {
        for (var model : List.of("bert", "roberta", "xlm-roberta", "camembert", "distilbert")) {
            var file = encoder.resolve("sentence_" + model + "_config.json");
            if (Files.exists(file)) {
                return json(file);
            }
        }
        return JSON.createObjectNode();
    }

    /** Either a flag for each kind, {@code pooling_mode_mean_tokens}, or their names in {@code pooling_mode}. */
    private static List<Pooling> poolings(Path file) {
        var config = json(file);
        var named = config.path("pooling_mode");
        var poolings = new ArrayList<Pooling>();
        if (named.isString() || named.isArray()) {
            for (var name : named.isString() ? List.of(named) : named.valueStream().toList()) {
                poolings.add(pooling(file, name.asString("")));
            }
        } else {
            for (var kind : Pooling.values()) { // in the order in which that library joins them
                var flag = kind == Pooling.MEAN_SQRT_LEN
                        ? "mean_sqrt_len_tokens"
                        : kind.spelled() + (kind == Pooling.CLS ? "_token" : kind == Pooling.LASTTOKEN ? "" : "_tokens");
                if (config.path("pooling_mode_" + flag).asBoolean(false)) {
                    poolings.add(kind);
                }
            }
        }
        if (poolings.isEmpty()) {
            throw new UserError(file + " chooses no pooling that Lyceum knows; known are "
                    + String.join(", ", Arrays.stream(Pooling.values()).map(Pooling::spelled).toList()) + ".");
        }
        return poolings;
    }

    private static Pooling pooling(Path file, String name) {
        var known = Arrays.stream(Pooling.values()).map(Pooling::spelled).toList();
        int at = known.indexOf(name.toLowerCase(Locale.ROOT));
        if (at < 0) {
            throw new UserError(file + " asks for the pooling_mode '" + name + "'; " + Nearest.hint(name, known));
        }
        return Pooling.values()[at];
    }

    /** A module's place, which must not lead out of the folder. */
    private static String inside(Path folder, String path) {
        if (!path.matches("[A-Za-z0-9_-][A-Za-z0-9._-]*|")) {
            throw new UserError(
                    folder.resolve(MODULES) + " places a module in '" + path + "', which is not the name of a folder beside it.");
        }
        return path;
    }

    private static JsonNode optional(Path file) {
        return Files.exists(file) ? json(file) : JSON.createObjectNode();
    }

    private static JsonNode json(Path file) {
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (JacksonException e) {
            throw new UserError(file + " is not valid JSON; fetch or save the model again.", e);
        } catch (IOException e) {
            throw IoErrors.reading(file, e);
        }
    }
}
