package org.lyceum.app.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.lyceum.foundation.Records;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.WholeFiles;

/**
 * What Lyceum and its peers read from the folder of a training benchmark: {@code spec.json} (this record), {@code ids.bin} (i32,
 * little-endian: batches × rows × (context + 1)) and {@code weights.safetensors} (f32), which Lyceum writes.
 *
 * @param dtype of matrix products, {@code f32} or {@code bf16}
 * @param threads of one operator
 * @param device {@code cpu} or {@code cuda}
 * @param batches after so many the data begin again
 */
record WorkSpec(String size, int vocabulary, int context, int width, int depth, int heads, boolean bias, int batch, String dtype,
        int threads, String device, int batches, double learningRate, double beta1, double beta2, double epsilon, double weightDecay,
        double clip, long seed) {
    private static final int BATCHES = 64;

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

    static Path ids(Path folder) {
        return folder.resolve("ids.bin");
    }

    /** Writes {@code spec.json} and {@code ids.bin}. */
    void write(Path folder) {
        WholeFiles.write(folder.resolve("spec.json"), Records.toJson(this));
        var random = Seeds.generator(seed, "bench", 0);
        var ids = ByteBuffer.allocate(4 * batches * batch * (context + 1)).order(ByteOrder.LITTLE_ENDIAN);
        while (ids.hasRemaining()) {
            double u = random.nextDouble();
            ids.putInt((int) (vocabulary * u * u * u)); // some tokens are frequent, so that there is something to learn
        }
        WholeFiles.write(ids(folder), out -> out.write(ids.array()));
    }
}
