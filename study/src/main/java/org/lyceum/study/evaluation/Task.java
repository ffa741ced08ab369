package org.lyceum.study.evaluation;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;

/**
 * A task as its YAML file says it.
 *
 * @param name what results call it
 * @param where its file
 * @param digest of all that the file says, to tell versions of it apart
 * @param tags names for several tasks together
 * @param kind what is asked
 * @param data where its documents are
 * @param text the context
 * @param target the answer, or the place of the right choice
 * @param choices what is chosen from
 * @param description stands before everything
 * @param shots examples before the question
 * @param shotsInOrder whether these are the first documents instead of random ones
 * @param shotsDelimiter between examples
 * @param targetDelimiter between context and target
 * @param metrics what is measured, the first of them in the short table
 * @param filters what is done to text that the model wrote; the first chain's value is the task's
 * @param generation how text is drawn
 * @param groupBy a column; the value of each of its groups is told, too
 * @param own what only our kinds of task take
 */
public record Task(String name, Where where, String digest, List<String> tags, Kind kind, TaskData data, Template text,
        @Nullable Template target, @Nullable Template choices, String description, int shots, boolean shotsInOrder,
        String shotsDelimiter, String targetDelimiter, List<Metric> metrics, List<Filter> filters, Generation generation,
        @Nullable String groupBy, Own own) {

    /** {@code output_type}: the four of lm-evaluation-harness, and ours. */
    enum Kind {
        LOGLIKELIHOOD, LOGLIKELIHOOD_ROLLING, MULTIPLE_CHOICE, GENERATE_UNTIL,
        /** Of two texts, or of two contexts before one target, the first must be the more probable one; a tie is wrong. */
        MINIMAL_PAIRS,
        /** Two contexts and two targets, each target to be more probable behind its own context (EWoK, Ivanova et al. 2024). */
        TWO_BY_TWO,
        /** A sentence in another language: as GENERATE_UNTIL, but translators can be asked, too. */
        TRANSLATION,
        /** Two words and how alike people find them ({@link WordSimilarity}). */
        WORD_SIMILARITY,
        /** Words, and how many children say them at what age ({@link AcquisitionAges}). */
        AGE_OF_ACQUISITION,
        /** Queries, and the passages that answer them ({@link Retrieval}). */
        RETRIEVAL,
        /** Classes, told by a model that learned them from the training split ({@link FineTuned}). */
        FINE_TUNE;

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Whether it needs {@code doc_to_choice}. */
        boolean chooses() {
            return this == WORD_SIMILARITY || this == MULTIPLE_CHOICE || this == MINIMAL_PAIRS || this == TWO_BY_TWO;
        }
    }

    /**
     * {@code generation_kwargs}.
     *
     * @param until strings that end the text
     * @param maxTokens the most tokens
     * @param temperature 0 for the most probable token every time
     * @param repeats texts for each document
     */
    record Generation(List<String> until, int maxTokens, double temperature, int repeats) {
    }

    /**
     * What only our kinds of task take.
     *
     * @param source the sentence to translate: {@code doc_to_source}
     * @param id what judgements call a query: {@code doc_to_id}
     * @param passage the text of a passage: {@code doc_to_passage}
     * @param contexts of each word: {@code num_contexts}
     * @param seeds for each of which a model is fine-tuned: {@code fine_tune.seeds}
     * @param tuning how: the rest of {@code fine_tune}
     */
    record Own(@Nullable Template source, @Nullable Template id, @Nullable Template passage, int contexts, int seeds,
            Lesson.Tuning tuning) {
    }

    /** The same with {@code shots} examples. */
    public Task withShots(int shots) {
        if (shots < 0) {
            throw UserError.usage("--num-fewshot must be at least 0, not " + shots + ".");
        }
        return new Task(name, where, digest, tags, kind, data, text, target, choices, description, shots, shotsInOrder, shotsDelimiter,
                targetDelimiter, metrics, filters, generation, groupBy, own);
    }

    /** By what its value is told apart, besides; null where it is not. */
    @Nullable
    String groupedBy() {
        return switch (kind) {
            case WORD_SIMILARITY -> "layer";
            case FINE_TUNE -> "seed";
            default -> groupBy;
        };
    }

    /** What is known of it in a few words, for a list of tasks. */
    public Map<String, String> summary() {
        return Map.of("output_type", kind.key(), "metric", metrics.getFirst().key(), "data", data.described(), "tags",
                String.join(", ", tags));
    }
}
