package org.lyceum.training.finetune;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.models.Encoder;
import org.lyceum.models.Initialisation;
import org.lyceum.models.Pass;
import org.lyceum.models.heads.HeadedEncoder;
import org.lyceum.models.heads.SpanHead;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.text.labelled.Question;
import org.lyceum.text.sequence.SequenceBatch;
import org.lyceum.text.sequence.SequenceEncoder;
import org.lyceum.text.sequence.SequenceEncoder.Asked;
import org.lyceum.text.sequence.SequenceSource;
import org.lyceum.text.tokenizer.Tokenizer;
import org.lyceum.training.fit.Fit;
import org.lyceum.training.fit.Score;
import org.lyceum.training.objective.AnswerSpans;

/** Answers that stand in a text (Devlin et al. 2019, section 4.2), in whole words. */
public final class QuestionAnswering {
    /** The longest answer, in tokens. */
    private static final int LONGEST = 30;

    private final HeadedEncoder<SpanHead> model;
    private final Tokenizer tokenizer;
    private final SequenceEncoder sequences;
    private final FineTuningConfig config;

    /** A new head on {@code encoder}. */
    public QuestionAnswering(Encoder encoder, Tokenizer tokenizer, FineTuningConfig config) {
        this.tokenizer = tokenizer;
        this.config = config;
        var head = new SpanHead(encoder);
        Initialisation.ofEncoder(head.parameters(), Seeds.derive(config.seed(), "head", 0));
        model = new HeadedEncoder<>(encoder, head, config.train() == FineTuningConfig.Train.HEAD);
        sequences = new SequenceEncoder(tokenizer, Math.min(config.context(), encoder.config().context()), encoder.config().isRoberta());
    }

    public HeadedEncoder<SpanHead> model() {
        return model;
    }

    /** Learns from those of {@code train} whose answers are not cut off; the weights that answer {@code validation} best are kept. */
    public Fit.Outcome train(List<Question> train, List<Question> validation, FineTuning.Place place) {
        var whole = train.stream().map(sequences::question).map(Asked::sequence).filter(sequence -> sequence.targets()[0] >= 0).toList();
        if (whole.isEmpty()) {
            throw new UserError("No answer of the training data lies within the first " + config.context()
                    + " tokens; raise the context, or give shorter texts.");
        }
        var source = new SequenceSource(whole, config.batch(), EncoderFiles.padding(tokenizer), SequenceBatch.Targets.SPAN, config.seed());
        return FineTuning.run(model, tokenizer, new AnswerSpans(), source, () -> evaluate(validation), config, place);
    }

    /** SQuAD's figures (Rajpurkar et al. 2016, section 6.1): the mean F1 of the words, and beside it the share of exact answers. */
    public Score evaluate(List<Question> questions) {
        double f1 = 0;
        double exact = 0;
        for (var question : questions) {
            var got = words(answer(question));
            var wanted = words(question.answer());
            f1 += f1(got, wanted);
            exact += got.equals(wanted) ? 1 : 0;
        }
        return Score.highest("f1", f1 / questions.size()).with("exact", exact / questions.size());
    }

    /** The likeliest span of whole words of the question's text; its own answer is not looked at. */
    public String answer(Question question) {
        var asked = sequences.question(question);
        try (var _ = Scope.open(); var _ = NoGradient.open()) {
            var batch = SequenceBatch.of(List.of(asked.sequence()), 0, SequenceBatch.Targets.NONE);
            var scores = AnswerSpans.logits(model, batch, Pass.EVALUATION).floats(); // (2, 1, T)
            int n = batch.columns();
            int from = -1;
            int to = -1;
            double best = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < n; i++) {
                for (int j = i; asked.start()[i] >= 0 && j < Math.min(n, i + LONGEST) && asked.start()[j] >= 0; j++) {
                    if (scores[i] + scores[n + j] > best) {
                        best = scores[i] + scores[n + j];
                        from = asked.start()[i];
                        to = asked.end()[j];
                    }
                }
            }
            return from < 0 ? "" : question.context().substring(from, to);
        }
    }

    /** In lower case, without punctuation and articles. */
    private static List<String> words(String text) {
        var words = new ArrayList<String>();
        for (var word : text.toLowerCase(Locale.ROOT).replaceAll("\\p{Punct}", "").split("\\s+")) {
            if (!word.isEmpty() && !List.of("a", "an", "the").contains(word)) {
                words.add(word);
            }
        }
        return words;
    }

    private static double f1(List<String> got, List<String> wanted) {
        if (got.isEmpty() || wanted.isEmpty()) {
            return got.equals(wanted) ? 1 : 0;
        }
        var left = new HashMap<String, Integer>();
        wanted.forEach(word -> left.merge(word, 1, Integer::sum));
        int common = 0;
        for (var word : got) {
            if (left.merge(word, -1, Integer::sum) >= 0) {
                common++;
            }
        }
        return 2.0 * common / (got.size() + wanted.size());
    }
}
