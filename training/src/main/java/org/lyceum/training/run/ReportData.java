package org.lyceum.training.run;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code report.html} tells beside the curves, which come from {@code metrics.jsonl}. All texts are plain; the report escapes them.
 *
 * @param title         the run's name
 * @param state         whether the run goes on, is done, or stopped
 * @param summary       one or two sentences: what was trained on what, and how it came out; for a failed run what went wrong
 * @param figures       the key figures
 * @param configuration the run's configuration as resolved; nested records become dotted keys; null leaves the table out
 * @param data          the corpus; null leaves the section out
 * @param samples       texts that the model wrote during the run, oldest first
 * @param machine       machine and versions, in the map's order: {@code "Processor" -> "AMD EPYC, 2 cores"}
 * @param commands      what to do next, in order
 * @param written       the moment of writing
 */
public record ReportData(String title, State state, String summary, Figures figures, @Nullable Record configuration,
        @Nullable DataStatistics data, List<Sample> samples, Map<String, String> machine, List<Command> commands, Instant written) {

    /** Where a run stands. */
    public enum State {
        IN_PROGRESS("In progress"), FINISHED("Finished"), INTERRUPTED("Interrupted"), FAILED("Failed");

        private final String label;

        State(String label) {
            this.label = label;
        }

        /** The state in words. */
        public String label() {
            return label;
        }
    }

    /**
     * The key figures; null where not known (yet).
     *
     * @param valBitsPerByte  of the held-out text, by the model
     * @param xzBitsPerByte   of the same text, by {@code xz -9} primed with the training text
     * @param valLoss         nats a token
     * @param tokensPerSecond training tokens a second over the run
     * @param mfu             model FLOP utilisation, 0 to 1
     * @param parameters      of the model
     * @param steps           steps done
     * @param tokens          tokens trained on
     * @param elapsed         time the run took so far
     */
    public record Figures(@Nullable Double valBitsPerByte, @Nullable Double xzBitsPerByte, @Nullable Double valLoss,
            @Nullable Double tokensPerSecond, @Nullable Double mfu, long parameters, long steps, long tokens, Duration elapsed) {
    }

    /**
     * The corpus. Tokens and bytes are those of training and held-out text together unless the name says otherwise.
     *
     * @param source         where it comes from: paths, or the name of a built-in corpus
     * @param vocabulary     tokens the tokenizer knows
     * @param documentTokens how many documents have how many tokens; see {@link #histogram}
     */
    public record DataStatistics(String source, long bytes, long trainDocuments, long heldOutDocuments, long trainTokens,
            long heldOutTokens, long vocabulary, List<Bin> documentTokens) {
        /** Training and held-out documents. */
        public long documents() {
            return trainDocuments + heldOutDocuments;
        }

        /** Training and held-out tokens. */
        public long tokens() {
            return trainTokens + heldOutTokens;
        }
    }

    /** {@code count} documents have {@code from} to {@code to} tokens, both included. */
    public record Bin(long from, long to, long count) {
    }

    /** A text that the model wrote after {@code step} steps, going on from {@code prompt}; {@code text} is without the prompt. */
    public record Sample(long step, String prompt, String text) {
    }

    /** A command line and what it is for: {@code Command("Talk to it", "./lyceum chat --model runs/x")}. */
    public record Command(String purpose, String line) {
    }

    /** Counts lengths in bins that double: 0-1, 2-3, 4-7, 8-15, and so on, from the first that holds something to the last. */
    public static List<Bin> histogram(Iterable<? extends Number> lengths) {
        var counts = new long[Long.SIZE];
        for (var length : lengths) {
            counts[Long.SIZE - 1 - Long.numberOfLeadingZeros(Math.max(1, length.longValue()))]++;
        }
        int first = 0;
        int last = Long.SIZE - 1;
        while (first < last && counts[first] == 0) {
            first++;
        }
        while (last > first && counts[last] == 0) {
            last--;
        }
        var bins = new ArrayList<Bin>();
        for (int i = first; i <= last; i++) {
            bins.add(new Bin(i == 0 ? 0 : 1L << i, (1L << i) * 2 - 1, counts[i]));
        }
        return counts[first] == 0 ? List.of() : bins;
    }
}
