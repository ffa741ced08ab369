package org.lyceum.training.finetune;

import java.nio.file.Path;
import java.util.List;
import org.lyceum.foundation.Seeds;
import org.lyceum.models.Encoder;
import org.lyceum.models.Initialisation;
import org.lyceum.models.Pass;
import org.lyceum.models.heads.HeadedEncoder;
import org.lyceum.models.heads.SequenceHead;
import org.lyceum.text.labelled.Example;
import org.lyceum.text.labelled.Labels;
import org.lyceum.text.sequence.SequenceEncoder;
import org.lyceum.text.tokenizer.Tokenizer;
import org.lyceum.training.fit.Fit;
import org.lyceum.training.fit.Score;
import org.lyceum.training.objective.SequenceLabels;

/** Classes of texts, or of pairs of texts (Devlin et al. 2019, section 4.1). */
public final class TextClassification {
    private final HeadedEncoder<SequenceHead> model;
    private final Tokenizer tokenizer;
    private final LabelledTexts texts;
    private final FineTuningConfig config;

    /**
     * A new head on {@code encoder}, which is trained with it unless the configuration says otherwise.
     *
     * @param labels the classes, in the order of their ids
     */
    public TextClassification(Encoder encoder, Tokenizer tokenizer, Labels labels, SequenceHead.Pooling pooling, FineTuningConfig config) {
        this.tokenizer = tokenizer;
        this.config = config;
        var head = new SequenceHead(encoder, pooling, labels.names());
        Initialisation.ofEncoder(head.parameters(), Seeds.derive(config.seed(), "head", 0));
        model = new HeadedEncoder<>(encoder, head, config.train() == FineTuningConfig.Train.HEAD);
        var sequences = new SequenceEncoder(tokenizer, Math.min(config.context(), encoder.config().context()),
                encoder.config().isRoberta());
        texts = new LabelledTexts(labels, EncoderFiles.padding(tokenizer), example -> sequences.text(example.text(), example.second()),
                batch -> SequenceLabels.logits(model, batch, Pass.EVALUATION));
    }

    /** The model, as trained as it is. */
    public HeadedEncoder<SequenceHead> model() {
        return model;
    }

    /**
     * Learns from {@code train}; the weights that do best on {@code validation} are kept. Throws {@link org.lyceum.foundation.UserError} for a
     * label that is none of the classes, with its line in {@code file}.
     */
    public Fit.Outcome train(List<Example> train, List<Example> validation, FineTuning.Place place) {
        var source = texts.source(train, config);
        var held = texts.encoded(validation, Path.of("validation data"));
        return FineTuning.run(model, tokenizer, new SequenceLabels(), source, () -> texts.score(held), config, place);
    }

    /** How well the model tells the classes of {@code examples}. */
    public Score evaluate(List<Example> examples) {
        return texts.score(texts.encoded(examples, Path.of("data")));
    }

    /** The class of each example, as the model has it. */
    public List<String> predict(List<Example> examples) {
        return texts.predict(examples);
    }
}
