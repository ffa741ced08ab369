package org.lyceum.study.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.BranchScorer;
import org.lyceum.inference.BranchScorer.Branch;
import org.lyceum.inference.Engine;
import org.lyceum.inference.Engine.Part;
import org.lyceum.inference.LanguageModel;
import org.lyceum.inference.LogProbabilities;
import org.lyceum.inference.TorchEngine;

/**
 * How probable texts are behind their contexts. What the requests of a document share is computed once: in libtorch the choices behind it
 * in the same pass, and several documents in one pass ({@link BranchScorer}), in other engines one after the other, several documents together.
 *
 * <p>Texts become tokens as in lm-evaluation-harness: context and continuation are encoded together, white space at the end of the context
 * belonging to the continuation, and cut on the left to the model's context; a whole text is scored in windows of the context, each token once
 * and behind at least one other.
 */
final class Likelihoods {
    /** Tokens of one document's continuations that go through a network in one pass. */
    private static final int TOGETHER = 1024;
    /** Tokens of a text with nothing beside it that do. */
    private static final int ALONE = 4096;
    /** Logits in memory at once for one document. */
    private static final int LOGITS = 1 << 23;
    /** Positions that engines are fastest with, and multiples of it. */
    private static final int BLOCK = 64;

    private final LanguageModel model;
    private final int context;
    private final @Nullable BranchScorer branches;

    /** Under {@code model}, which stays the caller's. */
    Likelihoods(LanguageModel model) {
        this.model = model;
        this.context = model.engine().config().context();
        this.branches = model.engine() instanceof TorchEngine torch
                ? new BranchScorer(torch.decoder(), model.tokenizer().vocabularySize())
                : null;
    }

    /** Whether documents share passes: then those of a block are best given all at once, and always the same ones. */
    boolean pack() {
        return branches != null;
    }

    /** Tokens to feed, and of which of the last ones the next token is asked for. */
    private record Query(int[] inputs, int[] targets) {
    }

    /** One call of the engine for a document: forget down to {@code keep} tokens, append, ask for the last {@code targets}. */
    private record Step(int query, int keep, int[] ids, int[] targets) {
    }

    /**
     * The answers to each document's requests, of {@link Request.Likelihood} and {@link Request.Rolling}: ln p of the text, and whether nothing
     * else was more probable.
     *
     * @throws UserError where the model gives no numbers
     */
    List<List<Answer>> of(List<List<Request>> documents) {
        var queries = documents.stream().map(requests -> requests.stream().map(this::queries).toList()).toList();
        var flat = queries.stream().map(requests -> requests.stream().flatMap(List::stream).toList()).toList();
        var answers = branches == null ? inSteps(flat) : packed(branches, flat);
        return IntStream.range(0, queries.size()).mapToObj(d -> {
            var each = answers.get(d).iterator();
            return queries.get(d).stream().map(windows -> summed(windows.stream().map(_ -> each.next()).toList())).toList();
        }).toList();
    }

    private static Answer summed(List<Answer> windows) {
        return windows.size() == 1
                ? windows.getFirst()
                : Answer.of(windows.stream().mapToDouble(Answer::logProbability).sum(), windows.stream().allMatch(Answer::greedy));
    }

    /** In as few passes as there may be; documents that are too long for that, in steps. */
    private List<List<Answer>> packed(BranchScorer scorer, List<List<Query>> documents) {
        var texts = documents.stream().map(Likelihoods::texts).toList();
        var scores = scorer.score(texts.stream().<BranchScorer.Text>mapMulti(List::forEach).toList()).iterator();
        return IntStream.range(0, documents.size()).mapToObj(d -> {
            if (texts.get(d).isEmpty()) {
                return inSteps(List.of(documents.get(d))).getFirst();
            }
            var each = texts.get(d).stream().flatMap(_ -> scores.next().stream()).toList().iterator();
            return documents.get(d).stream().map(query -> {
                if (query.targets().length == 0) {
                    return Answer.of(0, true); // a single token with nothing before it
                }
                var score = each.next();
                return Answer.of(checked(score.logProbability()), score.greedy());
            }).toList();
        }).toList();
    }

    /** What the queries share and then all the rest beside each other, or each by itself; none where they take steps. */
    private static List<BranchScorer.Text> texts(List<Query> queries) {
        var possible = queries.stream().filter(query -> query.targets().length > 0).toList();
        int shared = shared(possible, 1);
        var asked = possible.stream().map(query -> branch(query, shared)).toList();
        if (!possible.isEmpty() && BranchScorer.computed(asked) <= (possible.size() == 1 ? ALONE : TOGETHER)) {
            return List.of(new BranchScorer.Text(Arrays.copyOf(possible.getFirst().inputs(), shared), asked));
        }
        if (shared > 1 || possible.stream().anyMatch(query -> query.targets().length > ALONE)) {
            return List.of();
        }
        return possible.stream().map(query -> {
            int before = query.inputs().length - query.targets().length + 1;
            return new BranchScorer.Text(Arrays.copyOf(query.inputs(), before), List.of(branch(query, before)));
        }).toList();
    }

    /** What comes behind the first {@code shared} inputs. */
    private static Branch branch(Query query, int shared) {
        var rest = Arrays.copyOfRange(query.inputs(), shared, query.inputs().length + 1);
        rest[rest.length - 1] = query.targets()[query.targets().length - 1];
        return new Branch(rest, query.targets().length);
    }

