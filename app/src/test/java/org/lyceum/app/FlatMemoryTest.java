package org.lyceum.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.training.run.MetricsLog;

/** A run with all that goes with one (validation, samples, checkpoints) does not grow. */
class FlatMemoryTest {
    @TempDir
    Path folder;

    @Test
    void theResidentSizeAfter2000StepsIsWithin3PercentOfThatAfter200() throws Exception {
        var out = folder.resolve("run");
        var log = folder.resolve("log");
        var command = ToyRun.command(ToyRun.corpus(folder.resolve("corpus.txt")), out, "--max-steps", "2000", "--checkpoint-every", "100",
                "--set",
                "evaluate.every=100", "--set", "model.depth=1", "--set", "train.batch=2");
        // Only the first compiler: what the second one allocates while the program warms up is neither a leak nor ours, and comes when it
        // likes. The heap is touched at once, so that what grows is outside it, where tensors are.
        var process = ToyRun.start(command, log, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xms64m", "-Xmx64m",
                "-XX:+AlwaysPreTouch");
        assertThat(ToyRun.await(process)).as(Files.readString(log)).isZero();
        var lines = MetricsLog.read(out.resolve(MetricsLog.FILE_NAME));
        double early = lines.get(199).number("rss_bytes").orElseThrow();
        double late = lines.get(1999).number("rss_bytes").orElseThrow();
        assertThat(late / early).as("%.1f MB after step 200, %.1f MB after step 2000", early / 1e6, late / 1e6).isLessThan(1.03);
    }
}
