package org.lyceum.training.finetune;

import java.nio.file.Path;
import java.util.List;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.models.CausalConfig;
import org.lyceum.models.CausalModel;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.Initialisation;
import org.lyceum.models.Pass;
import org.lyceum.models.RecurrentConfig;
import org.lyceum.models.classifiers.CausalClassifier;
import org.lyceum.models.huggingface.CausalFolder;
import org.lyceum.models.layers.Parameter;
import org.lyceum.tensor.DType;
import org.lyceum.text.labelled.Example;
import org.lyceum.text.labelled.Labels;
import org.lyceum.text.sequence.CausalSequences;
import org.lyceum.text.tokenizer.Tokenizer;
import org.lyceum.training.fit.Fit;
import org.lyceum.training.fit.ModelFiles;
import org.lyceum.training.objective.SentenceLabels;

/** Classes of texts, or of pairs of texts, learned by a model that was made to predict the next token (Radford et al. 2018, section 3.2). */
public final class CausalClassification {
    private final CausalClassifier model;
    private final LabelledTexts texts;
    private final FineTuningConfig config;

    /**
     * A new head on {@code body}. All of both learns; what {@code config} says of heads alone is for encoders.
     *
     * @param labels the classes, in the order of their ids
     */
    public CausalClassification(CausalModel body, Tokenizer tokenizer, Labels labels, CausalClassifier.Pooling pooling,
            FineTuningConfig config) {
        this.config = config;
        model = new CausalClassifier(body, pooling, labels.size(), config.dropout());
        Initialisation.ofEncoder(model.own(), Seeds.derive(config.seed(), "head", 0));
        var sequences = new CausalSequences(tokenizer, Math.min(config.context(), body.config().context()));
        texts = new LabelledTexts(labels, EncoderFiles.padding(tokenizer), example -> sequences.text(example.text(), example.second()),
                batch -> SentenceLabels.logits(model, batch, Pass.EVALUATION));
    }

    /** The model in {@code folder}, to be trained further in f32 with the configuration's dropout. Throws {@link UserError} where there is none. */
    public static CausalModel pretrained(Path folder, FineTuningConfig config) {
        var model = CausalModel.of(withDropout(CausalFolder.readConfig(folder), config.dropout()), DType.F32);
        CausalFolder.load(folder, model);
        return model;
    }

    private static CausalConfig withDropout(CausalConfig shape, double dropout) {
        return switch (shape) {
            case DecoderConfig decoder -> decoder.with(c -> c.dropout = dropout);
            case RecurrentConfig(var kind, var vocabulary, var context, var width, var depth, var tied, _) ->
                new RecurrentConfig(kind, vocabulary, context, width, depth, tied, dropout);
        };
    }

    /**
     * Learns from {@code train} in memory; the weights that do best on {@code validation} are kept. Throws {@link UserError} for a label that is
     * none of the classes.
     */
    public Fit.Outcome train(List<Example> train, List<Example> validation) {
        var held = texts.encoded(validation, Path.of("validation data"));
        return FineTuning.run(model, model.parameters(), ModelFiles.of(model.parameters()), new SentenceLabels(),
                texts.source(train, config),
                () -> texts.score(held), config, FineTuning.Place.NONE);
    }

    /** The class of each example, as the model has it. */
    public List<String> predict(List<Example> examples) {
        return texts.predict(examples);
    }

    /** Every weight, the body's and the head's. */
    public List<Parameter> parameters() {
        return model.all();
    }
}
