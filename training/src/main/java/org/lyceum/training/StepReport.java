package org.lyceum.training;

import java.util.List;
import java.util.Optional;

/**
 * What one step did. Callbacks may add measurements for those after them.
 *
 * @param step its number, from 1
 * @param steps of the whole run
 * @param last whether the loop ends after it, because it is the run's last or because the run was asked to stop
 * @param loss the mean over the step's micro-batches, nats a token for language models
 * @param learningRate used in this step
 * @param gradientNorm before clipping
 * @param tokens in this step
 * @param seconds that the step took
 * @param measurements further numbers
 */
public record StepReport(long step, long steps, boolean last, double loss, double learningRate, double gradientNorm, long tokens,
        double seconds,
        List<Measurement> measurements) {
    /** A number with a name, {@code val_loss} for instance. */
    public record Measurement(String name, double value) {
    }

    /** Whether it is the last of the whole run. */
    public boolean lastOfRun() {
        return step == steps;
    }

    public void add(String name, double value) {
        measurements.add(new Measurement(name, value));
    }

    /** The measurement of that name, if a callback (or the objective) made it in this step. */
    public Optional<Double> measurement(String name) {
        return measurements.stream().filter(m -> m.name().equals(name)).map(Measurement::value).findFirst();
    }

    public double tokensPerSecond() {
        return tokens / seconds;
    }
}
