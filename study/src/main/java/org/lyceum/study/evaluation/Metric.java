package org.lyceum.study.evaluation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleBiFunction;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.lyceum.foundation.Correlation;
import org.lyceum.study.evaluation.Task.Kind;

/**
 * What is measured of a task.
 *
 * @param name which one
 * @param ignoreCase of texts
 * @param ignorePunctuation of texts: ASCII's
 * @param ignored what is cut out of both texts before they are compared
 * @param at how many passages of a ranking count; 0 for what is of no ranking
 */
record Metric(Name name, boolean ignoreCase, boolean ignorePunctuation, List<Pattern> ignored, int at) {
    private static final Pattern PUNCTUATION = Pattern.compile("[\\p{Punct}]");
    private static final Pattern SPACE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

    /** How the values of documents become one. */
    enum Pooling {
        /** Their mean; its standard error is s/√n. */
        MEAN,
        /** Sums over sums, or a function of all documents at once; the standard error comes from resampling documents. */
        TOGETHER
    }

    /** The metrics by lm-evaluation-harness's names, and {@code acc_each}, which is ours. */
    enum Name {
        ACC(Pooling.MEAN, true), ACC_NORM(Pooling.MEAN, true), ACC_EACH(Pooling.MEAN, true), EXACT_MATCH(Pooling.MEAN, true), CONTAINS(
                Pooling.MEAN, true), F1(Pooling.TOGETHER, true), MCC(Pooling.TOGETHER, true), PERPLEXITY(Pooling.TOGETHER,
                        false), WORD_PERPLEXITY(Pooling.TOGETHER, false), BYTE_PERPLEXITY(Pooling.TOGETHER,
                                false), BITS_PER_BYTE(Pooling.TOGETHER, false), BLEU(Pooling.TOGETHER, true), CHRF(Pooling.TOGETHER, true),
        /** Rank correlation with people's numbers. */
        SPEARMAN(Pooling.TOGETHER, true),
        /** Linear correlation with people's numbers. */
        PEARSON(Pooling.TOGETHER, true),
        /** The share of documents that the model has no answer to, words that are not in its vocabulary. */
        MISSING(Pooling.MEAN, false),
        /** The gains of the first passages, discounted by their rank, over the best that there could be. */
        NDCG(Pooling.MEAN, true),
        /** The share of the relevant passages that are among the first. */
        RECALL(Pooling.MEAN, true),
        /** One over the rank of the first relevant passage; 0 where none is among the first. */
        MRR(Pooling.MEAN, true);

        final Pooling pooling;
        final boolean higherIsBetter;

        Name(Pooling pooling, boolean higherIsBetter) {
            this.pooling = pooling;
            this.higherIsBetter = higherIsBetter;
        }

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        boolean isOfRankings() {
            return this == NDCG || this == RECALL || this == MRR;
        }
    }

    static Metric of(Name name) {
        return new Metric(name, false, false, List.of(), name.isOfRankings() ? 10 : 0);
    }

    String key() {
        return name.key() + (at > 0 ? "@" + at : "");
    }

    /** Whether it is an accuracy, which chance has a part in. */
    boolean isAccuracy() {
        return name == Name.ACC || name == Name.ACC_NORM || name == Name.ACC_EACH;
    }

    /** Whether it is a function of all texts at once. */
    boolean isOfTexts() {
        return name == Name.BLEU || name == Name.CHRF;
    }

    boolean isCorrelation() {
        return name == Name.SPEARMAN || name == Name.PEARSON;
    }

    ToDoubleBiFunction<double[], double[]> correlation() {
        return name == Name.SPEARMAN ? Correlation::spearman : Correlation::pearson;
    }

