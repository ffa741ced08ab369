package org.lyceum.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.lyceum.models.Decoder;
import org.lyceum.models.Pass;
import org.lyceum.models.layers.Branches;
import org.lyceum.models.layers.KeyValueCache;
import org.lyceum.tensor.Inference;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/**
 * How probable continuations of texts are, in as few passes of a {@link Decoder} as there may be: a text is computed once, its continuations
 * behind it beside each other ({@link Branches}), several texts together ({@link Decoder#hidden(Tensor, List)}), and logits never leave
 * libtorch. Which texts share a pass follows from their order and lengths; the last bits of a score may depend on it.
 *
 * <p>Shapes: R rows of logits, V tokens in the vocabulary.
 */
public final class BranchScorer {
    /** Tokens of several texts that share a pass: SmolLM2-135M is a quarter faster so than with 512. */
    private static final int PASS = 2048;
    /** Tokens of a long text that are computed at once before its last ones, which share a pass. */
    private static final int CHUNK = 512;
    /** Rows of logits at once. */
    private static final int ROWS = 128;

    /**
     * A continuation.
     *
     * @param ids its tokens, at least one
     * @param asked how many of the last of them are scored; all of them only behind a text of at least one token
     */
    public record Branch(int[] ids, int asked) {
        public Branch {
            if (ids.length == 0 || asked < 1 || asked > ids.length) {
                throw new IllegalArgumentException(asked + " asked of " + ids.length);
            }
        }
    }

    /** A text with what may follow it, none of which may reach beyond the context. */
    public record Text(int[] ids, List<Branch> branches) {
        public Text {
            branches = List.copyOf(branches);
        }
    }

    /**
     * How probable a continuation is.
     *
     * @param logProbability ln p of the tokens that were asked, the padding of the vocabulary included; NaN where the model gives no numbers
     * @param greedy whether no other token was more probable in any of their places
     */
    public record Score(double logProbability, boolean greedy) {
    }

    private final Decoder decoder;
    private final int vocabulary;
    private final int pass;
    private final int chunk;

    /**
     * Over {@code decoder}, which stays the caller's.
     *
     * @param vocabulary the tokens that may be greedy; the rows of the embedding may be more
     */
    public BranchScorer(Decoder decoder, int vocabulary) {
        this(decoder, vocabulary, PASS, CHUNK);
    }

    BranchScorer(Decoder decoder, int vocabulary, int pass, int chunk) {
        this.pass = pass;
        this.chunk = chunk;
        this.decoder = decoder;
        this.vocabulary = Math.min(vocabulary, decoder.config().vocabularySize());
    }

    /** The tokens of all {@code branches} that go into one pass: the last token of each is only asked for. */
    public static int computed(List<Branch> branches) {
        return branches.stream().mapToInt(branch -> branch.ids().length - 1).sum();
    }

    /** The scores of each text's branches. */
    public List<List<Score>> score(List<Text> texts) {
        var scores = new ArrayList<List<Score>>(texts.size());
        for (int from = 0, to; from < texts.size(); from = to) {
            int tokens = tree(texts.get(from)).size();
            for (to = from + 1; to < texts.size() && tokens + tree(texts.get(to)).size() <= pass; to++) {
                tokens += tree(texts.get(to)).size();
            }
            scores.addAll(together(texts.subList(from, to)));
        }
        return scores;
    }

    /** Of a long text only the last part goes into the pass, the rest into a cache before it. */
    private Branches tree(Text text) {
        int before = Math.max(0, text.ids().length - chunk);
        return new Branches(before, text.ids().length - before, text.branches().stream().map(branch -> branch.ids().length - 1).toList());
    }

