package org.lyceum.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** A toy study, start to finish. */
class RunTest {
    @TempDir
    Path folder;
    private Path recipe;
    private Path run;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("input.txt"), "the cat and the dog and the bird\n".repeat(60));
        recipe = Files.writeString(folder.resolve("toy.yaml"), """
                name: toy
                data: ["${data}/input.txt"]
                fetch: the toy text
                pretrain:
                  data: {split: position, validation: 0.1}
                  tokenizer: {kind: character}
                  model: {family: gpt2, depth: 1, width: 16, heads: 2, context: 16}
                  optimizer: {kind: adamw, learning_rate: 1e-2}
                  train: {batch: 4, steps: 6, dtype: f32}
                  evaluate: {every: 3, prompts: [the], sample_tokens: 3}
                expect:
                  - {metric: val_loss, at_most: 10, source: "it has 15 tokens"}
                """);
        run = folder.resolve("run");
    }

    private Cli toy(Object... more) {
        var arguments = new ArrayList<Object>(List.of("run", recipe, "--data", folder, "--out", run, "--threads", 1));
        arguments.addAll(List.of(more));
        return Cli.lyceum(arguments.toArray());
    }

    @Test
    void runsHoldsItsClaimsAndGoesOn() throws IOException {
        var first = toy("--json");
        assertThat(first.status()).as(first.err()).isZero();
        assertThat(first.err()).contains("holds: val_loss is ").contains("at most 10.0000 (it has 15 tokens)");
        var json = first.json();
        assertThat(json.get("steps").asInt()).isEqualTo(6);
        double loss = json.get("val_loss").asDouble();
        assertThat(loss).isBetween(0.1, 10.0);
        assertThat(json.get("claims").get(0).get("measured").asDouble()).isEqualTo(loss);
        assertThat(json.get("claims").get(0).get("holds").asBoolean()).isTrue();
        assertThat(JsonMapper.shared().readTree(Files.readString(run.resolve("claims.json")))).isEqualTo(json);

        // The same again takes no step and judges again; a claim is no part of the run and may change.
        Files.writeString(recipe, Files.readString(recipe).replace("at_most: 10", "at_most: 0.01"));
        var again = toy("--json");
        assertThat(again.status()).isEqualTo(1);
        assertThat(again.err()).contains("fails: val_loss is ")
                .contains("lyceum: The run is done, but 1 of 1 claims of toy does not hold: val_loss is ");
        assertThat(again.json().get("holds").asBoolean()).isFalse();
        assertThat(again.json().get("val_loss").asDouble()).isCloseTo(loss, within(1e-6));

        // Anything else in the same folder is refused.
        var other = toy("--set", "train.steps=7");
        assertThat(other.status()).isEqualTo(1);
        assertThat(other.err().lines()).hasSize(1);
        assertThat(other.err()).contains("another version of this recipe").contains("steps: 6").contains("steps: 7").contains("--out");
        assertThat(toy("--seed", 2).err()).contains("another version of this recipe");
    }

    @Test
    void aRecipeThatCannotBeIsMendedInPlace() throws IOException {
        assertThat(toy("--set", "model.heads=3").status()).isEqualTo(2);
        assertThat(run).doesNotExist();
        assertThat(toy("--set", "model.context=5000").err()).contains("longer than the data"); // known only once the text is read
        assertThat(run).exists();
        assertThat(toy().status()).isZero();
    }

    @Test
    void aFolderWithSomethingElseIsLeftAlone() throws IOException {
        Files.createDirectories(run);
        Files.writeString(run.resolve("diary.txt"), "dear");
        var refused = toy();
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains("something else");
        assertThat(run).isDirectoryContaining("glob:**/diary.txt").isDirectoryNotContaining("glob:**/recipe.yaml");
    }

    @Test
    void dataThatAreNotThereAreNamed() {
        var none = Cli.lyceum("run", recipe, "--out", run);
        assertThat(none.status()).isEqualTo(2);
        assertThat(none.err()).contains("fetch the toy text").contains("--data DIR");
        assertThat(Cli.lyceum("run", recipe, "--out", run, "--data", folder.resolve("no")).err()).contains("fetch the toy text");
        assertThat(Cli.lyceum("run", folder.resolve("no.yaml")).err()).contains("no.yaml");
        assertThat(toy("--set", "model.dept=2").err()).contains("unknown key 'model.dept'; did you mean 'depth'?");
        assertThat(run).doesNotExist();
    }
}
