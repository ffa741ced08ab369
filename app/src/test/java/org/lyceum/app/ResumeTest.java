package org.lyceum.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that is cut off and goes on equals one that never was, to the last bit, in f32 on one thread. */
class ResumeTest {
    private static final int STEPS = 14;

    @TempDir
    Path folder;
    private Path corpus;

    @BeforeEach
    void writeCorpus() throws IOException {
        corpus = ToyRun.corpus(folder.resolve("corpus.txt"));
    }

    private void assertEqual(Path whole, Path cut) throws IOException {
        assertThat(ToyRun.learning(cut)).isEqualTo(ToyRun.learning(whole)).hasSize(STEPS);
        var last = "checkpoints/step-%08d/".formatted(STEPS);
        for (var file : new String[]{"model.safetensors", "optimizer.safetensors", "config.json", "tokenizer.json"}) {
            assertThat(cut.resolve(last + file)).hasSameBinaryContentAs(whole.resolve(last + file));
        }
        assertThat(cut.resolve("checkpoints/best.txt")).hasSameTextualContentAs(whole.resolve("checkpoints/best.txt"));
        assertThat(cut.resolve("samples.jsonl")).hasSameTextualContentAs(whole.resolve("samples.jsonl"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"optimizer.kind=adamw", "optimizer.kind=muon", "model.dropout=0.2", "train.accumulation=2",
            "train.checkpointing=true"})
    void stoppedAndResumedInOneProcess(String setting) throws IOException {
        var more = new String[]{"--max-steps", "" + STEPS, "--checkpoint-every", "5", "--set", setting, "--set", "schedule.warmup_steps=3"};
        var whole = ToyRun.command(corpus, folder.resolve("whole"), more);
        var cut = ToyRun.command(corpus, folder.resolve("cut"), more);
        assertThat(ToyRun.here(whole).status()).isZero();
        var stopped = new ArrayList<>(cut);
        stopped.addAll(List.of("--max-minutes", "0.000001", "--json")); // one step, whatever the machine
        long before = 0;
        for (int i = 0; i < 3; i++) {
            var part = ToyRun.here(stopped);
            assertThat(part.status()).as(part.err()).isZero();
            assertThat(part.err()).contains("the same command goes on");
            long steps = part.json().get("steps").asLong();
            assertThat(steps).isBetween(before + 1, STEPS - 1L);
            assertThat(part.json().get("val_loss").isNumber()).isTrue();
            before = steps;
        }
        var rest = ToyRun.here(cut);
        assertThat(rest.err()).contains("resuming after step " + before);
        assertEqual(folder.resolve("whole"), folder.resolve("cut"));
    }

    @Test
    void killedAtAnyMomentItGoesOnWhereItsLastCheckpointWas() throws Exception {
        var more = new String[]{"--max-steps", "" + STEPS, "--checkpoint-every", "1", "--set", "model.dropout=0.1"};
        assertThat(ToyRun.here(ToyRun.command(corpus, folder.resolve("whole"), more)).status()).isZero();
        var cut = ToyRun.command(corpus, folder.resolve("cut"), more);
        var random = new SplittableRandom(3);
        int killed = 0;
        for (long at : new long[]{0, 2, 5, 9}) {
            var process = ToyRun.start(cut, folder.resolve("log"));
            while (process.isAlive() && ToyRun.steps(folder.resolve("cut")) < at + 1) {
                Thread.sleep(1);
            }
            process.waitFor(random.nextInt(40), TimeUnit.MILLISECONDS); // somewhere in a step, a checkpoint, a validation
            killed += process.isAlive() ? 1 : 0;
            process.destroyForcibly().waitFor();
        }
        assertThat(killed).as("runs that were killed while they trained").isPositive();
        var rest = ToyRun.here(cut);
        assertThat(rest.status()).as(rest.err()).isZero();
        assertThat(ToyRun.learning(folder.resolve("cut"))).extracting(line -> Long.valueOf(line.substring(0, line.indexOf(' '))))
                .containsExactlyElementsOf(LongStream.rangeClosed(1, STEPS).boxed().toList());
        assertEqual(folder.resolve("whole"), folder.resolve("cut"));
        try (var entries = Files.list(folder.resolve("cut/checkpoints"))) {
            assertThat(entries.map(path -> path.getFileName().toString())).allMatch(name -> !name.startsWith("."));
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void interruptedItSavesAndExits130() throws Exception {
        var out = folder.resolve("run");
        var command = ToyRun.command(corpus, out, "--max-steps", "100000", "--checkpoint-every", "100000", "--set",
                "evaluate.every=100000");
        long steps = ToyRun.interrupted(command, out, folder.resolve("log"));
        assertThat(steps).isLessThan(100_000);
        assertThat(out.resolve("run.json")).content().contains("\"stopped\"");
    }

    @Test
    void aFinishedRunSaysSoAndTrainsFurtherOnlyWhenAsked() throws IOException {
        var out = folder.resolve("run");
        var command = ToyRun.command(corpus, out, "--max-steps", "3", "--json");
        var first = ToyRun.here(command);
        assertThat(first.status()).as(first.err()).isZero();
        var modified = Files.getLastModifiedTime(out.resolve("metrics.jsonl"));
        Files.move(corpus, folder.resolve("moved.txt")); // not needed any more
        var again = ToyRun.here(command);
        assertThat(again.status()).as(again.err()).isZero();
        assertThat(again.err()).contains("this run is finished, all 3 steps").contains("bits per byte");
        assertThat(again.json()).isEqualTo(first.json());
        assertThat(Files.getLastModifiedTime(out.resolve("metrics.jsonl"))).isEqualTo(modified);
        Files.move(folder.resolve("moved.txt"), corpus);
        var further = Cli.lyceum("pretrain", "--out", out, "--max-steps", "5", "--threads", "1", "--json");
        assertThat(further.status()).as(further.err()).isZero();
        assertThat(further.json().get("steps").asLong()).isEqualTo(5);
        assertThat(ToyRun.learning(out)).hasSize(5);
    }

    @Test
    void aRunMayStartFromAnothersCheckpointWithItsTokenizer() throws IOException {
        var first = folder.resolve("first");
        ToyRun.here(ToyRun.command(corpus, first, "--max-steps", "3"));
        var other = Files.writeString(folder.resolve("other.txt"), "tac god drib eert esuoh. ".repeat(40));
        var second = folder.resolve("second");
        var run = Cli.lyceum("pretrain", "--data", other, "--out", second, "--resume", first, "--max-steps", "5", "--threads", "1",
                "--json");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err()).contains("resuming after step 3");
        assertThat(second.resolve("tokenizer.json")).hasSameTextualContentAs(first.resolve("tokenizer.json"));
        assertThat(ToyRun.learning(second)).hasSize(2);
        var again = Cli.lyceum("pretrain", "--data", other, "--out", second, "--resume", first, "--max-steps", "5", "--threads", "1");
        assertThat(again.status()).isEqualTo(1);
        assertThat(again.err()).contains("further than step 3").contains("leave out --resume");
    }
}
