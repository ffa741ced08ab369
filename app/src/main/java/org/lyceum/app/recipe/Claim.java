package org.lyceum.app.recipe;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Nearest;
import org.lyceum.foundation.UserError;

/**
 * Something that a study expects of its run: {@code {metric: val_loss, at_most: 1.88, source: "…"}}.
 *
 * @param metric one of the run's figures; of a pretraining run one of {@link Measured#PRETRAINING}
 * @param relation how it should compare
 * @param bound with what
 * @param source where the bound comes from, in words; empty if the recipe does not say
 */
public record Claim(String metric, Relation relation, Bound bound, String source) {
    private static final List<String> KEYS = List.of("metric", "at_most", "at_least", "source");

    /** How a metric should compare with its bound; equality holds in both. */
    public enum Relation {
        AT_MOST, AT_LEAST;

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        String words() {
            return key().replace('_', ' ');
        }
    }

    /** What a metric is compared with. */
    public sealed interface Bound {
        /** A figure, a published one for instance. */
        record Figure(double value) implements Bound {
        }

        /** Another metric of the same run. */
        record Metric(String name) implements Bound {
        }
    }

    /**
     * How a claim came out.
     *
     * @param claim what was expected
     * @param measured the metric's value
     * @param bound the bound's value
     */
    public record Verdict(Claim claim, double measured, double bound) {
        /** Whether the claim holds; nothing holds of what is not a number. */
        public boolean holds() {
            return switch (claim.relation) {
                case AT_MOST -> measured <= bound;
                case AT_LEAST -> measured >= bound;
            };
        }

        /** One line: {@code holds: val_loss is 1.8701, at most 1.8800 (nanoGPT's README)}. */
        public String line() {
            return (holds() ? "holds: " : "fails: ") + sentence();
        }

        /** The same without the judgement. */
        public String sentence() {
            var other = claim.bound instanceof Bound.Metric(var name) ? name + " = " : "";
            return String.format(Locale.ROOT, "%s is %s, %s %s%s%s", claim.metric, shown(measured),
                    holds() ? claim.relation.words() : "not " + claim.relation.words(), other, shown(bound),
                    claim.source.isEmpty() ? "" : " (" + claim.source + ")");
        }

        /** Four places, or two digits of what four places would make 0. */
        private static String shown(double value) {
            return String.format(Locale.ROOT, value != 0 && Math.abs(value) < 1e-3 ? "%.1e" : "%.4f", value);
        }
    }

    /** Holds the claim against what a run measured. */
    public Verdict against(Measured measured) {
        double limit = switch (bound) {
            case Bound.Figure(var value) -> value;
            case Bound.Metric(var name) -> measured.value(name);
        };
        return new Verdict(this, measured.value(metric), limit);
    }

    /**
     * A claim from its keys and values; {@code where} begins the sentence of a {@link UserError} ({@code "x.yaml: expect, claim 1"}).
     *
     * @param names of the figures there will be; empty where the run decides
     */
    static Claim of(@Nullable Object written, List<String> names, String where) {
        if (!(written instanceof Map<?, ?> keys)) {
            throw UserError.usage(where + " must be keys and values, as in {metric: val_loss, at_most: 1.88}.");
        }
        for (var key : keys.keySet()) {
            if (!KEYS.contains(String.valueOf(key))) {
                throw UserError.usage(where + ": unknown key '" + key + "'; " + Nearest.hint(String.valueOf(key), KEYS));
            }
        }
        if (!(keys.get("metric") instanceof String metric)) {
            throw UserError.usage(where + " names no metric" + (names.isEmpty() ? "." : "; known are " + String.join(", ", names) + "."));
        }
        known(metric, names, where);
        var relations = Stream.of(Relation.values()).filter(relation -> keys.get(relation.key()) != null).toList();
        if (relations.size() != 1) {
            throw UserError.usage(where + " must have either at_most or at_least.");
        }
        var relation = relations.getFirst();
        return new Claim(metric, relation, bound(keys.get(relation.key()), names, where + ": " + relation.key()),
                Objects.toString(keys.get("source"), ""));
    }

    private static Bound bound(@Nullable Object value, List<String> names, String where) {
        return switch (value) {
            case Number number when Double.isFinite(number.doubleValue()) -> new Bound.Figure(number.doubleValue());
            case String name -> {
                known(name, names, where);
                yield new Bound.Metric(name);
            }
            case null, default -> throw UserError.usage(where + " must be a number or the name of a metric, not '" + value + "'.");
        };
    }

    private static void known(String metric, Collection<String> names, String where) {
        if (!names.isEmpty() && !names.contains(metric)) {
            throw UserError.usage(where + ": unknown metric '" + metric + "'; " + Nearest.hint(metric, names));
        }
    }
}
