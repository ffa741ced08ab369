package org.lyceum.study.senses;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;

/**
 * What the study of senses looks at.
 *
 * @param sentences a YAML file with words, their senses and sentences with each of them; null for Lyceum's own twenty words
 * @param models what is looked at, in the order of the report: folders with an encoder or a decoder, runs, .gguf files, or {@code org/name} of
 *     models that were pulled
 * @param vectors word vectors to set beside them, in a .vec, .txt or .bin file; null for none
 * @param shown the words whose occurrences are drawn and listed
 */
public record SensesConfig(@Nullable String sentences, List<String> models, @Nullable String vectors, List<String> shown) {
    public static final SensesConfig DEFAULTS = new SensesConfig(null, List.of(), null, List.of("bank", "bat", "spring"));

    public SensesConfig {
        models = List.copyOf(models);
        shown = List.copyOf(shown);
    }

    /** Throws {@link UserError} where there is nothing to look at. */
    void requireSomething() {
        if (models.isEmpty() && vectors == null) {
            throw UserError.usage("The study of senses has no model to look at; name some: --set models=[PATH, …], with folders that hold "
                    + "an encoder or a decoder, or .gguf files.");
        }
    }
}
