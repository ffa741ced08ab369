package org.lyceum.inference.translation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.Records;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.models.EncoderDecoder;
import org.lyceum.models.EncoderDecoderConfig;
import org.lyceum.models.EncoderDecoderConfig.Sharing;
import org.lyceum.models.ParameterFiles;
import org.lyceum.models.layers.FeedForward;
import org.lyceum.tensor.DType;
import org.lyceum.text.parallel.PairTokenizer;
import org.lyceum.text.tokenizer.Tokenizer;
import tools.jackson.core.JacksonException;

/** A translator's folder: {@code config.json}, {@code model.safetensors} (f32) and {@code tokenizer.json}. */
public final class TranslatorFolder {
    private static final String CONFIG = "config.json";
    private static final int LONGEST_CONTEXT = 1 << 16;
    private static final String KIND = "lyceum_translator";

    /**
     * What {@code config.json} holds.
     *
     * @param modelType says that the folder is a translator's
     * @param lowerCase whether it was trained on lower case
     * @param model its shape
     */
    private record Kept(String modelType, boolean lowerCase, EncoderDecoderConfig model) {
        static final Kept NOTHING = new Kept("", false,
                new EncoderDecoderConfig(1, 1, 1, 1, 1, 1, 1, FeedForward.Kind.RELU, false, 1e-5, Sharing.ALL, 0));
    }

    private TranslatorFolder() {
    }

    /** Writes the three files into an existing folder; for all or none of them pass the folder of {@link WholeFiles#writeFolder}. */
    public static void write(Path folder, EncoderDecoder model, PairTokenizer tokenizer) {
        ParameterFiles.write(folder.resolve(ParameterFiles.FILE_NAME), model.parameters());
        tokenizer.tokenizer().save(folder);
        WholeFiles.write(folder.resolve(CONFIG), Records.toJson(new Kept(KIND, tokenizer.lowerCase(), model.config())) + "\n");
    }

    /** Whether {@code folder} says that it is a translator's. */
    public static boolean isTranslator(Path folder) {
        try {
            return Files.isRegularFile(folder.resolve(CONFIG)) && KIND.equals(config(folder).modelType());
        } catch (UserError _) {
            return false;
        }
    }

    /** The translator's folder that {@code path} means: itself, or {@code model} within it, where a recipe's run keeps it. */
    public static Path find(Path path) {
        var within = path.resolve("model");
        return !isTranslator(path) && isTranslator(within) ? within : path;
    }

    /**
     * The translator in {@code folder}, on {@code Torch.device()}. Throws {@link UserError} naming the file where the folder is none, is
     * damaged, or its parts do not belong together.
     *
     * @param matmulType the number format of matrix products, in which the matrices are held
     */
    public static Translator read(Path folder, DType matmulType) {
        var kept = config(folder);
        if (!kept.modelType().equals(KIND)) {
            throw new UserError(folder + " does not hold a translator but a model of the kind '" + kept.modelType()
                    + "'; train one with a recipe such as recipes/multi30k-en-de.yaml.");
        }
        var weights = folder.resolve(ParameterFiles.FILE_NAME);
        requirePlausible(folder, kept.model(), weights);
        var tokenizer = PairTokenizer.of(Tokenizer.load(folder), kept.lowerCase());
        if (tokenizer.tokenizer().vocabularySize() > kept.model().vocabularySize()) {
            throw new UserError(folder + " holds a tokenizer of " + tokenizer.tokenizer().vocabularySize() + " tokens and a model of "
                    + kept.model().vocabularySize() + "; they belong to different models.");
        }
        var model = EncoderDecoder.forInference(kept.model(), matmulType);
        ParameterFiles.read(weights, model.parameters());
        return new Translator(model, tokenizer);
    }

    private static Kept config(Path folder) {
        var file = folder.resolve(CONFIG);
        if (!Files.isDirectory(folder)) {
            throw new UserError(Files.exists(folder)
                    ? folder + " is a file, not a model folder; name the folder that holds config.json."
                    : "There is no folder " + folder + "; check the path.");
        }
        if (!Files.exists(file)) {
            throw new UserError(folder + " holds no config.json; it is not a model folder.");
        }
        try {
            return Records.fromJson(Kept.NOTHING, Files.readString(file));
        } catch (JacksonException | UserError e) {
            throw new UserError(file + " is not the configuration of a translator; train one with a recipe such as "
                    + "recipes/multi30k-en-de.yaml, or copy the folder again.", e);
        } catch (IOException e) {
            throw IoErrors.reading(file, e);
        }
    }

    /** A damaged configuration must not make us allocate more than its weights could ever fill. */
    private static void requirePlausible(Path folder, EncoderDecoderConfig config, Path weights) {
        try {
            if (!Files.exists(weights)) {
                throw new UserError(folder + " holds no " + ParameterFiles.FILE_NAME + "; copy the folder again.");
            }
            long values = Files.size(weights) / DType.F32.bytes();
            if (config.context() > LONGEST_CONTEXT) { // no weight depends on it, but a table does
                throw new UserError(folder.resolve(CONFIG) + " asks for sentences of " + config.context() + " tokens; a translator takes "
                        + LONGEST_CONTEXT + " at most.");
            }
            if (config.parameterCount() > values) {
                throw new UserError(folder.resolve(CONFIG) + " describes a model of " + config.parameterCount()
                        + " parameters, and the weights beside it hold at most " + values + "; they belong to different models.");
            }
        } catch (IOException e) {
            throw IoErrors.reading(weights, e);
        }
    }
}
