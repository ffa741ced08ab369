package org.lyceum.study.evaluation;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.lyceum.foundation.UserError;
import org.lyceum.text.tokenizer.Tokenizer;
import org.lyceum.training.Checkpoints;

/**
 * The checkpoints that a run kept: the same model, more and more learned.
 *
 * @param all the earliest first
 * @param tokenizer theirs
 * @param open the model of a checkpoint, to be closed
 */
public record Stages(List<Stage> all, Tokenizer tokenizer, Function<Path, Subject> open) {
    /** Of which there can be a curve with four parameters. */
    private static final int FEWEST = 5;

    /**
     * A checkpoint.
     *
     * @param step after which it was written
     * @param folder of the model
     */
    public record Stage(long step, Path folder) {
    }

    /** Those of {@code run}. Throws {@link UserError} where there are too few for a curve. */
    public static Stages of(Path run, Function<Path, Subject> open) {
        var stages = new Checkpoints(run, 1).all().stream().map(folder -> new Stage(Checkpoints.step(folder), folder))
                .sorted(Comparator.comparingLong(Stage::step)).toList();
        if (stages.size() < FEWEST) {
            throw new UserError(run + " keeps " + (stages.isEmpty() ? "no checkpoints" : "checkpoints of " + stages.size() + " steps")
                    + ", and a curve takes at least " + FEWEST
                    + "; name a run folder that was trained with --set checkpoint.per_tenfold=4.");
        }
        return new Stages(stages, Tokenizer.load(stages.getLast().folder()), open);
    }

    long[] steps() {
        return all.stream().mapToLong(Stage::step).toArray();
    }

    /** The bits of surprisal of a text that is drawn blindly, token by token. */
    double chance(String text) {
        return tokenizer.encode(text).length * Math.log(tokenizer.vocabularySize()) / Math.log(2);
    }
}
