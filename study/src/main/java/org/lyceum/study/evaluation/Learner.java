package org.lyceum.study.evaluation;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.translation.TranslatorFolder;
import org.lyceum.models.classifiers.CausalClassifier;
import org.lyceum.models.heads.SequenceHead;
import org.lyceum.models.hub.PulledModels;
import org.lyceum.models.huggingface.EncoderFolder;
import org.lyceum.models.layers.Parameter;
import org.lyceum.text.labelled.Example;
import org.lyceum.text.tokenizer.Tokenizer;
import org.lyceum.training.finetune.CausalClassification;
import org.lyceum.training.finetune.FineTuning;
import org.lyceum.training.finetune.TextClassification;

/** Fine-tunes an encoder or a decoder when it is first asked about a lesson, once for each seed, and lets it say the class of texts. */
final class Learner implements AutoCloseable {
    private final Path folder;
    private final boolean encoder;
    private final Map<Long, Taught> taught = new HashMap<>();
    private @Nullable Lesson lesson;

    /**
     * A model that has learned.
     *
     * @param says the class of a text
     * @param weights all that it holds
     */
    private record Taught(Function<Example, String> says, List<Parameter> weights) {
    }

    /** Over the model in {@code path}, which is not changed. Throws {@link UserError} where there is none whose weights can be trained. */
    Learner(Path path) {
        folder = PulledModels.locate(path);
        if (Files.isRegularFile(folder)) {
            throw new UserError(folder + " is a GGUF file, whose weights cannot be trained; make a model folder of it (lyceum convert "
                    + "--model " + folder.getFileName() + " --to hf --out D) and name that.");
        }
        if (TranslatorFolder.isTranslator(folder)) {
            throw new UserError(folder + " is a translator, and this task takes an encoder or a language model.");
        }
        encoder = EncoderFolder.isEncoder(folder);
    }

    /** The class of the request's text, by its place among the labels. */
    Answer say(Request.Taught request) {
        if (!request.lesson().equals(lesson)) {
            close();
            lesson = request.lesson();
        }
        var model = taught.computeIfAbsent(request.seed(),
                seed -> encoder ? encoder(request.lesson(), seed) : decoder(request.lesson(), seed));
        var said = model.says().apply(new Example(request.text(), request.second(), "", 0));
        return Answer.numbers(List.of((double) request.lesson().labels().names().indexOf(said)));
    }

    private Taught encoder(Lesson wanted, long seed) {
        var config = wanted.tuning().config().withSeed(seed);
        var pooling = wanted.tuning().pooling() == Lesson.Pooling.CLS ? SequenceHead.Pooling.CLS : SequenceHead.Pooling.MEAN;
        if (wanted.tuning().pooling() == Lesson.Pooling.LAST) {
            throw new UserError(folder + " is an encoder, of which fine_tune.pooling is cls or mean, not last.");
        }
        var model = new TextClassification(FineTuning.pretrained(folder, config), Tokenizer.load(folder), wanted.labels(), pooling, config);
        model.train(wanted.train(), wanted.heldOut(), FineTuning.Place.NONE);
        return new Taught(example -> model.predict(List.of(example)).getFirst(), model.model().parameters());
    }

    private Taught decoder(Lesson wanted, long seed) {
        var config = wanted.tuning().config().withSeed(seed);
        var pooling = wanted.tuning().pooling() == Lesson.Pooling.MEAN ? CausalClassifier.Pooling.MEAN : CausalClassifier.Pooling.LAST;
        if (wanted.tuning().pooling() == Lesson.Pooling.CLS) {
            throw new UserError(folder + " is a decoder, whose first token has seen nothing: fine_tune.pooling is last or mean, not cls.");
        }
        var model = new CausalClassification(CausalClassification.pretrained(folder, config), Tokenizer.load(folder), wanted.labels(),
                pooling, config);
        model.train(wanted.train(), wanted.heldOut());
        return new Taught(example -> model.predict(List.of(example)).getFirst(), model.parameters());
    }

    /** Frees the weights. */
    @Override
    public void close() {
        taught.values().forEach(model -> model.weights().forEach(Learner::free));
        taught.clear();
    }

    private static void free(Parameter parameter) {
        parameter.value().close();
    }
}
