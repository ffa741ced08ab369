package org.lyceum.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recurrent nets by the commands that transformers are trained and used by. */
class RecurrentRunTest {
    private static final int STEPS = 9;

    @TempDir
    Path folder;

    private static List<String> command(Path corpus, Path out, String family, String... more) {
        var words = new ArrayList<>(ToyRun.command(corpus, out, more));
        words.remove(words.indexOf("model.heads=2") - 1);
        words.remove("model.heads=2");
        words.addAll(List.of("--set", "model.family=" + family, "--max-steps", "" + STEPS));
        return words;
    }

    @ParameterizedTest
    @ValueSource(strings = {"rnn", "gru", "lstm"})
    void trainedResumedCompletedAndScored(String family) throws IOException {
        var corpus = ToyRun.corpus(folder.resolve("corpus.txt"));
        var whole = folder.resolve("whole");
        var cut = folder.resolve("cut");
        var trained = ToyRun.here(command(corpus, whole, family));
        assertThat(trained.status()).as(trained.err()).isZero();
        var stopped = new ArrayList<>(command(corpus, cut, family));
        stopped.addAll(List.of("--max-minutes", "0.000001")); // one step, whatever the machine
        assertThat(ToyRun.here(stopped).err()).contains("the same command goes on");
        assertThat(ToyRun.here(command(corpus, cut, family)).status()).isZero();
        assertThat(ToyRun.learning(cut)).isEqualTo(ToyRun.learning(whole)).hasSize(STEPS);
        var last = "checkpoints/step-%08d/".formatted(STEPS);
        for (var file : new String[]{"model.safetensors", "optimizer.safetensors", "config.json", "tokenizer.json"}) {
            assertThat(cut.resolve(last + file)).hasSameBinaryContentAs(whole.resolve(last + file));
        }
        assertThat(cut.resolve("samples.jsonl")).hasSameTextualContentAs(whole.resolve("samples.jsonl"));

        var generated = Cli.lyceum("generate", "--model", whole, "--prompt", "The", "--max-tokens", "5", "--threads", "1", "--json");
        assertThat(generated.status()).as(generated.err()).isZero();
        assertThat(generated.json().get("completion_tokens").asInt()).isEqualTo(5);
        var scored = Cli.lyceum("score", "--model", whole, "--text", "The cat sees the dog and the bird.", "--threads", "1", "--json");
        assertThat(scored.status()).as(scored.err()).isZero();
        assertThat(scored.json().get("perplexity").asDouble()).isBetween(2.0, 100.0);
    }

    @Test
    void whatARecurrentNetHasNotIsSaid() throws IOException {
        var corpus = ToyRun.corpus(folder.resolve("corpus.txt"));
        var heads = new ArrayList<>(command(corpus, folder.resolve("run"), "lstm"));
        heads.addAll(List.of("--set", "model.heads=2"));
        var refused = ToyRun.here(heads);
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err()).contains("model.heads=2").contains("model.family=lstm");

        assertThat(ToyRun.here(command(corpus, folder.resolve("run"), "lstm")).status()).isZero();
        var converted = Cli.lyceum("convert", "--model", folder.resolve("run"), "--to", "gguf", "--out", folder.resolve("x.gguf"));
        assertThat(converted.status()).isNotZero();
        assertThat(converted.err()).contains("recurrent net").doesNotContain("Exception");
    }
}
