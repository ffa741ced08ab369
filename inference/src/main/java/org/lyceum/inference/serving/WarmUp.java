package org.lyceum.inference.serving;

import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.lyceum.inference.Engine;
import org.lyceum.inference.Engine.Part;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets an engine compute what nobody wants, so that its kernels are compiled when the first request comes: in the interpreter a vector
 * operation is a method call, and a prompt takes seconds. Leaves nothing behind but compiled code.
 */
final class WarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    /** Tokens computed in turn: what decodes, what a short prompt has, what a long one has. Short ones first, for they end sooner. */
    private static final int[] LENGTHS = {1, 4, 8, 20, 64, 1, 1, 1, 1, 1};

    private WarmUp() {
    }

    /** Computes until {@code time} is over or {@code wanted} says that there is something better to do. */
    static void run(Engine engine, Duration time, BooleanSupplier wanted) {
        if (time.isZero() || engine.config().context() < 2) {
            return;
        }
        long end = System.nanoTime() + time.toNanos();
        int vocabulary = engine.config().vocabularySize();
        try (var sequence = engine.open()) {
            for (int i = 0; System.nanoTime() < end && !wanted.getAsBoolean(); i++) {
                int length = Math.min(LENGTHS[i % LENGTHS.length], engine.config().context());
                if (length >= 64 || sequence.length() + length > engine.config().context()) {
                    sequence.truncate(0); // 64 from the beginning on are a block, for which an engine may have kernels of their own
                }
                var ids = IntStream.range(sequence.length(), sequence.length() + length).map(at -> at % vocabulary).toArray();
                engine.forward(List.of(new Part(sequence, ids, 1)));
            }
        } catch (RuntimeException | OutOfMemoryError e) { // a request will say what is wrong, if anything is
            LOG.debug("The warm-up ended early", e);
        }
    }
}
