package org.lyceum.study.worlds;

import java.util.List;
import org.lyceum.foundation.UserError;

/**
 * @param people in the world, which is another one for each seed
 * @param exposures how often the life of somebody is told, each time in other words: the people whom no training question names are spread
 *     over these, all others are told of as often as the largest
 * @param hops the most facts that a question takes
 * @param drills how often each training question is asked
 * @param width W, {@code depth} L and {@code heads} H of the decoder
 * @param context T, tokens of a row of text
 * @param tokensPerStep of one step of the optimizer, all rows together
 * @param learningRate the peak, of AdamW, and {@code weightDecay} its decay
 * @param seeds worlds, and models
 */
public record WorldsConfig(int people, List<Integer> exposures, int hops, int drills, int width, int depth, int heads, int context,
        int tokensPerStep, double learningRate, double weightDecay, int seeds) {
    static final WorldsConfig DEFAULTS = new WorldsConfig(150, List.of(0, 2, 8, 32, 128), 3, 40, 64, 3, 4, 128, 512, 4e-3,
            0.4, 3);

    public WorldsConfig {
        atLeast("people", people, 20);
        atLeast("hops", hops, 1);
        atLeast("drills", drills, 1);
        atLeast("width", width, 8);
        atLeast("depth", depth, 1);
        atLeast("heads", heads, 1);
        atLeast("context", context, 32);
        atLeast("tokens_per_step", tokensPerStep, context);
        atLeast("seeds", seeds, 1);
        if (exposures.isEmpty() || exposures.stream().anyMatch(e -> e < 0)
                || !exposures.stream().sorted().distinct().toList().equals(exposures)
                || exposures.getLast() < 1) {
            throw UserError.usage("worlds.exposures=" + exposures + " must rise from 0 or more to 1 or more.");
        }
        if (width % heads != 0) {
            throw UserError.usage("worlds.width=" + width + " must be a multiple of worlds.heads=" + heads + ".");
        }
        if (hops > 3) {
            throw UserError.usage("worlds.hops=" + hops + " must be at most 3.");
        }
        if (!(learningRate > 0 && Double.isFinite(learningRate))) {
            throw UserError.usage("worlds.learning_rate=" + learningRate + " must be above 0.");
        }
        if (!(weightDecay >= 0 && weightDecay < 1)) {
            throw UserError.usage("worlds.weight_decay=" + weightDecay + " must be from 0 to below 1.");
        }
    }

    private static void atLeast(String key, int value, int least) {
        if (value < least) {
            throw UserError.usage("worlds." + key + "=" + value + " must be at least " + least + ".");
        }
    }
}
