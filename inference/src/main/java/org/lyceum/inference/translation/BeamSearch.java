package org.lyceum.inference.translation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.models.EncoderDecoder;
import org.lyceum.models.EncoderDecoder.Memory;
import org.lyceum.models.Pass;
import org.lyceum.models.layers.KeyValueCache.KeyValues;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/**
 * Beam search over an encoder–decoder (Sutskever, Vinyals and Le 2014, section 3.2), many sentences at once. Each sentence keeps its R most
 * probable beginnings; each is continued by every token, and of all continuations the R most probable are kept again. One that ends while it
 * is among the R is finished. A sentence is done when R of its hypotheses are finished, or when no beginning can become better than those
 * that are wanted.
 */
public final class BeamSearch {
    private final EncoderDecoder model;
    private final int start;
    private final int end;
    private final BeamConfig config;

    /** Writing begins behind token {@code start} and is over with token {@code end}. */
    public BeamSearch(EncoderDecoder model, int start, int end, BeamConfig config) {
        this.model = model;
        this.start = start;
        this.end = end;
        this.config = config;
    }

    /** What has been written so far, the last token first. */
    private record Written(@Nullable Written before, int token, int tokens) {
        List<Integer> ids() {
            var ids = new Integer[tokens];
            for (var at = this; at.tokens > 0; at = java.util.Objects.requireNonNull(at.before)) {
                ids[at.tokens - 1] = at.token;
            }
            return List.of(ids);
        }
    }

    /** A sentence that is being translated. */
    private final class Sentence {
        private final int number;
        private final int limit; // tokens, the end included
        private Written[] live = new Written[config.beam()];
        private double[] scores = new double[config.beam()]; // log-probabilities of the live ones, falling; −∞ where there are fewer
        private final List<Hypothesis> finished = new ArrayList<>();

        Sentence(int number, int limit) {
            this.number = number;
            this.limit = limit;
            Arrays.fill(live, new Written(null, start, 0));
            Arrays.fill(scores, Double.NEGATIVE_INFINITY);
            scores[0] = 0;
        }

        /**
         * The next token of every hypothesis.
         *
         * @param candidates the most probable continuations, falling: log-probability, and beam · V + token
         * @param ends the log-probability of each hypothesis with its end
         * @return the beam that each live hypothesis continues
         */
        int[] extend(float[] candidates, long[] places, float[] ends) {
            int vocabulary = model.config().vocabularySize();
            int tokens = live[0].tokens() + 1;
            if (tokens == limit) { // all of them are ended here
                for (int r = 0; r < ends.length; r++) {
                    finish(live[r], ends[r]);
                }
                Arrays.fill(scores, Double.NEGATIVE_INFINITY);
                return new int[config.beam()];
            }
            var before = live;
            live = new Written[config.beam()];
            scores = new double[config.beam()];
            var parents = new int[config.beam()];
            int kept = 0;
            for (int i = 0; i < candidates.length && kept < config.beam(); i++) {
                int beam = (int) (places[i] / vocabulary);
                int token = (int) (places[i] % vocabulary);
                if (token != end) {
                    live[kept] = new Written(before[beam], token, tokens);
                    scores[kept] = candidates[i];
                    parents[kept++] = beam;
                } else if (i < config.beam()) {
                    finish(before[beam], candidates[i]);
                }
            }
            for (; kept < config.beam(); kept++) { // a small vocabulary has no more
                live[kept] = new Written(before[0], end, tokens);
                scores[kept] = Double.NEGATIVE_INFINITY;
            }
            return parents;
        }

        private void finish(Written written, double logProbability) {
            if (logProbability > Double.NEGATIVE_INFINITY) {
                finished.add(new Hypothesis(written.ids(), logProbability, config.worth(logProbability, written.tokens() + 1)));
            }
        }

        boolean done() {
            if (finished.size() >= config.beam() || scores[0] == Double.NEGATIVE_INFINITY) {
                return true;
            }
            if (finished.size() < config.best()) {
                return false;
            }
            // A probability only falls from here on, and the longest that it may become is judged the most kindly.
            double worst = best().getLast().score();
            return config.worth(scores[0], limit) <= worst;
        }

        /** The hypotheses that are wanted, the best first. */
        List<Hypothesis> best() {
            return finished.stream().sorted(Comparator.comparingDouble(Hypothesis::score).reversed()).limit(config.best()).toList();
        }
    }

