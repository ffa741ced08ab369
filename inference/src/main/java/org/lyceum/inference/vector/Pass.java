package org.lyceum.inference.vector;

import java.util.ArrayList;
import java.util.List;
import org.lyceum.inference.Engine.Part;
import org.lyceum.tensor.kernels.WideProducts;

/**
 * Tokens that go through the layers together: few ones from here and there first, then whole blocks of neighbours, for {@link WideProducts}.
 * What a token is depends on its position and on the piece of its sequence that it came in, and on nothing that is computed beside it.
 *
 * @param runs the tokens, in this order
 * @param few how many of them belong to no block
 * @param blocks the tokens of each block
 */
record Pass(List<Run> runs, int few, int[] blocks) {
    /** Tokens {@code from} to {@code to} of a part. */
    record Run(int part, int from, int to) {
        int tokens() {
            return to - from;
        }
    }

    /** All of them. */
    int tokens() {
        int tokens = few;
        for (int block : blocks) {
            tokens += block;
        }
        return tokens;
    }

    /**
     * Cuts parts into passes, the tokens of each sequence in their order.
     *
     * @param before the positions at which the parts begin
     * @param wide whether there are to be blocks
     * @param most tokens of a pass
     */
    static List<Pass> plan(List<Part> parts, int[] before, boolean wide, int most) {
        var passes = new ArrayList<Pass>();
        var few = new ArrayList<Run>();
        var blocks = new ArrayList<Run>();
        int tokens = 0;
        for (int part = 0; part < before.length; part++) {
            int length = parts.get(part).ids().length;
            for (int at = 0; at < length;) {
                int position = before[part] + at;
                int block = wide ? block(position, length - at) : 0;
                if (tokens == most || tokens + block > most) {
                    passes.add(of(few, blocks));
                    tokens = 0;
                }
                int count = block > 0 ? block : Math.min(length - at, most - tokens);
                if (wide && block == 0) {
                    count = Math.min(count, WideProducts.BLOCK - position % WideProducts.BLOCK); // a block may begin there
                }
                (block > 0 ? blocks : few).add(new Run(part, at, at + count));
                at += count;
                tokens += count;
            }
        }
        if (tokens > 0) {
            passes.add(of(few, blocks));
        }
        return passes;
    }

    /** The tokens of the block that begins at a position of a piece with {@code left} more tokens; 0 for none. */
    private static int block(int position, int left) {
        for (int block : new int[]{WideProducts.LARGE_BLOCK, WideProducts.BLOCK}) {
            if (position % block == 0 && left >= block) {
                return block;
            }
        }
        return 0;
    }

    private static Pass of(List<Run> few, List<Run> blocks) {
        var runs = new ArrayList<Run>(few);
        runs.addAll(blocks);
        var pass = new Pass(runs, few.stream().mapToInt(Run::tokens).sum(), blocks.stream().mapToInt(Run::tokens).toArray());
        few.clear();
        blocks.clear();
        return pass;
    }
}
