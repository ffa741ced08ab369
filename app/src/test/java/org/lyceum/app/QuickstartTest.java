package org.lyceum.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way, at toy size. */
class QuickstartTest {
    @TempDir
    Path folder;
    private Path corpus;
    private Path out;

    @BeforeEach
    void writeCorpus() throws IOException {
        corpus = ToyRun.corpus(folder.resolve("corpus.txt"));
        out = folder.resolve("run");
    }

    private Cli quickstart(Object... more) {
        var words = new ArrayList<Object>(List.of("quickstart", "--out", out, "--minutes", "0.0001", "--threads", 1, "--dtype", "f32"));
        for (var setting : List.of("tokenizer.kind=character", "model.width=16", "model.heads=2", "model.context=16", "train.batch=4",
                "evaluate.tokens=200", "evaluate.sample_tokens=4")) {
            words.addAll(List.of("--set", setting));
        }
        words.addAll(List.of(more));
        return Cli.lyceum(words.toArray());
    }

    private List<Path> runs() throws IOException {
        try (var entries = Files.list(folder)) {
            return entries.filter(Files::isDirectory).toList();
        }
    }

    @Test
    void trainsForAsManyStepsAsFitAndReportsWhatTheContractNames() throws IOException {
        var first = quickstart("--data", corpus, "--json");
        assertThat(first.status()).as(first.err()).isZero();
        assertThat(first.err()).contains("timing a few steps").contains("talk to it:  ./lyceum chat --model " + out);
        assertThat(first.json().propertyNames()).containsExactly("val_bits_per_byte", "baseline_bits_per_byte", "tokens_per_s", "run",
                "report");
        assertThat(first.json().get("val_bits_per_byte").asDouble()).isBetween(0.1, 10.0);
        assertThat(first.json().get("baseline_bits_per_byte").asDouble()).isBetween(0.1, 10.0);
        assertThat(Path.of(first.json().get("report").asString())).exists();
        assertThat(ToyRun.learning(out)).hasSizeGreaterThanOrEqualTo(20);

        // What is finished is kept, and a new run begins.
        var second = quickstart("--data", corpus);
        assertThat(second.status()).as(second.err()).isZero();
        assertThat(second.err()).contains("the earlier run is now " + out + "-before-");
        assertThat(runs()).hasSize(2);
    }

    @Test
    void whatWasCutOffGoesOnOnlyIfTheSameIsAskedFor() throws IOException {
        var begun = ToyRun.here(ToyRun.command(corpus, out, "--max-steps", "30", "--max-minutes", "0.000001"));
        assertThat(begun.err()).contains("stopped after step 1");
        var rest = quickstart("--data", corpus);
        assertThat(rest.status()).as(rest.err()).isZero();
        assertThat(rest.err()).contains("resuming after step 1").doesNotContain("-before-");
        assertThat(ToyRun.learning(out)).hasSize(30);

        var other = folder.resolve("other");
        out = other;
        ToyRun.here(ToyRun.command(corpus, out, "--max-steps", "30", "--max-minutes", "0.000001"));
        var text = Files.writeString(folder.resolve("other.txt"), Files.readString(corpus).replace("cat", "cow"));
        var anew = quickstart("--data", text);
        assertThat(anew.status()).as(anew.err()).isZero();
        assertThat(anew.err()).contains("the earlier run is now " + other + "-before-").doesNotContain("resuming");
        assertThat(other.resolve("config.yaml")).content().contains("other.txt");
    }

    @Test
    void aMistakeSetsNothingAside() throws IOException {
        ToyRun.here(ToyRun.command(corpus, out, "--max-steps", "1"));
        assertThat(quickstart("--data", corpus, "--set", "model.heads=3").status()).isEqualTo(2);
        assertThat(quickstart("--data", corpus, "--threads", "0").status()).isEqualTo(2);
        assertThat(runs()).containsExactly(out);
    }
}