    /**
     * Translates a batch of sentences, each its ids with the end at the last place and at most the context long. Each gets its best
     * hypotheses, the best first.
     */
    public List<List<Hypothesis>> search(List<int[]> sources) {
        var results = new ArrayList<List<Hypothesis>>(sources.stream().map(_ -> List.<Hypothesis>of()).toList());
        var sentences = new ArrayList<Sentence>();
        for (int i = 0; i < sources.size(); i++) {
            sentences.add(new Sentence(i, Math.min(model.config().context(), sources.get(i).length + config.extraTokens())));
        }
        try (var _ = Scope.open(); var _ = NoGradient.open(); var cache = new BeamCache()) {
            var memory = read(sources);
            while (!sentences.isEmpty()) {
                var parents = step(sentences, memory, cache);
                var going = new ArrayList<Sentence>();
                var goingAt = new ArrayList<Long>();
                var rows = new ArrayList<Long>();
                for (int i = 0; i < sentences.size(); i++) {
                    var sentence = sentences.get(i);
                    if (sentence.done()) {
                        results.set(sentence.number, sentence.best());
                        continue;
                    }
                    going.add(sentence);
                    goingAt.add((long) i);
                    for (int parent : parents.get(i)) {
                        rows.add((long) i * config.beam() + parent);
                    }
                }
                if (!going.isEmpty()) {
                    cache.choose(index(rows));
                }
                if (going.size() < sentences.size()) {
                    @Nullable
                    Memory fewer = going.isEmpty() ? null : choose(memory, index(goingAt));
                    free(memory);
                    if (fewer == null) {
                        break;
                    }
                    memory = fewer;
                }
                sentences = going;
            }
        }
        return results;
    }

    private Memory read(List<int[]> sources) {
        int longest = sources.stream().mapToInt(ids -> ids.length).max().orElse(0);
        var ids = new int[sources.size() * longest];
        Arrays.fill(ids, end);
        for (int i = 0; i < sources.size(); i++) {
            System.arraycopy(sources.get(i), 0, ids, i * longest, sources.get(i).length);
        }
        var lengths = sources.stream().mapToInt(source -> source.length).toArray();
        try (var scope = Scope.open()) {
            var memory = model.memory(model.read(Tensor.ofIds(ids, sources.size(), longest), lengths, Pass.EVALUATION));
            // Of their own: what a layer gives are views, which end with its scope.
            return kept(scope, new Memory(memory.layers().stream()
                    .map(layer -> new KeyValues(layer.keys().copy(), layer.values().copy())).toList(), memory.mask().copy()));
        }
    }

    /** One more token for every hypothesis of every sentence; returns the parents by sentence. */
    private List<int[]> step(List<Sentence> sentences, Memory memory, BeamCache cache) {
        int beam = config.beam();
        int rows = sentences.size() * beam;
        int vocabulary = model.config().vocabularySize();
        try (var _ = Scope.open()) {
            var ids = new int[rows];
            var before = new float[rows];
            for (int i = 0; i < rows; i++) {
                var sentence = sentences.get(i / beam);
                ids[i] = sentence.live[i % beam].token();
                before[i] = (float) sentence.scores[i % beam];
            }
            var logs = model.head(model.next(Tensor.ofIds(ids, rows, 1), memory, cache)).reshape(rows, vocabulary).logSoftmax(-1)
                    .plus(Tensor.of(before, rows, 1)); // (B·R, V)
            cache.advance();
            var ends = logs.select(1, end).floats();
            var largest = logs.reshape(sentences.size(), (long) beam * vocabulary).largest(Math.min(2 * beam, beam * vocabulary));
            var values = largest.values().floats();
            var places = largest.indices().longs();
            int each = values.length / sentences.size();
            var parents = new ArrayList<int[]>();
            for (int i = 0; i < sentences.size(); i++) {
                parents.add(sentences.get(i).extend(Arrays.copyOfRange(values, i * each, (i + 1) * each),
                        Arrays.copyOfRange(places, i * each, (i + 1) * each), Arrays.copyOfRange(ends, i * beam, (i + 1) * beam)));
            }
            return parents;
        }
    }

    /** The memory of some of its sentences. */
    private static Memory choose(Memory memory, Tensor index) {
        try (var scope = Scope.open()) {
            return kept(scope, new Memory(memory.layers().stream()
                    .map(layer -> new KeyValues(layer.keys().chosen(0, index), layer.values().chosen(0, index))).toList(),
                    memory.mask().chosen(0, index)));
        }
    }

    private static Memory kept(Scope scope, Memory memory) {
        memory.layers().forEach(layer -> {
            scope.keep(layer.keys());
            scope.keep(layer.values());
        });
        scope.keep(memory.mask());
        return memory;
    }

    private static void free(Memory memory) {
        memory.layers().forEach(layer -> {
            layer.keys().close();
            layer.values().close();
        });
        memory.mask().close();
    }

    private static Tensor index(List<Long> rows) {
        return Tensor.of(rows.stream().mapToLong(Long::longValue).toArray(), rows.size());
    }

}
