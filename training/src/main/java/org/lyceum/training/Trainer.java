package org.lyceum.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.models.Checkpointing;
import org.lyceum.models.Pass;
import org.lyceum.models.layers.Parameter;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Torch;
import org.lyceum.training.objective.Objective;
import org.lyceum.training.optimizer.Optimizer;
import org.lyceum.training.optimizer.Optimizers;
import org.lyceum.training.optimizer.Schedule;
import org.lyceum.training.parallel.Workers;

/**
 * The one loop. It owns the step, the scope, accumulation, clipping and the schedule; what is learned is an {@link Objective}, everything
 * beside learning is a {@link Callback}. Everything random in a step is a pure function of the seed and the step's number, so that a run
 * resumed from a checkpoint equals one that was never interrupted.
 *
 * @param <M> the kind of model
 * @param <B> the kind of batch
 */
public final class Trainer<M, B> {
    /**
     * What the loop needs.
     *
     * @param model what is trained
     * @param parameters the weights that the optimizer changes
     * @param batches the micro-batch of a number (from 0), or this worker's share of it, a pure function; step s (from 1) takes numbers
     *     (s − 1)·accumulation…
     * @param tokensPerBatch the tokens in one micro-batch, those of all workers, for throughput
     * @param objective the loss
     * @param optimizer changes the parameters
     * @param schedule the learning rate over the steps
     * @param learningRate the peak, for reports
     * @param loop how many steps of which kind
     * @param seed of dropout
     */
    public record Setup<M, B>(M model, List<Parameter> parameters, LongFunction<B> batches, long tokensPerBatch,
            Objective<? super M, ? super B> objective, Optimizer optimizer, Schedule schedule, double learningRate, Loop loop, long seed) {
    }

    /**
     * @param steps to take in all, those before a resumption included
     * @param accumulation micro-batches whose gradients are averaged into one step
     * @param clip largest Euclidean norm of the gradient; 0 for no limit
     * @param checkpointing whether blocks are recomputed in backward to save memory
     */
    public record Loop(long steps, int accumulation, double clip, boolean checkpointing) {
    }

    private final Setup<M, B> setup;
    private final List<Callback> callbacks;
    private final Workers workers;
    private TrainingState state;
    private volatile boolean stopRequested;

    /** {@code from} is {@link TrainingState#START} or what a checkpoint held; callbacks are told in this order. */
    public Trainer(Setup<M, B> setup, List<Callback> callbacks, TrainingState from) {
        this(setup, callbacks, from, Workers.ALONE);
    }

    /** One of {@code workers}, each of which runs this loop with its own share of the batches, the same otherwise. */
    public Trainer(Setup<M, B> setup, List<Callback> callbacks, TrainingState from, Workers workers) {
        this.setup = setup;
        this.callbacks = List.copyOf(callbacks);
        this.state = from;
        this.workers = workers;
    }

    /**
     * Trains to the last step, or to the end of the step in which {@link #stop} was called (on any worker) or, when its callbacks were
     * already at work, the next. At least one step is taken, so that a run that is stopped again and again still comes to its end.
     */
    public TrainingState run() {
        try {
            workers.average(setup.parameters(), !setup.loop().checkpointing());
            callbacks.forEach(callback -> callback.onStart(state, setup.loop().steps()));
            workers.awaitLeader();
            // Whether a step is the last is decided once, before the callbacks are told: they save what the last one leaves.
            boolean last = state.step() >= setup.loop().steps();
            while (!last) {
                last = step();
            }
        } catch (RuntimeException | Error e) {
            end(e);
            throw e;
        }
        end(null);
        return state;
    }

    /** Tells every callback, also when one of them fails; {@code failure} of the loop, if there was one, stays the one to report. */
    private void end(@Nullable Throwable failure) {
        RuntimeException own = null;
        for (var callback : callbacks) {
            try {
                callback.onEnd(state, failure);
            } catch (RuntimeException e) {
                if (own == null) {
                    own = e;
                } else {
                    own.addSuppressed(e);
                }
            }
        }
        if (own != null) {
            if (failure == null) {
                throw own;
            }
            failure.addSuppressed(own);
        }
    }

