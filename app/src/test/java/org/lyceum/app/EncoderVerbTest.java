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

/** From raw text to an encoder, from there to each task, and back to labels: every verb of encoders on a made-up language. */
class EncoderVerbTest {
    @TempDir
    private Path temporary;

    @BeforeEach
    void pretrain() throws IOException {
        write("corpus.txt", "the ball is red.\n\nthe box is not blue.\n\nwhere is the red ball?\n\n".repeat(60));
        var run = Cli.lyceum("encoder", "pretrain", "--data", path("corpus.txt"), "--out", path("bert"), "--set", "train.steps=3", "--set",
                "train.batch=4", "--set", "tokenizer.vocabulary_size=40", "--set", "model.width=16", "--set", "model.depth=1", "--set",
                "model.heads=2", "--set", "model.context=24", "--set", "data.validation=0.2", "--set", "data.corpus.piece_chars=100",
                "--json");
        assertThat(run.err()).contains("val_loss");
        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("\"steps\":3").contains("checkpoints/step-");
    }

    private String path(String name) {
        return temporary.resolve(name).toString();
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(temporary.resolve(name), text);
    }

    private Cli tune(String out, String train, String... more) {
        var words = new ArrayList<>(List.of("encoder", "tune", "--from", path("bert"), "--train", path(train),
                "--validation", path(train), "--test", path(train), "--out", path(out), "--set", "tune.batch=4", "--set", "tune.epochs=2",
                "--set", "tune.learning_rate=0.01"));
        words.addAll(List.of(more));
        return Cli.lyceum(words.toArray(String[]::new));
    }

    @Test
    void classesAreLearnedAndGiven() throws IOException {
        write("train.txt", "yes the ball is red\nno the ball is not red\n".repeat(8));
        assertThat(tune("classes", "train.txt", "--json").out()).contains("\"test_accuracy\":").contains("\"checkpoint\":");
        var run = Cli.lyceum("classify", "--model", path("classes"), "--text", "the box is blue\n\nthe box is not blue");
        assertThat(run.status()).isZero();
        assertThat(run.out().lines()).hasSize(2).allMatch(line -> line.matches("(yes|no)\t[01]\\.\\d{4}\tthe box.*"));
        assertThat(Cli.lyceum("classify", "--model", path("classes"), "--text", "a", "--json").out()).contains("\"labels\":[\"");
        assertThat(Cli.lyceum("classify", "--model", path("bert"), "--text", "a").err()).contains("BertForMaskedLM")
                .contains("BertForSequenceClassification");
        assertThat(Cli.lyceum("classify", "--model", path("classes"), "--text", "a", "--pairs").err()).contains("Line 1 holds one text");
    }

    @Test
    void pairsAreLearnedAndGiven() throws IOException {
        write("pairs.tsv", "a\tb\tlabel\nthe ball\tthe ball\t1\nthe ball\tthe box\t0\n" + "the box\tthe box\t1\n".repeat(4));
        var run = tune("pairs", "pairs.tsv", "--set", "data.text=a", "--set", "data.second=b", "--set", "tune.train=head");
        assertThat(run.status()).isZero();
        assertThat(Cli.lyceum("classify", "--model", path("pairs"), "--pairs", "--text", "the ball\tthe box").out())
                .matches("[01]\t[01]\\.\\d{4}\tthe ball\tthe box\\R");
        assertThat(tune("other", "pairs.tsv", "--set", "data.text=c").err()).contains("no column 'c'");
    }

    @Test
    void tagsAndSpansAreLearned() throws IOException {
        write("tags.conll", "the\tO\nball\tB\n\nthe O\nbox B\n\n".repeat(4));
        assertThat(tune("tags", "tags.conll", "--task", "tags").out()).contains("test_accuracy: ").contains("test_macro_f1: ");
        write("spans.jsonl", "{\"question\": \"where is the ball?\", \"context\": \"the ball is red.\", \"answer\": \"red\"}\n".repeat(8));
        assertThat(tune("spans", "spans.jsonl", "--task", "spans").out()).contains("test_f1: ").contains("test_exact: ");
    }
}
