package org.lyceum.study.evaluation;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.LanguageModel;
import org.lyceum.inference.embedding.EmbeddingModel;
import org.lyceum.inference.translation.BeamConfig;
import org.lyceum.inference.translation.Translator;
import org.lyceum.inference.translation.TranslatorFolder;
import org.lyceum.study.contextual.Contextual;
import org.lyceum.tensor.DType;

/**
 * A model on this machine, opened as what the tasks ask for: to score and write text ({@link InProcess}), for the states that it has of words
 * ({@link WordStates}), to rank passages ({@link Ranker}), to be taught ({@link Learner}), to translate. What is never asked for is never read.
 */
public final class LocalModel implements Subject {
    /** Of translators: what {@code lyceum translate} takes. */
    private static final int BEAM = 5;

    private final Path path;
    private final String name;
    private final String identity;
    private final DType matmulType;
    private final int batch;
    private @Nullable LanguageModel language;
    private @Nullable InProcess writer;
    private @Nullable WordStates states;
    private @Nullable Ranker ranker;
    private @Nullable Translator translator;
    private @Nullable Learner learner;

    /**
     * The model at {@code path}, of which nothing is read yet.
     *
     * @param path a run folder, a checkpoint, a model folder, or a {@code .gguf} file; a decoder or an encoder
     * @param name what tables call it
     * @param identity what its answers depend on
     * @param matmulType the number format of matrix products
     * @param batch documents computed together
     */
    public LocalModel(Path path, String name, String identity, DType matmulType, int batch) {
        if (batch < 1) {
            throw UserError.usage("--batch-size must be at least 1, not " + batch + ".");
        }
        this.path = found(path);
        this.name = name;
        this.identity = identity;
        this.matmulType = matmulType;
        this.batch = batch;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String identity() {
        return identity;
    }

    @Override
    public List<List<Answer>> answer(List<List<Request>> documents) {
        return switch (documents.getFirst().getFirst()) {
            case Request.Likelihood _,Request.Rolling _,Request.Generate _ -> writer().answer(documents);
            case Request.Ranking _ -> ranker()
                    .rank(documents.stream().map(requests -> (Request.Ranking) requests.getFirst()).toList()).stream().map(List::of)
                    .toList();
            case Request.Taught _ -> documents.stream()
                    .map(requests -> requests.stream().map(request -> learner().say((Request.Taught) request)).toList()).toList();
            case Request.Translate _ -> translated(documents);
            case Request.Alike _ -> documents.stream()
                    .map(requests -> requests.stream().map(request -> states().alike((Request.Alike) request)).toList()).toList();
        };
    }

    /** What {@code given} means: a model's folder or file, or the best checkpoint of a run. Throws {@link UserError} where there is none. */
    public static Path found(Path given) {
        var translator = TranslatorFolder.find(given);
        return TranslatorFolder.isTranslator(translator)
                ? translator
                : EmbeddingModel.isAt(given) ? given : LanguageModel.checkpoint(given);
    }

    private InProcess writer() {
        if (writer == null) {
            if (TranslatorFolder.isTranslator(path) || EmbeddingModel.isAt(path)) {
                throw new UserError(name + (EmbeddingModel.isAt(path) ? " is an encoder" : " is a translator")
                        + ", which gives a text no probability; this task takes a language model.");
            }
            language = LanguageModel.load(path, matmulType);
            writer = new InProcess(language, name, identity, batch);
        }
        return writer;
    }

    private List<List<Answer>> translated(List<List<Request>> documents) {
        if (!TranslatorFolder.isTranslator(path)) {
            return writer().answer(documents.stream()
                    .map(requests -> requests.stream().<Request>map(request -> ((Request.Translate) request).asked()).toList()).toList());
        }
        if (translator == null) {
            translator = TranslatorFolder.read(path, matmulType);
        }
        var sources = documents.stream().map(requests -> ((Request.Translate) requests.getFirst()).source()).toList();
        return translator.best(sources, BeamConfig.of(BEAM, 1)).stream().map(text -> List.of(Answer.written(text))).toList();
    }

    private WordStates states() {
        if (states == null) {
            states = new WordStates(Contextual.load(path.toString()));
        }
        return states;
    }

    private Ranker ranker() {
        if (ranker == null) {
            if (!EmbeddingModel.isAt(path)) {
                throw new UserError(name + " is no embedding model, and this task takes one (a sentence-transformers folder, a BERT).");
            }
            ranker = new Ranker(EmbeddingModel.load(path, matmulType));
        }
        return ranker;
    }

    private Learner learner() {
        if (learner == null) {
            learner = new Learner(path);
        }
        return learner;
    }

    @Override
    public void close() {
        if (learner != null) {
            learner.close();
        }
        if (writer != null) {
            writer.close();
        }
        if (language != null) {
            language.close();
        }
    }
}