    /** Asks the loop to end after the step it is in; may be called from any thread. */
    public void stop() {
        stopRequested = true;
    }

    /** One step; whether it was the last. */
    private boolean step() {
        long begin = System.nanoTime();
        long step = state.step() + 1;
        int accumulation = setup.loop().accumulation();
        double loss = 0;
        Map<String, Double> metrics = new TreeMap<>();
        for (int micro = 0; micro < accumulation; micro++) {
            long number = (step - 1) * accumulation + micro;
            double value = backward(number, micro == accumulation - 1, metrics);
            if (!Double.isFinite(value)) {
                throw notFinite("loss", value, step, number);
            }
            loss += value / accumulation;
        }
        double norm = Optimizers.clip(setup.parameters(), setup.loop().clip());
        if (!Double.isFinite(norm)) {
            throw notFinite("gradient norm", norm, step, (step - 1) * accumulation);
        }
        double factor = setup.schedule().factor(step, setup.loop().steps());
        setup.optimizer().step(step, factor);
        setup.parameters().forEach(parameter -> parameter.value().clearGradient());

        var agreed = agree(loss, metrics);
        double seconds = (System.nanoTime() - begin) / 1e9;
        long tokens = accumulation * setup.tokensPerBatch();
        state = state.after(step, tokens, seconds);
        boolean last = step == setup.loop().steps() || agreed.stop();
        var report = new StepReport(step, setup.loop().steps(), last, agreed.loss(), factor * setup.learningRate(), norm, tokens, seconds,
                new ArrayList<>());
        metrics.forEach(report::add);
        for (var callback : callbacks) {
            state = callback.onStep(report, state);
        }
        workers.awaitLeader();
        return last;
    }

    /**
     * @param loss the mean over the workers
     * @param stop whether any of them was asked to stop
     */
    private record Agreed(double loss, boolean stop) {
    }

    /** What the workers make of a step together; the metrics become means over them, too. */
    private Agreed agree(double loss, Map<String, Double> metrics) {
        var own = new double[2 + metrics.size()];
        own[0] = loss;
        own[1] = stopRequested ? 1 : 0;
        int i = 2;
        for (double value : metrics.values()) {
            own[i++] = value;
        }
        var sums = workers.sum(own);
        i = 2;
        for (var metric : metrics.entrySet()) {
            metric.setValue(sums[i++] / workers.count());
        }
        return new Agreed(sums[0] / workers.count(), sums[1] > 0);
    }

    /** One micro-batch, which {@code completes} the step's gradient or not: its share is added, its loss returned. */
    private double backward(long number, boolean completes, Map<String, Double> metrics) {
        int accumulation = setup.loop().accumulation();
        try (var _ = Scope.open()) {
            long seed = Seeds.derive(setup.seed(), "dropout", number * workers.count() + workers.rank());
            Torch.seed(seed);
            var checkpointing = setup.loop().checkpointing() ? new Checkpointing(seed) : null;
            var loss = setup.objective().loss(setup.model(), setup.batches().apply(number), new Pass(true, checkpointing));
            loss.metrics().forEach((name, value) -> metrics.merge(name, value / accumulation, Double::sum));
            double value = loss.value().item();
            if (Double.isFinite(value)) { // else the step is given up; its gradients must not be added to anything
                var scaled = accumulation == 1 ? loss.value() : loss.value().dividedBy(accumulation);
                if (completes) {
                    workers.beforeLastBackward();
                }
                if (checkpointing == null) {
                    scaled.backward();
                } else {
                    checkpointing.backward(scaled);
                }
                if (completes) {
                    workers.afterLastBackward();
                }
            }
            return value;
        }
    }

    private static UserError notFinite(String what, double value, long step, long batch) {
        return new UserError("The " + what + " became " + value + " at step " + step + " (batch " + batch
                + "); training stopped before this "
                + "step changed the weights, and the last checkpoint is good. Lower the learning rate (--set optimizer.learning_rate=…), "
                + "train in f32 (--dtype f32) or look at that batch.");
    }
}
