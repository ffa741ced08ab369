package org.lyceum.inference.translation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.models.EncoderDecoder;
import org.lyceum.models.EncoderDecoderConfig;
import org.lyceum.models.EncoderDecoderConfig.Sharing;
import org.lyceum.models.Pass;
import org.lyceum.models.layers.FeedForward;
import org.lyceum.models.layers.Parameter;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/** Beam search against trying everything, and against a search that is written down plainly and computes each beginning anew. */
class BeamSearchTest {
    private static final int START = 0;
    private static final int END = 1;

    static EncoderDecoder model(int vocabulary, int context, long seed) {
        var config = new EncoderDecoderConfig(vocabulary, context, 8, 1, 2, 2, 12, FeedForward.Kind.RELU, true, 1e-5, Sharing.ALL, 0.1);
        var model = new EncoderDecoder(config, DType.F32);
        try (var _ = Scope.open(); var _ = NoGradient.open()) {
            for (var parameter : model.parameters()) {
                var values = Tensor.normal(Seeds.derive(seed, parameter.name(), 0), 0.5, parameter.value().shape());
                parameter.value().copyFrom(parameter.role() == Parameter.Role.NORM ? values.plus(1) : values);
            }
        }
        return model;
    }

    /** log p(next token | source, ids) with nothing cached. */
    private static double[] next(EncoderDecoder model, int[] source, List<Integer> ids) {
        var inputs = IntStream.concat(IntStream.of(START), ids.stream().mapToInt(Integer::intValue)).toArray();
        try (var _ = Scope.open(); var _ = NoGradient.open()) {
            var read = model.read(Tensor.ofIds(source, 1, source.length), new int[]{source.length}, Pass.EVALUATION);
            var logits = model.head(model.hidden(Tensor.ofIds(inputs, 1, inputs.length), read, Pass.EVALUATION));
            return logits.logSoftmax(-1).select(1, inputs.length - 1).doubles();
        }
    }

    private record Path(List<Integer> ids, double logs) {
        Path with(int token, double log) {
            var longer = new ArrayList<>(ids);
            longer.add(token);
            return new Path(List.copyOf(longer), logs + log);
        }
    }

    private static Hypothesis finished(Path path, double endLog, double alpha) {
        double logs = path.logs() + endLog;
        return new Hypothesis(path.ids(), logs, logs / Math.pow((5 + path.ids().size() + 1) / 6.0, alpha));
    }

    private static List<Hypothesis> sorted(List<Hypothesis> all) {
        return all.stream().sorted(Comparator.comparingDouble(Hypothesis::score).reversed()).toList();
    }

    /** A beam that holds every beginning finds what trying every translation finds, in the same order. */
    @ParameterizedTest
    @CsvSource({"1,0", "2,0.6", "3,1", "4,2"})
    void aBeamThatHoldsEverythingFindsTheBest(long seed, double alpha) {
        var model = model(4, 12, seed);
        int[] source = {2, 3, END};
        int limit = source.length + 2;
        var all = new ArrayList<Hypothesis>();
        enumerate(model, source, new Path(List.of(), 0), limit, alpha, all);
        assertThat(all).hasSize(1 + 3 + 9 + 27 + 81);
        var wanted = sorted(all).subList(0, 8);
        var got = new BeamSearch(model, START, END, new BeamConfig(200, alpha, 8, 2)).search(List.of(source)).getFirst();
        same(got, wanted);
    }

    private static void enumerate(EncoderDecoder model, int[] source, Path path, int limit, double alpha, List<Hypothesis> all) {
        var logs = next(model, source, path.ids());
        all.add(finished(path, logs[END], alpha));
        for (int token = 0; path.ids().size() + 1 < limit && token < logs.length; token++) {
            if (token != END) {
                enumerate(model, source, path.with(token, logs[token]), limit, alpha, all);
            }
        }
    }

