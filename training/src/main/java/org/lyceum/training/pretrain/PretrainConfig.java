package org.lyceum.training.pretrain;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.layers.FeedForward;
import org.lyceum.models.layers.Norm;
import org.lyceum.tensor.DType;
import org.lyceum.text.corpus.CorpusConfig;
import org.lyceum.text.shard.BatchConfig;
import org.lyceum.text.shard.DatasetConfig;
import org.lyceum.training.optimizer.OptimizerConfig;
import org.lyceum.training.optimizer.Schedule;

/**
 * Everything that determines a pretraining run. What is null follows the depth dial ({@link DepthDial}); a run's {@code config.yaml} holds
 * the resolved values.
 *
 * @param seed of every random choice
 */
public record PretrainConfig(long seed, Data data, TokenizerChoice tokenizer, Model model, OptimizerConfig optimizer, Schedule schedule,
        Train train,
        Evaluate evaluate, Checkpoint checkpoint) {

    /**
     * @param paths files, folders, {@code -} for standard input, or {@code wordnet}
     * @param corpus how files become documents
     * @param validation share of the data that is held out
     * @param split whether whole documents are held out, chosen by a hash of their text, or the last part of the text
     * @param packing whether a row may hold several documents
     * @param order how rows are drawn
     */
    public record Data(List<String> paths, CorpusConfig corpus, double validation, DatasetConfig.Split split, BatchConfig.Packing packing,
            BatchConfig.Order order) {
    }

    /**
     * @param kind byte-level BPE, or one token a character
     * @param vocabularySize tokens, the special ones included; for BPE
     * @param path a {@code tokenizer.json} to use instead of training one
     */
    public record TokenizerChoice(Kind kind, int vocabularySize, @Nullable String path) {
        /** Which tokenizer. */
        public enum Kind {
            BPE, CHARACTER
        }
    }

    /**
     * @param family what the other choices default to
     * @param depth blocks, or layers of a recurrent net; the dial
     * @param width the residual stream; null: 64 for each block
     * @param heads query heads; null: one for each 64 of width
     * @param keyValueHeads null: as many as heads
     * @param headWidth null: width / heads
     * @param hiddenWidth of the feed-forward network; null: 4·width, or 8/3·width for SwiGLU
     * @param context longest sequence, tokens
     * @param norm null: the family's
     * @param positions null: the family's
     * @param ropeTheta base of the rotary frequencies
     * @param activation null: the family's
     * @param bias null: the family's
     * @param qkNorm null: the family's
     * @param tiedEmbeddings whether the head shares the embedding's matrix
     * @param dropout probability
     */
    public record Model(Family family, int depth, @Nullable Integer width, @Nullable Integer heads, @Nullable Integer keyValueHeads,
            @Nullable Integer headWidth, @Nullable Integer hiddenWidth, int context, Norm.@Nullable Kind norm,
            DecoderConfig.@Nullable Positions positions,
            double ropeTheta, FeedForward.@Nullable Kind activation, @Nullable Boolean bias, @Nullable Boolean qkNorm,
            boolean tiedEmbeddings, double dropout) {
        public Model {
            atLeastOne("model.depth", depth);
            atLeastOne("model.context", context);
        }

        /** Named sets of choices. */
        public enum Family {
            /** Layer norm, learned positions, GELU, biases. */
            GPT2,
            /** RMS norm, rotary positions, SwiGLU. */
            LLAMA,
            /** Llama with queries and keys normalised per head. */
            QWEN3,
            /** A recurrent net of Elman's. Recurrent nets have no heads, positions, norms and feed-forward network. */
            RNN,
            /** A recurrent net of gated recurrent units. */
            GRU,
            /** A recurrent net of long short-term memory. */
            LSTM
        }
    }

    /**
     * @param batch rows of a micro-batch; null follows the dial
     * @param accumulation micro-batches a step
     * @param steps in all; null: as many as the token budget needs
     * @param tokensPerParameter the token budget when steps is null (Hoffmann et al. 2022: about 20 is compute-optimal)
     * @param dtype of matrix products: bf16 or f32
     * @param checkpointing whether blocks are recomputed in backward to save memory
     */
    public record Train(@Nullable Integer batch, int accumulation, @Nullable Long steps, double tokensPerParameter, DType dtype,
            boolean checkpointing) {
        public Train {
            atLeastOne("train.batch", batch);
            atLeastOne("train.accumulation", accumulation);
            atLeastOne("train.steps", steps);
            if (!(tokensPerParameter > 0)) {
                throw UserError.usage("train.tokens_per_parameter=" + tokensPerParameter + " must be above 0.");
            }
            if (dtype != DType.F32 && dtype != DType.BF16) {
                throw UserError.usage("train.dtype must be f32 or bf16, not " + dtype.name().toLowerCase(Locale.ROOT) + ".");
            }
        }
    }

    /**
     * @param every steps between validations; null: a tenth of the run
     * @param tokens of the validation split used during training; the last validation uses all of it
     * @param sampleEvery steps between samples; null: with each validation
     * @param prompts that the samples complete
     * @param sampleTokens longest sample
     * @param tasks put to the model with each validation, named as for {@code lyceum evaluate}
     * @param taskData the folder that the tasks' files are relative to
     * @param taskLimit documents of each task
     */
    public record Evaluate(@Nullable Long every, long tokens, @Nullable Long sampleEvery, List<String> prompts, int sampleTokens,
            List<String> tasks, String taskData, int taskLimit) {
        public Evaluate {
            atLeastOne("evaluate.every", every);
            atLeastOne("evaluate.tokens", tokens);
            atLeastOne("evaluate.sample_every", sampleEvery);
            atLeastOne("evaluate.sample_tokens", sampleTokens);
            atLeastOne("evaluate.task_limit", taskLimit);
        }
    }

    /**
     * @param every steps between checkpoints; null: with each validation
     * @param keepLast newest checkpoints kept beside the best
     * @param perTenfold checkpoints kept for good in each tenfold of the steps, evenly in their logarithm; 0 for none
     */
    public record Checkpoint(@Nullable Long every, int keepLast, int perTenfold) {
        public Checkpoint {
            atLeastOne("checkpoint.every", every);
            atLeastOne("checkpoint.keep_last", keepLast);
            if (perTenfold < 0) {
                throw UserError.usage("checkpoint.per_tenfold=" + perTenfold + " must be at least 0.");
            }
        }
    }

    private static void atLeastOne(String key, @Nullable Number value) {
        if (value != null && value.longValue() < 1) {
            throw UserError.usage(key + "=" + value + " must be at least 1.");
        }
    }

    /** The defaults, before the dial. */
    public static final PretrainConfig DEFAULTS = new PretrainConfig(
            1,
            new Data(List.of(), CorpusConfig.DEFAULT, 0.02, DatasetConfig.Split.AUTO, BatchConfig.Packing.CONCAT,
                    BatchConfig.Order.PERMUTATION),
            new TokenizerChoice(TokenizerChoice.Kind.BPE, 4096, null),
            new Model(Model.Family.QWEN3, 4, null, null, null, null, null, 256, null, null, 10_000, null, null, null, true, 0),
            OptimizerConfig.DEFAULTS,
            new Schedule(Schedule.Kind.WSD, 40, 0.4, 0.0),
            new Train(null, 1, null, 20, DType.BF16, false),
            new Evaluate(null, 20_000, null, List.of("The", "A", "In the"), 60, List.of(), "", 100),
            new Checkpoint(null, 2, 0));

    PretrainConfig with(Model changed) {
        return new PretrainConfig(seed, data, tokenizer, changed, optimizer, schedule, train, evaluate, checkpoint);
    }

    PretrainConfig with(Train changed) {
        return new PretrainConfig(seed, data, tokenizer, model, optimizer, schedule, changed, evaluate, checkpoint);
    }

    PretrainConfig with(OptimizerConfig changed) {
        return new PretrainConfig(seed, data, tokenizer, model, changed, schedule, train, evaluate, checkpoint);
    }

    /** The same run for another number of steps. */
    public PretrainConfig withSteps(long steps) {
        return with(
                new Train(train.batch(), train.accumulation(), steps, train.tokensPerParameter(), train.dtype(), train.checkpointing()));
    }
}