    /** The metrics that make sense for a kind of task; the first ones are taken where a task names none. */
    static Set<Name> of(Kind kind) {
        return switch (kind) {
            case LOGLIKELIHOOD -> EnumSet.of(Name.PERPLEXITY, Name.ACC);
            case LOGLIKELIHOOD_ROLLING -> EnumSet.of(Name.WORD_PERPLEXITY, Name.BYTE_PERPLEXITY, Name.BITS_PER_BYTE);
            case MULTIPLE_CHOICE -> EnumSet.of(Name.ACC, Name.ACC_NORM, Name.F1, Name.MCC);
            case TRANSLATION -> EnumSet.of(Name.BLEU, Name.CHRF);
            case GENERATE_UNTIL -> EnumSet.of(Name.EXACT_MATCH, Name.CONTAINS, Name.F1, Name.BLEU, Name.CHRF);
            case MINIMAL_PAIRS -> EnumSet.of(Name.ACC);
            case TWO_BY_TWO -> EnumSet.of(Name.ACC, Name.ACC_EACH);
            case WORD_SIMILARITY -> EnumSet.of(Name.SPEARMAN, Name.PEARSON, Name.MISSING);
            case AGE_OF_ACQUISITION -> EnumSet.of(Name.SPEARMAN, Name.PEARSON);
            case RETRIEVAL -> EnumSet.of(Name.NDCG, Name.RECALL, Name.MRR);
            case FINE_TUNE -> EnumSet.of(Name.ACC, Name.F1, Name.MCC);
        };
    }

    /**
     * What one document adds: a value for a mean; (log-probability, weight) for a perplexity; (right, chosen) for F1 and MCC over classes.
     *
     * @param filter what is done to a text that the model wrote
     */
    double[] of(Outcome outcome, Kind kind, Filter filter) {
        var item = outcome.item();
        if (kind == Kind.FINE_TUNE) {
            return FineTuned.part(outcome);
        }
        return switch (name) {
            case ACC -> new double[]{kind == Kind.LOGLIKELIHOOD ? flag(outcome.answers().getFirst().greedy()) : accuracy(outcome, kind)};
            case ACC_NORM -> new double[]{flag(item.right().contains(best(outcome, true)))};
            case ACC_EACH -> new double[]{(flag(ownContext(outcome, 0)) + flag(ownContext(outcome, 1))) / 2};
            case EXACT_MATCH -> new double[]{flag(item.references().stream().map(this::plain)
                    .anyMatch(plain(filtered(outcome, filter))::equals))};
            case CONTAINS -> new double[]{flag(item.references().stream().map(this::plain)
                    .anyMatch(plain(filtered(outcome, filter))::contains))};
            case F1, MCC -> kind == Kind.GENERATE_UNTIL
                    ? new double[]{item.references().stream()
                            .mapToDouble(reference -> overlap(plain(filtered(outcome, filter)), plain(reference))).max().orElse(0)}
                    : new double[]{item.right().getFirst(), best(outcome, false)};
            case PERPLEXITY -> new double[]{outcome.logProbability(0), 1};
            case WORD_PERPLEXITY -> new double[]{outcome.logProbability(0), words(item.references().getFirst())};
            case BYTE_PERPLEXITY, BITS_PER_BYTE -> new double[]{outcome.logProbability(0), bytes(item.references().getFirst())};
            case SPEARMAN, PEARSON -> Agreement.part(outcome,
                    kind == Kind.AGE_OF_ACQUISITION ? List.of(AcquisitionAges.surprisal(outcome)) : outcome.answers().getFirst().numbers());
            case NDCG, RECALL, MRR -> new double[]{Retrieval.value(name, at, item,
                    outcome.answers().getFirst().numbers().stream().map(Double::intValue).toList())};
            case MISSING -> new double[]{flag(outcome.answers().getFirst().numbers().isEmpty())};
            case BLEU, CHRF -> new double[0]; // of all documents at once: Scores
        };
    }

    /** The value over documents that added {@code parts}. */
    double pooled(List<double[]> parts) {
        return switch (name) {
            case ACC, ACC_NORM, ACC_EACH, EXACT_MATCH, CONTAINS, MISSING, NDCG, RECALL, MRR -> parts.getFirst().length == 1
                    ? mean(parts)
                    : FineTuned.mean(parts, Metric::agreed);
            case F1 -> parts.getFirst().length == 1 ? mean(parts) : FineTuned.mean(parts, Metric::classF1);
            case MCC -> FineTuned.mean(parts, Metric::correlation);
            case PERPLEXITY, WORD_PERPLEXITY, BYTE_PERPLEXITY -> Math.exp(-perWeight(parts));
            case BITS_PER_BYTE -> -perWeight(parts) / Math.log(2);
            case SPEARMAN, PEARSON -> Agreement.of(parts, correlation());
            case BLEU, CHRF -> throw new IllegalStateException(name + " is of texts");
        };
    }