    /** Several sentences of different lengths at once, each as if it were alone and computed plainly. */
    @ParameterizedTest
    @CsvSource({"1,0,1,1", "1,0.6,1,2", "3,0,2,3", "3,0.6,3,4", "5,1,5,5", "5,0.6,1,6", "2,3,2,7"})
    void findsWhatAPlainSearchFinds(int beam, double alpha, int best, long seed) {
        var model = model(9, 14, seed);
        var sources = List.of(new int[]{2, 3, 4, 5, END}, new int[]{6, END}, new int[]{8, 7, 8, END}, new int[]{4, 4, 2, END});
        var config = new BeamConfig(beam, alpha, best, 4);
        var got = new BeamSearch(model, START, END, config).search(sources);
        for (int i = 0; i < sources.size(); i++) {
            same(got.get(i), plain(model, sources.get(i), config));
        }
    }

    private static List<Hypothesis> plain(EncoderDecoder model, int[] source, BeamConfig config) {
        record Candidate(Path path, int token, double logs) {
        }
        int limit = source.length + config.extraTokens();
        var live = List.of(new Path(List.of(), 0));
        var finished = new ArrayList<Hypothesis>();
        while (!live.isEmpty() && finished.size() < config.beam()) {
            if (finished.size() >= config.best() && live.getFirst().logs() / Math.pow((5 + limit) / 6.0,
                    config.lengthPenalty()) <= sorted(finished).get(config.best() - 1).score()) {
                break;
            }
            var candidates = new ArrayList<Candidate>();
            for (var path : live) {
                var logs = next(model, source, path.ids());
                for (int token = 0; token < logs.length; token++) {
                    if (token == END || path.ids().size() + 1 < limit) {
                        candidates.add(new Candidate(path, token, path.logs() + logs[token]));
                    }
                }
            }
            boolean last = live.getFirst().ids().size() + 1 == limit;
            candidates.sort(Comparator.comparingDouble(Candidate::logs).reversed());
            var next = new ArrayList<Path>();
            for (int i = 0; i < candidates.size() && next.size() < config.beam(); i++) {
                var c = candidates.get(i);
                if (c.token() != END) {
                    next.add(c.path().with(c.token(), c.logs() - c.path().logs()));
                } else if (last || i < config.beam()) {
                    finished.add(finished(c.path(), c.logs() - c.path().logs(), config.lengthPenalty()));
                }
            }
            live = next;
        }
        return sorted(finished).subList(0, Math.min(config.best(), finished.size()));
    }

    private static void same(List<Hypothesis> got, List<Hypothesis> wanted) {
        assertThat(got.stream().map(Hypothesis::ids).toList()).isEqualTo(wanted.stream().map(Hypothesis::ids).toList());
        for (int i = 0; i < got.size(); i++) {
            assertThat(got.get(i).logProbability()).isCloseTo(wanted.get(i).logProbability(), within(1e-4));
            assertThat(got.get(i).score()).isCloseTo(wanted.get(i).score(), within(1e-4));
        }
    }

    @Test
    void theContextIsALimitToo() {
        var model = model(9, 5, 3);
        var found = new BeamSearch(model, START, END, BeamConfig.of(4, 1)).search(List.of(new int[]{5, 6, 7, 3, END})).getFirst();
        assertThat(found.getFirst().ids().size()).isLessThanOrEqualTo(4);
    }

    @Test
    void theLengthPenaltyIsThatOfItsPaper() {
        assertThat(BeamConfig.of(4, 0.6).worth(-6, 7)).isCloseTo(-6 / Math.pow(12 / 6.0, 0.6), within(1e-12));
        assertThat(BeamConfig.of(4, 0).worth(-6, 7)).isEqualTo(-6);
    }

    @Test
    void impossibleSearchesAreUserErrors() {
        assertThatThrownBy(() -> BeamConfig.of(0, 1)).isInstanceOf(UserError.class).hasMessageContaining("beam=0");
        assertThatThrownBy(() -> BeamConfig.of(5, -1)).isInstanceOf(UserError.class).hasMessageContaining("length_penalty=-1");
        assertThatThrownBy(() -> new BeamConfig(2, 0, 3, 5)).isInstanceOf(UserError.class).hasMessageContaining("3 best");
    }
}