    /** Inputs with which all the queries begin, of each at most {@code more} besides those whose next token is not asked for. */
    private static int shared(List<Query> queries, int more) {
        int shared = queries.isEmpty() ? 0 : Integer.MAX_VALUE;
        for (var query : queries) {
            int mismatch = Arrays.mismatch(queries.getFirst().inputs(), query.inputs());
            shared = Math.min(shared, query.inputs().length - query.targets().length + more);
            shared = mismatch < 0 ? shared : Math.min(shared, mismatch);
        }
        return shared;
    }

    private List<List<Answer>> inSteps(List<List<Query>> documents) {
        var steps = documents.stream().map(this::steps).toList();
        var sums = documents.stream().map(requests -> new double[requests.size()]).toList();
        var greedy = documents.stream().map(requests -> {
            var all = new boolean[requests.size()];
            Arrays.fill(all, true);
            return all;
        }).toList();
        var sequences = new ArrayList<Engine.Sequence>();
        try {
            steps.forEach(_ -> sequences.add(model.engine().open()));
            int rounds = steps.stream().mapToInt(List::size).max().orElse(0);
            for (int round = 0; round < rounds; round++) {
                int now = round;
                var busy = IntStream.range(0, steps.size()).filter(d -> now < steps.get(d).size()).toArray();
                var parts = new ArrayList<Part>();
                for (int d : busy) {
                    var step = steps.get(d).get(round);
                    sequences.get(d).truncate(step.keep());
                    parts.add(new Part(sequences.get(d), step.ids(), step.targets().length));
                }
                var logits = model.engine().forward(parts);
                for (int i = 0; i < busy.length; i++) {
                    var step = steps.get(busy[i]).get(round);
                    for (int t = 0; t < step.targets().length; t++) {
                        var row = logits.get(i)[t];
                        sums.get(busy[i])[step.query()] += LogProbabilities.of(row, step.targets()[t]);
                        greedy.get(busy[i])[step.query()] &= largest(row) <= row[step.targets()[t]];
                    }
                }
            }
        } finally {
            sequences.forEach(Engine.Sequence::close);
        }
        return IntStream.range(0, documents.size()).mapToObj(d -> IntStream.range(0, sums.get(d).length)
                .mapToObj(q -> Answer.of(checked(sums.get(d)[q]), greedy.get(d)[q])).toList()).toList();
    }

    private static double checked(double logProbability) {
        if (Double.isNaN(logProbability)) {
            throw new UserError("The model's log-probabilities are not numbers; its weights are damaged or its training diverged: use an "
                    + "earlier checkpoint.");
        }
        return logProbability;
    }

    private List<Query> queries(Request request) {
        return switch (request) {
            case Request.Likelihood likelihood -> List.of(query(likelihood));
            case Request.Rolling(var text) -> windows(IntStream
                    .concat(IntStream.of(model.beginning()), IntStream.of(model.tokenizer().encode(text))).toArray());
            default -> throw new IllegalArgumentException("no probability is asked for by " + request);
        };
    }

    /** A first window of the whole context, and then as many tokens again and again, each time behind as many before them as fit. */
    private List<Query> windows(int[] ids) {
        var windows = new ArrayList<Query>();
        for (int done = 0; done < ids.length - 1;) {
            int to = Math.min(ids.length - 1, done + context);
            windows.add(new Query(Arrays.copyOfRange(ids, Math.max(0, to - context), to), Arrays.copyOfRange(ids, done + 1, to + 1)));
            done = to;
        }
        return windows.isEmpty() ? List.of(new Query(new int[0], new int[0])) : windows;
    }

    private Query query(Request.Likelihood request) {
        var kept = request.context().stripTrailing();
        var continuation = request.context().substring(kept.length()) + request.continuation();
        int[] before;
        int[] after;
        if (kept.isEmpty()) {
            before = model.beginning();
            after = model.tokenizer().encode(continuation);
        } else {
            before = model.promptIds(kept);
            var whole = model.promptIds(kept + continuation);
            after = Arrays.copyOfRange(whole, Math.min(before.length, whole.length), whole.length);
            before = Arrays.copyOf(whole, Math.min(before.length, whole.length));
        }
        var all = IntStream.concat(IntStream.of(before), IntStream.of(after)).toArray();
        all = Arrays.copyOfRange(all, Math.max(0, all.length - context - 1), all.length);
        int targets = Math.min(after.length, Math.max(0, all.length - 1)); // a first token with nothing before it has no probability
        return new Query(Arrays.copyOf(all, Math.max(0, all.length - 1)), Arrays.copyOfRange(all, all.length - targets, all.length));
    }

    private List<Step> steps(List<Query> queries) {
        int shared = shared(queries, 0);
        var steps = new ArrayList<Step>();
        if (shared > 0 && queries.size() > 1) {
            steps.add(new Step(0, 0, Arrays.copyOf(queries.getFirst().inputs(), shared), new int[0]));
        } else {
            shared = 0;
        }
        int most = Math.max(1, LOGITS / model.engine().config().vocabularySize());
        most = most < BLOCK ? most : most / BLOCK * BLOCK;
        for (int q = 0; q < queries.size(); q++) {
            var query = queries.get(q);
            int at = shared;
            int asked = query.inputs().length - query.targets().length; // from this input on the next token is asked for
            for (int t = 0; t < query.targets().length; t += most) {
                var targets = Arrays.copyOfRange(query.targets(), t, Math.min(query.targets().length, t + most));
                int end = asked + t + targets.length;
                steps.add(new Step(q, at, Arrays.copyOfRange(query.inputs(), at, end), targets));
                at = end;
            }
        }
        return steps;
    }

    private float largest(float[] logits) {
        float largest = logits[0];
        for (int i = 1; i < Math.min(logits.length, model.tokenizer().vocabularySize()); i++) {
            largest = Math.max(largest, logits[i]);
        }
        return largest;
    }
}
