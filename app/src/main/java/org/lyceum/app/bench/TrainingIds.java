package org.lyceum.app.bench;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.text.shard.BatchConfig;
import org.lyceum.text.shard.BatchSource;
import org.lyceum.text.shard.ShardWriter;
import org.lyceum.text.shard.TokenShard;
import org.lyceum.text.shard.TokenSplit;

/**
 * Made-up ids to train on: a token shard, which Lyceum reads as {@code pretrain} does (memory-mapped, rows in the order of a permutation),
 * and {@code ids.bin}, the batches that come of it, laid out in their order for the peers.
 */
final class TrainingIds {
    private TrainingIds() {
    }

    /** Writes {@code train-00000.bin} and {@code ids.bin} (i32, little-endian: batches × rows × (context + 1)). */
    static void write(Path folder, WorkSpec spec) {
        var tokens = new int[Math.multiplyExact(spec.batches() * spec.batch(), spec.context())]; // so that they make one epoch, no row padded
        var random = Seeds.generator(spec.seed(), "bench", 0);
        for (int i = 0; i < tokens.length; i++) {
            double u = random.nextDouble();
            tokens[i] = (int) (spec.vocabulary() * u * u * u); // some tokens are frequent, so that there is something to learn
        }
        int endOfDocument = spec.vocabulary() - 1;
        tokens[tokens.length - 1] = endOfDocument;
        try (var shard = new ShardWriter(shard(folder), spec.vocabulary(), endOfDocument)) {
            shard.add(tokens, 0);
            shard.finish();
        }
        try (var arena = Arena.ofConfined()) {
            var batches = open(folder, spec, arena);
            var ids = ByteBuffer.allocate(4 * spec.batches() * spec.batch() * (spec.context() + 1)).order(ByteOrder.LITTLE_ENDIAN);
            for (int number = 0; number < spec.batches(); number++) {
                var batch = batches.batch(number);
                for (int row = 0; row < batch.rows(); row++) {
                    for (int column = 0; column < batch.columns(); column++) {
                        ids.putInt(batch.inputs()[row * batch.columns() + column]);
                    }
                    ids.putInt(batch.targets()[(row + 1) * batch.columns() - 1]);
                }
            }
            WholeFiles.write(folder.resolve("ids.bin"), out -> out.write(ids.array()));
        }
    }

    /** The batches of the shard in {@code folder}, mapped until {@code arena} is closed; number {@code spec.batches()} is to be the first again. */
    static BatchSource open(Path folder, WorkSpec spec, Arena arena) {
        var split = new TokenSplit(List.of(TokenShard.open(shard(folder), arena)));
        return new BatchSource(split, new BatchConfig(spec.batch(), spec.context()), spec.seed());
    }

    private static Path shard(Path folder) {
        return folder.resolve("train-00000.bin");
    }
}
