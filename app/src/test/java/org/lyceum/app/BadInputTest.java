package org.lyceum.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the user can get wrong about a training run: one sentence with the fix, the right status, nothing damaged. */
class BadInputTest {
    @TempDir
    Path folder;
    private Path corpus;
    private Path out;

    @BeforeEach
    void writeCorpus() throws IOException {
        corpus = ToyRun.corpus(folder.resolve("corpus.txt"));
        out = folder.resolve("run");
    }

    private Cli train(String... more) {
        return ToyRun.here(ToyRun.command(corpus, out, more));
    }

    /** The last line of standard error, which must be the only one that is ours, without a trace. */
    private static void assertSentence(Cli run, int status, String... parts) {
        assertThat(run.status()).as(run.err()).isEqualTo(status);
        assertThat(run.err()).doesNotContain("\tat ").doesNotContain("Something went wrong").doesNotContain("Exception");
        var said = run.err().lines().filter(line -> line.startsWith("lyceum: ")).toList();
        assertThat(said).as(run.err()).hasSize(1);
        assertThat(said.getFirst()).contains(parts).endsWith(said.getFirst().endsWith("?") ? "?" : ".");
        assertThat(run.out()).isEmpty();
    }

    private static Map<Path, String> contents(Path root) throws IOException {
        var contents = new TreeMap<Path, String>();
        try (var files = Files.walk(root)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                contents.put(file, java.util.HexFormat.of().formatHex(Files.readAllBytes(file)));
            }
        }
        return contents;
    }

    @Test
    void dataThatAreNotThere() {
        corpus = folder.resolve("none.txt");
        assertSentence(train(), 1, "There is no file or folder " + corpus);
        assertSentence(Cli.lyceum("pretrain", "--out", out), 2, "--data PATH");
    }

    @Test
    void dataThatAreEmpty() throws IOException {
        Files.writeString(corpus, "");
        assertSentence(train(), 1, "empty");
        Files.writeString(corpus, "x");
        assertSentence(train(), 1, "too little text");
    }

    @Test
    void dataThatAreNoText() throws IOException {
        Files.write(corpus, new byte[]{'a', 'b', (byte) 0xFF, 0, 1, 2});
        assertSentence(train(), 1, corpus.toString(), "2");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "model.heads=3 | 2 | model.heads=3 does not divide model.width=16; try heads=2",
            "model.dept=3 | 2 | unknown key 'model.dept'; did you mean 'depth'?",
            "model.context=100000 | 1 | longer than the data",
            "model.width=1000000 | 1 | GiB",
            "train.batch=0 | 2 | train.batch=0",
            "optimizer.kind=sgd | 2 | optimizer.kind",
            "data.validation=2 | 2 | between 0 and 1",
    })
    void settingsThatCannotBe(String setting, int status, String part) {
        assertSentence(train("--set", setting), status, part);
    }

    @Test
    void aVocabularyThatTheTextDoesNotSupport() {
        assertSentence(train("--set", "tokenizer.kind=bpe", "--set", "tokenizer.vocabulary_size=50000"), 1, "supports a vocabulary of",
                "not 50000");
        assertSentence(train("--set", "tokenizer.kind=bpe", "--set", "tokenizer.vocabulary_size=100"), 2, "257");
    }

    @Test
    void afterAMistakeTheSameFolderTakesTheRightCommand() {
        train("--set", "model.context=100000");
        assertThat(train("--max-steps", "2").status()).isZero();
    }

    @Test
    void wrongOptions() throws IOException {
        assertSentence(train("--max-steps", "0"), 2, "train.steps=0");
        assertSentence(train("--max-minutes", "0"), 2, "--max-minutes");
        assertSentence(train("--resume", folder.resolve("none").toString()), 1, "There is no checkpoint");
        assertSentence(train("--resume", folder.toString()), 1, "is no checkpoint to go on from");
        assertSentence(train("--config", folder.resolve("none.yaml").toString()), 1, "There is no file");
        var yaml = Files.writeString(folder.resolve("c.yaml"), "model:\n  widht: 3\n");
        assertSentence(train("--config", yaml.toString()), 2, "c.yaml", "did you mean 'width'?");
        Files.writeString(yaml, "model: [1,\n");
        assertSentence(train("--config", yaml.toString()), 2, "c.yaml", "not valid YAML");
        assertThat(out).doesNotExist();
    }

    @Test
    void aFileInTheWay() throws IOException {
        Files.writeString(out, "mine");
        assertSentence(train(), 1, out + " exists and is not a folder");
        assertThat(out).hasContent("mine");
    }

    @Test
    void aFolderThatMayNotBeWritten() throws IOException {
        var locked = Files.createDirectory(folder.resolve("locked"));
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("r-xr-xr-x"));
        org.junit.jupiter.api.Assumptions.assumeFalse(Files.isWritable(locked), "root may write anywhere");
        out = locked.resolve("run");
        assertSentence(train(), 1, "No permission to write", "run");
    }

    @Test
    void aRunThatIsResumedWithAnotherConfigurationOrWithoutItsData() throws IOException {
        assertThat(train("--max-steps", "20", "--max-minutes", "0.000001", "--checkpoint-every", "1").status()).isZero();
        var before = contents(out.resolve("checkpoints"));
        assertSentence(train("--set", "model.depth=3"), 2, "depth: 2", "depth: 3", "--resume never");
        Files.move(corpus, folder.resolve("moved.txt"));
        assertSentence(train("--max-steps", "20"), 1, "There is no file or folder " + corpus);
        assertThat(contents(out.resolve("checkpoints"))).isEqualTo(before);
        Files.move(folder.resolve("moved.txt"), corpus);
        assertThat(train("--max-steps", "3").status()).isZero();
    }

    @Test
    void anEarlierRunIsSetAsideOnlyWhenTheCommandIsRight() throws IOException {
        train("--max-steps", "2");
        var before = contents(out);
        assertSentence(train("--resume", "never", "--set", "model.heads=3"), 2, "does not divide");
        assertThat(contents(out)).isEqualTo(before);
        var afresh = train("--resume", "never", "--max-steps", "1");
        assertThat(afresh.status()).isZero();
        assertThat(afresh.err()).contains("the earlier run is now " + out + "-before-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.safetensors", "optimizer.safetensors", "training_state.json", "config.json", "tokenizer.json"})
    void aDamagedCheckpoint(String file) throws IOException {
        assertThat(train("--max-steps", "2", "--checkpoint-every", "1").status()).isZero();
        var checkpoint = out.resolve("checkpoints/step-00000002");
        var target = checkpoint.resolve(file);
        try (var channel = FileChannel.open(target, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() / 2);
        }
        var before = contents(out.resolve("checkpoints"));
        assertSentence(train("--max-steps", "3"), 1, "The checkpoint " + checkpoint + " cannot be resumed", "goes on from step-00000001");
        Files.delete(target);
        assertSentence(train("--max-steps", "3"), 1, "cannot be resumed", "goes on from step-00000001");
        before.remove(target);
        assertThat(contents(out.resolve("checkpoints"))).isEqualTo(before);
        // As it says: without that folder the run goes on.
        org.lyceum.foundation.WholeFiles.deleteTree(checkpoint);
        var rest = train("--max-steps", "3");
        assertThat(rest.status()).as(rest.err()).isZero();
        assertThat(rest.err()).contains("resuming after step 1");
        assertThat(ToyRun.learning(out)).hasSize(3);
    }

    @Test
    void aLossThatIsNotANumber() throws IOException {
        // A rate so high that the weights overflow after some steps.
        var run = train("--max-steps", "200", "--checkpoint-every", "1", "--set", "optimizer.kind=adamw", "--set",
                "optimizer.learning_rate=1e37",
                "--set", "optimizer.clip=0", "--set", "schedule.warmup_steps=1");
        assertSentence(run, 1, "became", "at step", "batch", "last checkpoint is good", "learning rate");
        assertThat(out.resolve("run.json")).content().contains("\"failed\"");
        assertThat(out.resolve("report.html")).exists();
        var checkpoints = new org.lyceum.training.Checkpoints(out, 1);
        long step = org.lyceum.training.Checkpoints.step(checkpoints.last().orElseThrow());
        assertThat(ToyRun.learning(out)).hasSize((int) step);
    }
}