    String filtered(Outcome outcome, Filter filter) {
        return filter.apply(outcome.answers().stream().map(Answer::text).toList());
    }

    private static double accuracy(Outcome outcome, Kind kind) {
        return flag(switch (kind) {
            case MINIMAL_PAIRS -> outcome.logProbability(0) > outcome.logProbability(1);
            case TWO_BY_TWO -> ownContext(outcome, 0) && ownContext(outcome, 1);
            default -> outcome.item().right().contains(best(outcome, false));
        });
    }

    /** Whether target {@code t} is more probable behind its own context; requests are (context 0, target 0), (1, 0), (0, 1), (1, 1). */
    private static boolean ownContext(Outcome outcome, int t) {
        double first = outcome.logProbability(2 * t);
        double second = outcome.logProbability(2 * t + 1);
        return t == 0 ? first > second : second > first;
    }

    /** The choice with the highest log-probability, for each character where they are normalised; the first of equal ones. */
    static int best(Outcome outcome, boolean perCharacter) {
        var choices = outcome.item().choices();
        var values = IntStream.range(0, choices.size()).mapToDouble(i -> outcome.logProbability(i)
                / (perCharacter ? Math.max(1, choices.get(i).codePointCount(0, choices.get(i).length())) : 1)).toArray();
        return IntStream.range(0, values.length).reduce((a, b) -> values[b] > values[a] ? b : a).orElseThrow();
    }

    /** A text as it is compared. */
    private String plain(String text) {
        var result = text;
        for (var pattern : ignored) {
            result = pattern.matcher(result).replaceAll("");
        }
        result = ignoreCase ? result.toLowerCase(Locale.ROOT) : result;
        return ignorePunctuation ? PUNCTUATION.matcher(result).replaceAll("") : result;
    }

    /** F1 of the words that two texts share (SQuAD, Rajpurkar et al. 2016, section 6.1). */
    private static double overlap(String made, String reference) {
        var wanted = new ArrayList<>(Arrays.asList(SPACE.split(reference.strip())));
        var words = SPACE.split(made.strip());
        int of = wanted.size();
        int shared = 0;
        for (var word : words) {
            shared += wanted.remove(word) ? 1 : 0;
        }
        return 2.0 * shared / (words.length + of);
    }

    private static double mean(List<double[]> parts) {
        return parts.stream().mapToDouble(part -> part[0]).average().orElse(Double.NaN);
    }

    /** How often what was said is right. */
    private static double agreed(List<double[]> parts) {
        return (double) parts.stream().filter(part -> part[0] == part[1]).count() / parts.size();
    }

    /** F1 of class 1 (of two classes), of sums. */
    private static double classF1(List<double[]> parts) {
        double hits = parts.stream().filter(part -> part[0] == 1 && part[1] == 1).count();
        double ones = parts.stream().filter(part -> part[0] == 1).count();
        double said = parts.stream().filter(part -> part[1] == 1).count();
        return ones + said == 0 ? 0 : 2 * hits / (ones + said);
    }

    /** Matthews' correlation coefficient of two classes. */
    private static double correlation(List<double[]> parts) {
        var counts = new double[2][2];
        parts.forEach(part -> counts[part[0] == 1 ? 1 : 0][part[1] == 1 ? 1 : 0]++);
        double below = Math.sqrt((counts[1][1] + counts[0][1]) * (counts[1][1] + counts[1][0]) * (counts[0][0] + counts[0][1])
                * (counts[0][0] + counts[1][0]));
        return below == 0 ? 0 : (counts[1][1] * counts[0][0] - counts[0][1] * counts[1][0]) / below;
    }

    private static double perWeight(List<double[]> parts) {
        return parts.stream().mapToDouble(part -> part[0]).sum() / parts.stream().mapToDouble(part -> part[1]).sum();
    }

    /** Pieces between white space, empty ones at the ends counted, as lm-evaluation-harness counts words. */
    private static double words(String text) {
        return SPACE.split(text, -1).length;
    }

    private static double bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static double flag(boolean holds) {
        return holds ? 1 : 0;
    }
}
