package org.lyceum.training.finetune;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Seeds;
import org.lyceum.models.Encoder;
import org.lyceum.models.EncoderConfig;
import org.lyceum.models.Initialisation;
import org.lyceum.models.heads.EncoderHead;
import org.lyceum.models.heads.HeadedEncoder;
import org.lyceum.models.huggingface.EncoderFolder;
import org.lyceum.models.layers.Parameter;
import org.lyceum.tensor.DType;
import org.lyceum.text.sequence.SequenceBatch;
import org.lyceum.text.sequence.SequenceSource;
import org.lyceum.text.tokenizer.Tokenizer;
import org.lyceum.training.Trainer;
import org.lyceum.training.fit.Fit;
import org.lyceum.training.fit.ModelFiles;
import org.lyceum.training.fit.Score;
import org.lyceum.training.objective.Objective;
import org.lyceum.training.optimizer.AdamW;
import org.lyceum.training.optimizer.OptimizerConfig;
import org.lyceum.training.optimizer.Schedule;

/** The part of fine-tuning that all tasks share: AdamW, warm-up and linear decay, a few epochs, the best weights by validation. */
public final class FineTuning {
    /**
     * Where a run is kept and heard.
     *
     * @param folder null to keep nothing
     * @param configuration what the run was asked to do, which the folder remembers
     * @param progress told how far it is; null for nobody
     */
    public record Place(@Nullable Path folder, Record configuration, @Nullable Consumer<String> progress) {
        /** Nothing is kept and nobody told. */
        public static final Place NONE = new Place(null, FineTuningConfig.DEFAULT, null);
    }

    private FineTuning() {
    }

    /** The encoder in {@code folder}, without the head that may stand there, to be trained further with the configuration's dropout. */
    public static Encoder pretrained(Path folder, FineTuningConfig config) {
        var encoder = new Encoder(EncoderFolder.readConfig(folder).withDropout(config.dropout()), DType.F32);
        EncoderFolder.load(folder, encoder);
        return encoder;
    }

    /** An encoder of that shape with first weights. */
    public static Encoder untrained(EncoderConfig shape, FineTuningConfig config) {
        var encoder = new Encoder(shape.withDropout(config.dropout()), DType.F32);
        Initialisation.ofEncoder(encoder.parameters(), Seeds.derive(config.seed(), "encoder", 0));
        return encoder;
    }

    /**
     * Trains {@code model}, which is left with its best weights.
     *
     * @param tokenizer goes into the checkpoints, which are model folders
     * @param validation the score as the model stands
     */
    public static <H extends EncoderHead> Fit.Outcome run(HeadedEncoder<H> model, Tokenizer tokenizer,
            Objective<HeadedEncoder<H>, SequenceBatch> objective, SequenceSource source, Supplier<Score> validation,
            FineTuningConfig config,
            Place place) {
        return run(model, model.trained(), new EncoderFiles(model, tokenizer), objective, source, validation, config, place);
    }

    /**
     * The same of any model.
     *
     * @param trained the parameters that learning changes
     * @param files how checkpoints are written
     */
    static <M> Fit.Outcome run(M model, List<Parameter> trained, ModelFiles files, Objective<? super M, SequenceBatch> objective,
            SequenceSource source, Supplier<Score> validation, FineTuningConfig config, Place place) {
        long steps = (long) config.epochs() * source.batches();
        var setup = new Trainer.Setup<>(model, trained, source::batch, source.tokensPerBatch(), objective,
                new AdamW(trained, config.learningRate(), adam(config)), linear(config.warmup(), steps), config.learningRate(),
                new Trainer.Loop(steps, 1, config.clip(), false), config.seed());
        long every = Math.max(1, source.batches() / config.evaluations());
        return Fit.run(setup, new Fit.Plan(place.folder(), place.configuration(), files, every, validation, every, place.progress()));
    }

    private static OptimizerConfig adam(FineTuningConfig config) {
        return new OptimizerConfig(OptimizerConfig.Kind.ADAMW, config.learningRate(), 0.9, 0.999, 1e-8, config.weightDecay(), 0,
                config.clip());
    }

    /** Up over a share {@code warmup} of {@code steps}, then down to 0 at the last. */
    public static Schedule linear(double warmup, long steps) {
        int rising = (int) Math.round(warmup * steps);
        return new Schedule(Schedule.Kind.WSD, rising, steps == 0 ? 1 : (double) (steps - rising) / steps, 0);
    }
}
