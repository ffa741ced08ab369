package org.lyceum.text.sequence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.text.shard.Batch;
import org.lyceum.text.tokenizer.Tokenizer;

/**
 * BERT's corruption (Devlin et al. 2019, section 3.1): of the tokens that are not structure, {@code rate} are to be guessed; of these, 80%
 * become the mask, 10% a random token, and 10% stay. A pure function of the seed and a number: give each epoch numbers of its own for
 * RoBERTa's dynamic masks (Liu et al. 2019, section 4.1), or the same for masks that never change.
 */
public final class Masking {
    private static final double MASKED = 0.8;
    private static final double REPLACED = 0.1;

    private final double rate;
    private final int mask;
    private final int[] words;
    private final IntPredicate structure;
    private final long seed;

    /**
     * @param rate share of the tokens that are to be guessed, 0.15 in BERT
     * @param mask the token that hides another
     * @param vocabularySize tokens in all
     * @param structure whether a token marks structure: never guessed, and never put in another's place
     * @param seed of all choices
     */
    public Masking(double rate, int mask, int vocabularySize, IntPredicate structure, long seed) {
        if (!(rate > 0 && rate < 1)) {
            throw UserError.usage("The share of masked tokens must be between 0 and 1, not " + rate + "; BERT has 0.15.");
        }
        this.rate = rate;
        this.mask = mask;
        this.structure = structure;
        this.seed = seed;
        var free = new ArrayList<Integer>();
        for (int id = 0; id < vocabularySize; id++) {
            if (!structure.test(id)) {
                free.add(id);
            }
        }
        words = free.stream().mapToInt(Integer::intValue).toArray();
    }

    /** With the tokenizer's own mask. Throws {@link UserError} where it has none. */
    public static Masking of(Tokenizer tokenizer, double rate, long seed) {
        return new Masking(rate, mask(tokenizer), tokenizer.vocabularySize(), tokenizer::isSpecial, seed);
    }

    /** The token that hides another: the declared {@code mask_token}, or one of the usual names. */
    public static int mask(Tokenizer tokenizer) {
        var declared = tokenizer.settings().namedTokens().get("mask_token");
        for (var name : declared == null ? List.of("[MASK]", "<mask>") : List.of(declared)) {
            if (tokenizer.id(name).isPresent()) {
                return tokenizer.id(name).getAsInt();
            }
        }
        throw new UserError("The tokenizer has no mask token ([MASK]), so nothing can be hidden; use one for encoders.");
    }

    /** The {@code number}-th corruption of {@code batch}: other ids, and as targets (B, T) the hidden tokens, the rest ignored. At least one is hidden. */
    public SequenceBatch hide(SequenceBatch batch, long number) {
        var random = Seeds.generator(seed, "masks", number);
        var ids = batch.ids().clone();
        var targets = new int[ids.length];
        Arrays.fill(targets, Batch.IGNORED);
        int hidden = 0;
        for (int row = 0; row < batch.rows(); row++) {
            int from = row * batch.columns();
            for (int i = from; i < from + batch.lengths()[row]; i++) {
                if (!structure.test(ids[i]) && random.nextDouble() < rate) {
                    targets[i] = ids[i];
                    ids[i] = corrupted(ids[i], random);
                    hidden++;
                }
            }
        }
        if (hidden == 0) {
            hideOne(batch, ids, targets);
        }
        return new SequenceBatch(ids, batch.types(), batch.lengths(), targets, batch.rows(), batch.columns());
    }

    /** A batch of few short texts may have had luck; a loss over nothing would teach nothing. */
    private void hideOne(SequenceBatch batch, int[] ids, int[] targets) {
        for (int row = 0; row < batch.rows(); row++) {
            for (int i = row * batch.columns(); i < row * batch.columns() + batch.lengths()[row]; i++) {
                if (!structure.test(ids[i])) {
                    targets[i] = ids[i];
                    ids[i] = mask;
                    return;
                }
            }
        }
    }

    private int corrupted(int id, RandomGenerator random) {
        double draw = random.nextDouble();
        return draw < MASKED ? mask : draw < MASKED + REPLACED ? words[random.nextInt(words.length)] : id;
    }
}
