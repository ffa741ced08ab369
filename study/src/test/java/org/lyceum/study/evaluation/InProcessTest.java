package org.lyceum.study.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lyceum.inference.CachedSequence;
import org.lyceum.inference.LanguageModel;
import org.lyceum.inference.LogProbabilities;
import org.lyceum.inference.Scorer;
import org.lyceum.models.Decoder;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.Initialisation;
import org.lyceum.models.RecurrentConfig;
import org.lyceum.models.RecurrentModel;
import org.lyceum.models.layers.Recurrence.Kind;
import org.lyceum.tensor.DType;
import org.lyceum.text.tokenizer.CharacterTokenizer;

class InProcessTest {
    private static final CharacterTokenizer TOKENIZER = CharacterTokenizer.of(List.of("abcdefg :\n"), List.of("<|endoftext|>"));

    private static LanguageModel model() {
        var decoder = new Decoder(DecoderConfig.llama(TOKENIZER.vocabularySize(), 32, 16, 2, 2, 1), DType.F32);
        Initialisation.of(decoder, 3);
        return new LanguageModel(decoder, TOKENIZER);
    }

    /** One that no engine computes in one pass. */
    private static LanguageModel recurrent() {
        var model = new RecurrentModel(new RecurrentConfig(Kind.LSTM, TOKENIZER.vocabularySize(), 32, 12, 2, true, 0), DType.F32);
        Initialisation.of(model, 3);
        return new LanguageModel(model, TOKENIZER);
    }

    private static List<List<Request>> documents() {
        var documents = new ArrayList<List<Request>>();
        for (var context : List.of("abc ab:", "", "g:\n ", "abcdefg abcdefg abcdefg abcdefg abcdefg:", "a")) {
            documents.add(List.of(new Request.Likelihood(context, " bad"), new Request.Likelihood(context, " fade"),
                    new Request.Likelihood(context, "g")));
        }
        return documents;
    }

    /** Token by token, each behind all that stand before it in the context: the slow way. White space at the context's end is scored, too. */
    private static double slowly(LanguageModel model, Request.Likelihood request) {
        var kept = request.context().stripTrailing();
        var scored = request.context().substring(kept.length()) + request.continuation();
        var start = kept.isEmpty() ? model.beginning() : model.promptIds(kept);
        var all = IntStream.concat(IntStream.of(start), IntStream.of(TOKENIZER.encode(scored))).toArray();
        int context = model.engine().config().context();
        int from = Math.max(0, all.length - context - 1);
        double sum = 0;
        try (var sequence = new CachedSequence(model.engine())) {
            for (int at = start.length; at < all.length; at++) {
                sum += LogProbabilities.of(sequence.next(all, from, at), all[at]);
            }
        }
        return sum;
    }

    @Test
    void whatIsSharedIsComputedOnceAndNothingChanges() {
        sameAsSlowly(model());
        sameAsSlowly(recurrent());
    }

    private static void sameAsSlowly(LanguageModel given) {
        try (var model = given; var subject = new InProcess(model, "toy", "toy", 3)) {
            var answers = subject.answer(documents());
            for (int d = 0; d < answers.size(); d++) {
                for (int q = 0; q < 3; q++) {
                    var request = (Request.Likelihood) documents().get(d).get(q);
                    assertThat(answers.get(d).get(q).logProbability()).as(request.toString()).isCloseTo(slowly(model, request),
                            within(1e-4));
                }
            }
        }
    }

    @Test
    void theNumbersAreTheSameWhateverTheBatchSize() {
        try (var model = model()) {
            var answers = new ArrayList<List<List<Answer>>>();
            for (int batch : List.of(1, 2, 5)) {
                try (var subject = new InProcess(model, "toy", "toy", batch)) {
                    answers.add(subject.answer(documents()));
                }
            }
            assertThat(answers.get(1)).isEqualTo(answers.get(0));
            assertThat(answers.get(2)).isEqualTo(answers.get(0));
        }
    }

    @Test
    void textsAreWrittenUpToTheirStop() {
        try (var model = model(); var subject = new InProcess(model, "toy", "toy", 2)) {
            var answers = subject.answer(List.of(List.of(new Request.Generate("abc", List.of(), 20, 0, 0)),
                    List.of(new Request.Generate("abc", List.of("b"), 20, 0, 0), new Request.Generate("g", List.of(), 3, 1, 7))));
            var whole = answers.getFirst().getFirst().text();
            assertThat(whole).hasSizeGreaterThan(3);
            assertThat(answers.getLast().getFirst().text()).isEqualTo(whole.contains("b") ? whole.substring(0, whole.indexOf('b')) : whole);
            assertThat(answers.getLast().getLast().text()).hasSizeLessThan(30);
        }
    }

    @Test
    void longTextsAreScoredInWindows() {
        for (var given : List.of(model(), recurrent())) {
            try (var model = given; var subject = new InProcess(model, "toy", "toy", 2)) {
                var texts = List.of("abcdefg ".repeat(12), "abc", "", "gfedcb ".repeat(5));
                var answers = subject.answer(texts.stream().<List<Request>>map(text -> List.of(new Request.Rolling(text))).toList());
                int context = model.engine().config().context();
                for (int i = 0; i < texts.size(); i++) {
                    var ids = IntStream.concat(IntStream.of(model.beginning()), IntStream.of(TOKENIZER.encode(texts.get(i)))).toArray();
                    double expected = Arrays.stream(new Scorer(model, context).logProbabilities(ids)).sum();
                    assertThat(answers.get(i).getFirst().logProbability()).as(texts.get(i)).isCloseTo(expected, within(1e-3));
                }
            }
        }
    }
}
