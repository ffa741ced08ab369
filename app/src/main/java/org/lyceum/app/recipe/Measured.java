package org.lyceum.app.recipe;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.lyceum.foundation.Nearest;
import org.lyceum.foundation.UserError;
import org.lyceum.training.pretrain.Pretraining;

/**
 * The figures of a finished run that a claim may speak of.
 *
 * @param values by name
 */
public record Measured(Map<String, Double> values) {
    /** {@code val_loss} in nats a token; both bits a byte are of the same held-out text, the baseline being primed {@code xz -9}. */
    public static final List<String> PRETRAINING = List.of("val_loss", "val_bits_per_byte", "baseline_bits_per_byte", "tokens_per_s",
            "mfu");

    /** The figures of {@code outcome}, which must be finished: {@link #PRETRAINING}. */
    public static Measured of(Pretraining.Outcome outcome) {
        var validation = Objects.requireNonNull(outcome.validation(), "the run is not finished");
        var values = new LinkedHashMap<String, Double>();
        values.put("val_loss", validation.loss());
        values.put("val_bits_per_byte", validation.bitsPerByte());
        values.put("baseline_bits_per_byte", outcome.baseline().primedBitsPerByte());
        values.put("tokens_per_s", outcome.tokensPerSecond());
        values.put("mfu", outcome.mfu());
        return new Measured(values);
    }

    /** The value of that name; throws {@link UserError} naming the nearest where there is none. */
    public double value(String name) {
        var value = values.get(name);
        if (value == null) {
            throw UserError
                    .usage("A claim speaks of '" + name + "', which this run did not measure; " + Nearest.hint(name, values.keySet()));
        }
        return value;
    }
}
