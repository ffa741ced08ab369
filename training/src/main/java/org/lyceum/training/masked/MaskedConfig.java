package org.lyceum.training.masked;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.models.EncoderConfig;
import org.lyceum.models.layers.EncoderBlock;
import org.lyceum.tensor.DType;
import org.lyceum.text.corpus.CorpusConfig;

/**
 * Everything that determines the pretraining of an encoder.
 *
 * @param seed of every random choice
 * @param from a folder with an encoder to train further, its tokenizer and shape included; null for a new one
 */
public record MaskedConfig(long seed, @Nullable String from, Data data, TokenizerChoice tokenizer, Model model, Objective objective,
        Train train) {
    /**
     * @param paths files, folders, {@code -} for standard input, or {@code wordnet}
     * @param corpus how files become documents
     * @param validation share of the data that is held out
     */
    public record Data(List<String> paths, CorpusConfig corpus, double validation) {
    }

    /**
     * @param vocabularySize tokens of the WordPiece vocabulary that is learned from the data
     * @param lowercase whether case and accents are lost
     * @param path a {@code tokenizer.json} with a mask token to use instead
     */
    public record TokenizerChoice(int vocabularySize, boolean lowercase, @Nullable String path) {
    }

    /**
     * @param width the residual stream
     * @param depth blocks
     * @param heads of attention
     * @param hiddenWidth of the feed-forward network; null: 4·width
     * @param context longest sequence, tokens
     * @param dropout probability
     */
    public record Model(int width, int depth, int heads, @Nullable Integer hiddenWidth, int context, double dropout) {
        /** BERT's arrangement, for so many tokens. */
        public EncoderConfig shape(int vocabularySize) {
            return new EncoderConfig(vocabularySize, context, 0, 2, width, depth, heads, hiddenWidth == null ? 4 * width : hiddenWidth,
                    EncoderBlock.Activation.GELU, 1e-12, dropout);
        }
    }

    /**
     * @param kind what is learned
     * @param rate share of the tokens that are hidden
     * @param reach for denoising: how many places a token may move
     */
    public record Objective(Kind kind, double rate, int reach) {
        /** What is learned. */
        public enum Kind {
            /** Guess the hidden tokens (Devlin et al. 2019, section 3.1). */
            MASKED,
            /** Restore the whole sequence, of which tokens are hidden and shuffled (Hill et al. 2016, section 3.1). */
            DENOISING;

            @Override
            public String toString() {
                return name().toLowerCase(Locale.ROOT);
            }
        }
    }

    /**
     * @param steps in all
     * @param batch sequences a step
     * @param learningRate the peak, of AdamW
     * @param warmup share of the steps over which the rate rises from 0; it then falls linearly to 0
     * @param weightDecay decoupled, times the rate; not on gains and offsets
     * @param clip the gradient's Euclidean norm is scaled down to at most this; 0 for no clipping
     * @param dtype of matrix products: bf16 or f32
     * @param evaluateEvery steps between validations and checkpoints; null: a tenth of the run
     * @param evaluateTokens of the held-out text that are validated on
     */
    public record Train(long steps, int batch, double learningRate, double warmup, double weightDecay, double clip, DType dtype,
            @Nullable Long evaluateEvery, long evaluateTokens) {
        public Train {
            if (steps < 1 || batch < 1 || evaluateTokens < 1 || evaluateEvery != null && evaluateEvery < 1) {
                throw UserError.usage("train.steps, batch, evaluate_every and evaluate_tokens must be at least 1.");
            }
            if (!(learningRate > 0 && Double.isFinite(learningRate)) || !(warmup >= 0 && warmup < 1) || !(weightDecay >= 0)
                    || !(clip >= 0)) {
                throw UserError.usage("train.learning_rate must be above 0, warmup from 0 up to 1, weight_decay and clip at least 0.");
            }
            if (dtype != DType.F32 && dtype != DType.BF16) {
                throw UserError.usage("train.dtype must be f32 or bf16, not " + dtype.name().toLowerCase(Locale.ROOT) + ".");
            }
        }
    }

    /** A small BERT: 4 blocks of 256, sequences of 128 tokens, 2,000 steps of 32. */
    public static final MaskedConfig DEFAULTS = new MaskedConfig(1, null, new Data(List.of(), CorpusConfig.DEFAULT, 0.02),
            new TokenizerChoice(8192, true, null), new Model(256, 4, 4, null, 128, 0.1), new Objective(Objective.Kind.MASKED, 0.15, 3),
            new Train(2000, 32, 5e-4, 0.06, 0.01, 1, DType.BF16, null, 20_000));

    /** The same run with other data. */
    public MaskedConfig withPaths(List<String> paths) {
        return new MaskedConfig(seed, from, new Data(paths, data.corpus(), data.validation()), tokenizer, model, objective, train);
    }
}
