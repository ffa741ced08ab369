package org.lyceum.study.evaluation;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.models.hub.PulledModels;
import org.lyceum.models.huggingface.EncoderFolder;
import org.lyceum.models.layers.Parameter;
import org.lyceum.text.labelled.Example;
import org.lyceum.text.tokenizer.Tokenizer;
import org.lyceum.training.finetune.FineTuning;
import org.lyceum.training.finetune.TextClassification;

/** Fine-tunes an encoder when it is first asked about a lesson, once for each seed, and lets it say the class of texts. */
final class Learner implements AutoCloseable {
    private final Path folder;
    private final Map<Long, TextClassification> taught = new HashMap<>();
    private @Nullable Lesson lesson;

    /** Over the encoder in {@code folder}, which is not changed. Throws {@link UserError} where there is none. */
    Learner(Path folder) {
        this.folder = PulledModels.locate(folder);
        if (!EncoderFolder.isEncoder(this.folder)) {
            throw new UserError(folder + " is no folder with a BERT or RoBERTa encoder, and only those are fine-tuned here.");
        }
    }

    /** The class of the request's text, by its place among the labels. */
    Answer say(Request.Taught request) {
        if (!request.lesson().equals(lesson)) {
            close();
            lesson = request.lesson();
        }
        var model = taught.computeIfAbsent(request.seed(), seed -> teach(request.lesson(), seed));
        var said = model.predict(List.of(new Example(request.text(), request.second(), "", 0))).getFirst();
        return Answer.numbers(List.of((double) request.lesson().labels().names().indexOf(said)));
    }

    private TextClassification teach(Lesson wanted, long seed) {
        var config = wanted.tuning().config().withSeed(seed);
        var model = new TextClassification(FineTuning.pretrained(folder, config), Tokenizer.load(folder), wanted.labels(),
                wanted.tuning().pooling(), config);
        model.train(wanted.train(), wanted.heldOut(), FineTuning.Place.NONE);
        return model;
    }

    /** Frees the weights. */
    @Override
    public void close() {
        taught.values().forEach(model -> model.model().parameters().forEach(Learner::free));
        taught.clear();
    }

    private static void free(Parameter parameter) {
        parameter.value().close();
    }
}
