package org.lyceum.app.bench;

import java.nio.file.NoSuchFileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;
import org.lyceum.training.run.MetricsLog;

/**
 * The training loss of a run, step by step.
 *
 * @param run where it is from
 * @param steps ascending
 * @param losses nats a token, one for each step
 */
record LossCurve(Path run, long[] steps, double[] losses) {
    /**
     * Reads the {@code metrics.jsonl} of a run folder, or that file itself.
     *
     * @throws UserError when there is none, when it tells of no step, or when a loss is not finite
     */
    static LossCurve read(Path run) {
        var file = Files.isDirectory(run) ? run.resolve(MetricsLog.FILE_NAME) : run;
        if (!Files.exists(file)) {
            throw IoErrors.reading(file, new NoSuchFileException(file.toString()));
        }
        var lines = MetricsLog.read(file).stream().filter(line -> line.values().containsKey(MetricsLog.LOSS)).toList();
        if (lines.isEmpty()) {
            throw new UserError(file + " tells of no step with a loss; name the folder of a run that has trained.");
        }
        var steps = new long[lines.size()];
        var losses = new double[lines.size()];
        for (int i = 0; i < steps.length; i++) {
            var line = lines.get(i);
            steps[i] = line.step();
            losses[i] = line.number(MetricsLog.LOSS).orElseThrow(() -> new UserError(String.format(Locale.ROOT,
                    "The loss at step %d of %s is not finite, so the run diverged and there is no curve to compare.", line.step(), run)));
        }
        return new LossCurve(run, steps, losses);
    }
}
