package org.lyceum.text.sequence;

import java.util.Arrays;
import java.util.function.IntPredicate;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.text.shard.Batch;
import org.lyceum.text.tokenizer.Tokenizer;

/**
 * The corruption of a denoising autoencoder for text (Hill et al. 2016, section 3.1; Lample et al. 2018, section 2.3), as far as every token
 * keeps its place: some become the mask, and the order is shuffled so that none moves farther than {@code reach}. All tokens of the
 * sequence as it was are to be restored. A pure function of the seed and a number.
 *
 * @param hidden share of the tokens that become the mask
 * @param reach how many places a token may move, 0 for none
 * @param mask the token that hides another
 * @param structure whether a token marks structure, and stays
 * @param seed of all choices
 */
public record Noise(double hidden, int reach, int mask, IntPredicate structure, long seed) {
    public Noise {
        if (!(hidden >= 0 && hidden < 1) || reach < 0) {
            throw UserError.usage("The share of hidden tokens must be from 0 up to 1, not " + hidden
                    + ", and the reach of the shuffle at least 0, not " + reach + ".");
        }
    }

    /** With the tokenizer's own mask. */
    public static Noise of(Tokenizer tokenizer, double hidden, int reach, long seed) {
        return new Noise(hidden, reach, Masking.mask(tokenizer), tokenizer::isSpecial, seed);
    }

    /** The {@code number}-th corruption of {@code batch}, whose targets (B, T) are its tokens; structure and padding are ignored. */
    public SequenceBatch corrupt(SequenceBatch batch, long number) {
        var random = Seeds.generator(seed, "noise", number);
        var ids = batch.ids().clone();
        var targets = new int[ids.length];
        Arrays.fill(targets, Batch.IGNORED);
        for (int row = 0; row < batch.rows(); row++) {
            int from = row * batch.columns();
            var places = new int[batch.lengths()[row]];
            int n = 0;
            for (int i = from; i < from + batch.lengths()[row]; i++) {
                if (!structure.test(ids[i])) {
                    targets[i] = ids[i];
                    places[n++] = i;
                }
            }
            // Sorting i + U(0, reach + 1) moves nothing by more than reach.
            var order = new long[n];
            for (int i = 0; i < n; i++) {
                double key = i + random.nextDouble() * (reach + 1);
                order[i] = (long) (key * (1L << 20)) << 24 | i;
            }
            Arrays.sort(order);
            for (int i = 0; i < n; i++) {
                int original = batch.ids()[places[(int) (order[i] & 0xFFFFFF)]];
                ids[places[i]] = random.nextDouble() < hidden ? mask : original;
            }
        }
        return new SequenceBatch(ids, batch.types(), batch.lengths(), targets, batch.rows(), batch.columns());
    }
}
