package org.lyceum.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bench} of a toy, without any peer. */
class BenchTest {
    @TempDir
    Path folder;

    @Test
    void trainMeasuresSpeedMemoryAndShareOfThePeak() {
        var run = Cli.lyceum("bench", "train", "--only", "toy", "--peers", "none", "--rounds", "2", "--seconds", "0.02", "--threads", "1",
                "--dtype", "f32", "--json");
        assertThat(run.status()).as(run.err()).isZero();
        var results = run.json().path("results");
        assertThat(results.size()).isEqualTo(5);
        var first = results.get(0);
        assertThat(first.propertyNames()).containsExactly("name", "value", "unit", "peer", "peer_value", "ratio");
        assertThat(first.path("name").asString()).isEqualTo("train toy");
        assertThat(first.path("unit").asString()).isEqualTo("tokens/s");
        assertThat(first.path("value").asDouble()).isPositive();
        assertThat(first.path("peer").isNull()).isTrue();
        assertThat(first.path("ratio").isNull()).isTrue();
        assertThat(results.get(3).path("value").asDouble()).isBetween(0.0, 100.0);
        assertThat(results.get(4).path("name").asString()).isEqualTo("train toy data loading share");
        assertThat(results.get(4).path("value").asDouble()).isStrictlyBetween(0.0, 100.0);
        assertThat(run.err()).contains("first loss 3."); // about ln 32
    }

    @Test
    void tokenizerMeasuresTrainingAndEncoding() throws Exception {
        var data = Files.writeString(folder.resolve("data.txt"), "the cat sat on the mat with the hat\n".repeat(400));
        var run = Cli.lyceum("bench", "tokenizer", "--data", data, "--vocab-size", "270", "--peers", "none", "--rounds", "1", "--threads",
                "2", "--json");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.json().path("results").findValuesAsString("name")).containsExactly("BPE training, 270 tokens, 1 thread",
                "BPE encoding, 1 thread", "BPE training, 270 tokens, 2 threads", "BPE encoding, 2 threads");
    }

    @Test
    void wrongNamesAreRefusedWithTheRightOnes() {
        assertThat(Cli.lyceum("bench", "train", "--only", "13M", "--peers", "none")).satisfies(run -> {
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err()).contains("There is no size '13M'; did you mean '12M'?");
        });
        assertThat(Cli.lyceum("bench", "train", "--peers", "eagre").err()).contains("did you mean 'eager'?");
        assertThat(Cli.lyceum("bench", "train", "--rounds", "0").status()).isEqualTo(2);
        assertThat(Cli.lyceum("bench").err())
                .contains("Name what to measure: train, decode, prefill, lookup, tokenizer, vectors, evaluate, startup, limits, losses.");
        assertThat(Cli.lyceum("bench", "train", "--help").out()).contains("Example:");
    }
}
