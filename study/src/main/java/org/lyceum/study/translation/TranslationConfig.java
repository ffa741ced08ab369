package org.lyceum.study.translation;

import java.util.List;
import org.lyceum.foundation.UserError;
import org.lyceum.models.EncoderDecoderConfig;
import org.lyceum.models.EncoderDecoderConfig.Sharing;
import org.lyceum.models.layers.FeedForward;
import org.lyceum.tensor.DType;
import org.lyceum.training.optimizer.OptimizerConfig;
import org.lyceum.training.optimizer.Schedule;

/**
 * @param source ending of the files that are translated from, {@code en}
 * @param target ending of those that are translated into, {@code de}
 * @param train file of a side, {@code *} standing for its ending; line n of the one translates line n of the other
 * @param validation the same, for choosing the weights that are kept
 * @param test the same, for the figures
 * @param lowerCase whether all is learned and written in lower case
 * @param vocabulary tokens of the byte-pair vocabulary of both languages together
 * @param model the shape
 * @param training how it is trained
 * @param search how translations are searched for in the test
 * @param samples sentences of the test shown in the report, from its beginning
 * @param seed of all that is random
 */
record TranslationConfig(String source, String target, String train, String validation, String test, boolean lowerCase, int vocabulary,
        Model model, Training training, Search search, int samples, long seed) {
    static final TranslationConfig DEFAULTS = new TranslationConfig("en", "de", "train.*.gz", "val.*.gz", "test_2016_flickr.*.gz", true,
            6000, new Model(256, 128, 4, 3, 4, 256, FeedForward.Kind.RELU, true, Sharing.ALL, 0.3),
            new Training(45, 2560, 0.1, 0.998, 400,
                    DType.BF16, new OptimizerConfig(OptimizerConfig.Kind.ADAMW, 3e-3, 0.9, 0.98, 1e-9, 0, 0.95, 0),
                    new Schedule(Schedule.Kind.COSINE, 800, 0, 0.02)),
            new Search(5, List.of(0.6, 1.0, 1.5, 2.0, 2.5)), 12, 1);

    /**
     * The transformer.
     *
     * @param context the longest sentence, in tokens; longer pairs are left out of training
     * @param width W
     * @param encoderDepth blocks that read
     * @param decoderDepth blocks that write
     * @param heads H
     * @param hiddenWidth F
     * @param activation of the feed-forward networks
     * @param normFirst pre-norm, instead of post-norm as published, which learns later and at this rate not always
     * @param sharing of embeddings and head
     * @param dropout probability
     */
    record Model(int context, int width, int encoderDepth, int decoderDepth, int heads, int hiddenWidth, FeedForward.Kind activation,
            boolean normFirst, Sharing sharing, double dropout) {
        EncoderDecoderConfig of(int vocabulary) {
            return new EncoderDecoderConfig(vocabulary, context, width, encoderDepth, decoderDepth, heads, hiddenWidth, activation,
                    normFirst,
                    1e-5, sharing, dropout);
        }
    }

    /**
     * How it is trained.
     *
     * @param epochs ways through the pairs
     * @param batchTokens of a step, padding included, on the longer side
     * @param smoothing ε of the targets
     * @param averageDecay of the average of the weights over the steps, with which the model is judged and kept; 0 for the last weights
     * @param evaluateEvery steps between validations
     * @param dtype of matrix products
     * @param optimizer the optimizer
     * @param schedule of its learning rate
     */
    record Training(int epochs, int batchTokens, double smoothing, double averageDecay, int evaluateEvery, DType dtype,
            OptimizerConfig optimizer, Schedule schedule) {
    }

    /**
     * How the test is translated.
     *
     * @param beam hypotheses of a sentence
     * @param lengthPenalties α, each tried on the validation where there are several; the test is translated with the best
     */
    record Search(int beam, List<Double> lengthPenalties) {
    }

    TranslationConfig {
        if (training.epochs() < 1 || training.evaluateEvery() < 1 || samples < 0) {
            throw UserError.usage("translation.training.epochs and evaluate_every must be at least 1, translation.samples at least 0.");
        }
        if (!(training.smoothing() >= 0 && training.smoothing() < 1) || !(training.averageDecay() >= 0 && training.averageDecay() < 1)) {
            throw UserError.usage("translation.training.smoothing and average_decay must be at least 0 and below 1.");
        }
        if (search.lengthPenalties().isEmpty()) {
            throw UserError.usage("translation.search.length_penalties must name at least one, as in [1.0].");
        }
        if (!train.contains("*") || !validation.contains("*") || !test.contains("*")) {
            throw UserError.usage("translation.train, validation and test each name two files, with * for the language: train.*.gz.");
        }
    }

}
