package org.lyceum.app.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingIdsTest {
    @TempDir
    Path folder;

    @Test
    void thePeersFileHoldsTheBatchesOfTheShardInTheirOrder() throws Exception {
        var spec = WorkSpec.of(TrainingSize.TOY, new Conditions(null, 1, 1, "f32", "cpu", null, List.of(), 0, _ -> {
        }));
        TrainingIds.write(folder, spec);
        var ids = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("ids.bin"))).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
        int predicted = 0;
        try (var arena = Arena.ofConfined()) {
            var batches = TrainingIds.open(folder, spec, arena);
            for (int number = 0; number < spec.batches(); number++) {
                var batch = batches.batch(number);
                predicted += batch.predicted();
                for (int row = 0; row < batch.rows(); row++) {
                    var line = new int[batch.columns() + 1];
                    ids.get(line);
                    int from = row * batch.columns();
                    assertThat(Arrays.copyOf(line, batch.columns()))
                            .isEqualTo(Arrays.copyOfRange(batch.inputs(), from, from + batch.columns()));
                    assertThat(Arrays.copyOfRange(line, 1, line.length))
                            .isEqualTo(Arrays.copyOfRange(batch.targets(), from, from + batch.columns()));
                }
            }
            assertThat(batches.split().tokens()).isEqualTo(predicted); // one epoch, nothing padded
        }
        assertThat(ids.hasRemaining()).isFalse();
        assertThat(Files.size(folder.resolve("train-00000.bin"))).isGreaterThan(2L * predicted);
    }
}
