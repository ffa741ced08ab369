package org.lyceum.app.bench;

import java.nio.file.Path;
import java.util.List;
import org.lyceum.foundation.Records;
import org.lyceum.foundation.WholeFiles;

/**
 * What Lyceum and its peers read from the folder of a benchmark of models: {@code spec.json} (this record), {@code weights.safetensors}
 * (f32), which Lyceum writes, and to train on {@link TrainingIds}.
 *
 * @param dtype of matrix products, {@code f32} or {@code bf16}
 * @param threads of one operator
 * @param device {@code cpu} or {@code cuda}
 * @param batches after so many the data begin again
 */
record WorkSpec(String size, int vocabulary, int context, int width, int depth, int heads, boolean bias, int batch, String dtype,
        int threads, String device, int batches, double learningRate, double beta1, double beta2, double epsilon, double weightDecay,
        double clip, long seed) {
    private static final int BATCHES = 256;

    static WorkSpec of(TrainingSize size, Conditions conditions) {
        return new WorkSpec(size.name(), size.vocabulary(), size.context(), size.width(), size.depth(), size.heads(), size.bias(),
                size.batch(), conditions.dtype(), conditions.threads(), conditions.device(), BATCHES, 6e-4, 0.9, 0.95, 1e-8, 0.1, 1.0, 1);
    }

    TrainingSize trainingSize() {
        return new TrainingSize(size, vocabulary, context, width, depth, heads, bias, batch);
    }

    /** The one in {@code folder}. */
    static WorkSpec read(Path folder) {
        var conditions = new Conditions(null, 1, 1, "f32", "cpu", null, List.of(), 0, _ -> {
        });
        return Records.read(of(TrainingSize.TOY, conditions), folder.resolve("spec.json"), List.of());
    }

    static Path weights(Path folder) {
        return folder.resolve("weights.safetensors");
    }

    /** Writes {@code spec.json}. */
    void write(Path folder) {
        WholeFiles.write(folder.resolve("spec.json"), Records.toJson(this));
    }
}
