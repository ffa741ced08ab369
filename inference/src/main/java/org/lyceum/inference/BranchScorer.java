package org.lyceum.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lyceum.models.Decoder;
import org.lyceum.models.Pass;
import org.lyceum.models.layers.Branches;
import org.lyceum.tensor.Inference;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/**
 * How probable several continuations of one text are, in one pass of a {@link Decoder}: the text is computed once, the continuations behind it
 * beside each other ({@link Branches}), and logits never leave libtorch. What comes out depends on the text and its continuations alone.
 *
 * <p>Shapes: R rows of logits, V tokens in the vocabulary.
 */
public final class BranchScorer {
    /** Tokens of the text that are computed at once before its last ones, which go with the continuations. */
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
    private final int chunk;

    /**
     * Over {@code decoder}, which stays the caller's.
     *
     * @param vocabulary the tokens that may be greedy; the rows of the embedding may be more
     */
    public BranchScorer(Decoder decoder, int vocabulary) {
        this(decoder, vocabulary, CHUNK);
    }

    BranchScorer(Decoder decoder, int vocabulary, int chunk) {
        this.chunk = chunk;
        this.decoder = decoder;
        this.vocabulary = Math.min(vocabulary, decoder.config().vocabularySize());
    }

    /** The tokens of all {@code branches} that go into one pass: the last token of each is only asked for. */
    public static int computed(List<Branch> branches) {
        return branches.stream().mapToInt(branch -> branch.ids().length - 1).sum();
    }

    /** The scores of {@code branches} behind {@code text}, none of which may reach beyond the context. */
    public List<Score> score(int[] text, List<Branch> branches) {
        int before = text.length <= chunk ? 0 : text.length - chunk;
        var tree = new Branches(before, text.length - before, branches.stream().map(branch -> branch.ids().length - 1).toList());
        var targets = targets(tree.trunk(), branches);
        var scores = new ArrayList<Score>();
        try (var _ = Inference.open(); var cache = new PreallocatedCache(decoder.config(), 1); var _ = Scope.open()) {
            for (int at = 0; at < before; at += chunk) {
                int count = Math.min(chunk, before - at);
                try (var _ = Scope.open()) {
                    decoder.hidden(Tensor.ofIds(Arrays.copyOfRange(text, at, at + count), 1, count), cache, Pass.EVALUATION);
                }
            }
            var hidden = tree.size() == 0
                    ? null
                    : decoder.hidden(Tensor.ofIds(tokens(text, before, tree, branches), 1, tree.size()), tree, cache.readOnly()).squeeze(0); // (T, W)
            var found = hidden == null ? List.<Found>of() : found(hidden, targets);
            int at = 0;
            for (var branch : branches) {
                double sum = 0;
                boolean greedy = true;
                for (int i = 0; i < branch.asked(); i++, at++) {
                    sum += found.get(at).logProbability();
                    greedy &= found.get(at).greedy();
                }
                scores.add(new Score(sum, greedy));
            }
        }
        return scores;
    }

    private static int[] tokens(int[] text, int before, Branches tree, List<Branch> branches) {
        var tokens = Arrays.copyOf(Arrays.copyOfRange(text, before, text.length), tree.size());
        int at = tree.trunk();
        for (var branch : branches) {
            System.arraycopy(branch.ids(), 0, tokens, at, branch.ids().length - 1);
            at += branch.ids().length - 1;
        }
        return tokens;
    }

    /** A token that is asked for, and the place in the pass of the token that it follows. */
    private record Target(int row, int id) {
    }

    private static List<Target> targets(int trunk, List<Branch> branches) {
        var targets = new ArrayList<Target>();
        int begin = trunk;
        for (var branch : branches) {
            int length = branch.ids().length;
            for (int i = length - branch.asked(); i < length; i++) {
                if (i == 0 && trunk == 0) {
                    throw new IllegalArgumentException("nothing stands before the first token that is asked for");
                }
                targets.add(new Target(i == 0 ? trunk - 1 : begin + i - 1, branch.ids()[i]));
            }
            begin += length - 1;
        }
        return targets;
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
                long width = all.size(1);
                var largest = all.narrow(1, 0, vocabulary).max(1, false).floats();
                var here = new ArrayList<Integer>();
                for (int i = 0; i < found.length; i++) {
                    if (Arrays.binarySearch(some, targets.get(i).row()) >= 0) {
                        here.add(i);
                    }
                }
                var flat = here.stream().mapToLong(i -> Arrays.binarySearch(some, targets.get(i).row()) * width + targets.get(i).id())
                        .toArray();
                var own = all.reshape(-1).gather(0, Tensor.of(flat, flat.length)).floats();
                for (int k = 0; k < own.length; k++) {
                    int row = (int) (flat[k] / width);
                    found[here.get(k)] = new Found(own[k], own[k] >= largest[row]);
                }
            }
        }
        return List.of(found);
    }
}