    private List<List<Score>> together(List<Text> texts) {
        var caches = new ArrayList<PreallocatedCache>();
        try (var _ = Inference.open(); var _ = Scope.open()) {
            var pass = new ArrayList<Decoder.Text>();
            var tokens = IntStream.builder();
            var targets = new ArrayList<Target>();
            int at = 0;
            for (var text : texts) {
                var tree = tree(text);
                pass.add(new Decoder.Text(tree, tree.offset() == 0 ? null : cached(text.ids(), tree.offset(), caches)));
                targets(at, tree.trunk(), text.branches(), targets);
                Arrays.stream(text.ids(), tree.offset(), text.ids().length).forEach(tokens);
                text.branches().forEach(branch -> Arrays.stream(branch.ids(), 0, branch.ids().length - 1).forEach(tokens));
                at += tree.size();
            }
            if (at == 0) {
                return texts.stream().map(_ -> List.<Score>of()).toList();
            }
            var hidden = decoder.hidden(Tensor.ofIds(tokens.build().toArray(), 1, at), pass).squeeze(0); // (T, W)
            var found = found(hidden, targets).iterator();
            return texts.stream().map(text -> text.branches().stream().map(branch -> summed(branch, found)).toList()).toList();
        } finally {
            caches.forEach(PreallocatedCache::close);
        }
    }

    /** The first {@code count} tokens, computed, for a pass whose own are not kept. */
    private KeyValueCache cached(int[] ids, int count, List<PreallocatedCache> caches) {
        var cache = new PreallocatedCache(decoder.config(), 1);
        caches.add(cache);
        for (int at = 0; at < count; at += chunk) {
            int some = Math.min(chunk, count - at);
            try (var _ = Scope.open()) {
                decoder.hidden(Tensor.ofIds(Arrays.copyOfRange(ids, at, at + some), 1, some), cache, Pass.EVALUATION);
            }
        }
        return cache.readOnly();
    }

    private static Score summed(Branch branch, Iterator<Found> found) {
        double sum = 0;
        boolean greedy = true;
        for (int i = 0; i < branch.asked(); i++) {
            var next = found.next();
            sum += next.logProbability();
            greedy &= next.greedy();
        }
        return new Score(sum, greedy);
    }

    /** A token that is asked for, and the place in the pass of the token that it follows. */
    private record Target(int row, int id) {
    }

    private static void targets(int at, int trunk, List<Branch> branches, List<Target> targets) {
        int begin = at + trunk;
        for (var branch : branches) {
            int length = branch.ids().length;
            for (int i = length - branch.asked(); i < length; i++) {
                if (i == 0 && trunk == 0) {
                    throw new IllegalArgumentException("nothing stands before the first token that is asked for");
                }
                targets.add(new Target(i == 0 ? at + trunk - 1 : begin + i - 1, branch.ids()[i]));
            }
            begin += length - 1;
        }
    }

    private record Found(double logProbability, boolean greedy) {
    }

    /** Of each target, by rows in their order, {@link #ROWS} at a time. */
    private List<Found> found(Tensor hidden, List<Target> targets) {
        var rows = targets.stream().mapToInt(Target::row).distinct().sorted().toArray();
        var found = new Found[targets.size()];
        for (int from = 0; from < rows.length; from += ROWS) {
            var some = Arrays.copyOfRange(rows, from, Math.min(rows.length, from + ROWS));
            try (var _ = Scope.open()) {
                var all = decoder.head(hidden.chosen(0, Tensor.ofIds(some, some.length))).logSoftmax(1); // (R, V)
                var largest = all.narrow(1, 0, vocabulary).max(1, false).floats();
                var here = IntStream.range(0, found.length).filter(i -> Arrays.binarySearch(some, targets.get(i).row()) >= 0).toArray();
                long width = all.size(1);
                var flat = Arrays.stream(here).mapToLong(i -> Arrays.binarySearch(some, targets.get(i).row()) * width + targets.get(i).id())
                        .toArray();
                var own = all.reshape(-1).gather(0, Tensor.of(flat, flat.length)).floats();
                for (int k = 0; k < own.length; k++) {
                    int row = (int) (flat[k] / width);
                    found[here[k]] = new Found(own[k], own[k] >= largest[row]);
                }
            }
        }
        return List.of(found);
    }
}
