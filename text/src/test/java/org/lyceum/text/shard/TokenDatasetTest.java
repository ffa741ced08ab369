package org.lyceum.text.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.UserError;
import org.lyceum.text.corpus.Corpus;
import org.lyceum.text.corpus.CorpusConfig;
import org.lyceum.text.corpus.Document;
import org.lyceum.text.corpus.Documents;

class TokenDatasetTest {
    private static final int END = 256;
    private static final DatasetConfig CONFIG = new DatasetConfig(0.2, DatasetConfig.Split.AUTO, 1 << 20, 0);

    @TempDir
    Path folder;

    /** A byte is a token. */
    private static int[] bytes(String text) {
        var utf8 = text.getBytes(StandardCharsets.UTF_8);
        return IntStream.range(0, utf8.length).map(i -> utf8[i] & 0xFF).toArray();
    }

    private static TokenEncoder encoder() {
        return new TokenEncoder(TokenDatasetTest::bytes, 257, END, "bytes");
    }

    private static List<String> texts(int n) {
        return IntStream.range(0, n).mapToObj(i -> "Document " + i + " says ü" + "é".repeat(i % 7) + ".\n").toList();
    }

    @Test
    void everyDocumentIsOnOneSideInOrderAndComplete() throws IOException {
        var texts = texts(500);
        try (var dataset = TokenDataset.build(folder.resolve("d"), Documents.of("memory", texts), encoder(), CONFIG)) {
            var train = documents(dataset.train());
            var validation = documents(dataset.validation());
            var both = new HashSet<>(train);
            both.addAll(validation);
            assertThat(both).containsExactlyInAnyOrderElementsOf(texts);
            assertThat(train).isEqualTo(texts.stream().filter(train::contains).toList());
            assertThat(validation).isEqualTo(texts.stream().filter(validation::contains).toList());
            assertThat(validation).hasSizeBetween(60, 140);
            assertThat(train).hasSize(500 - validation.size());

            assertThat(Files.readString(dataset.validationText())).isEqualTo(String.join("", validation));
            assertThat(Files.readString(dataset.trainText())).isEqualTo(String.join("", train));
            var info = dataset.info();
            assertThat(info.validation().bytes()).isEqualTo(Files.size(dataset.validationText())).isEqualTo(dataset.validation().bytes());
            assertThat(info.train().documents()).isEqualTo(train.size());
            assertThat(info.train().tokens()).isEqualTo(Files.size(dataset.trainText()) + train.size());
            assertThat(info.sources()).containsExactly("memory");
            assertThat(info.split()).isEqualTo("hash");
            assertThat(Files.readString(folder.resolve("d/dataset.json"))).contains("\"end_of_document\" : 256", "\"vocab_size\" : 257");
        }
    }

    @Test
    void theSideOfADocumentDependsOnItsTextAlone() {
        var texts = texts(300);
        try (var all = TokenDataset.build(folder.resolve("all"), Documents.of("memory", texts), encoder(), CONFIG);
                var some = TokenDataset.build(folder.resolve("some"), Documents.of("memory", texts.subList(0, 150)), encoder(), CONFIG)) {
            assertThat(documents(all.validation())).containsAll(documents(some.validation()));
            assertThat(documents(all.train())).containsAll(documents(some.train()));
        }
    }

    @Test
    void threadsAndShardSizesDoNotChangeTheTokens() throws IOException {
        var documents = Documents.of("memory", texts(20_000));
        var one = new DatasetConfig(0.1, DatasetConfig.Split.AUTO, 1 << 30, 1);
        var four = new DatasetConfig(0.1, DatasetConfig.Split.AUTO, 50_000, 4);
        try (var a = TokenDataset.build(folder.resolve("a"), documents, encoder(), one);
                var b = TokenDataset.build(folder.resolve("b"), documents, encoder(), four)) {
            assertThat(b.info().train().shards()).hasSizeGreaterThan(5);
            assertThat(tokens(b.train())).isEqualTo(tokens(a.train()));
            assertThat(tokens(b.validation())).isEqualTo(tokens(a.validation()));
            assertThat(documents(b.train())).isEqualTo(documents(a.train()));
        }
    }

    @Test
    void fewDocumentsStillGiveEachSideOne() {
        for (int n = 2; n < 12; n++) {
            for (double share : new double[]{0.001, 0.999}) {
                try (var dataset = TokenDataset.build(folder.resolve(n + "-" + share), Documents.of("memory", texts(n)), encoder(),
                        CONFIG.withValidation(share))) {
                    assertThat(dataset.info().split()).isEqualTo("hash");
                    assertThat(share < 0.5 ? dataset.validation().documents() : dataset.train().documents()).isEqualTo(1);
                    assertThat(dataset.train().documents() + dataset.validation().documents()).isEqualTo(n);
                }
            }
        }
    }

    @Test
    void aSingleDocumentIsSplitAtAPosition() throws IOException {
        var text = "Line of a play,\nand another.\n\n".repeat(1000) + "𝄞 end";
        try (var dataset = TokenDataset.build(folder.resolve("d"), Documents.of("play", List.of(text)), encoder(),
                CONFIG.withValidation(0.1))) {
            int boundary = (int) (text.length() * 0.9);
            assertThat(Files.readString(dataset.trainText())).isEqualTo(text.substring(0, boundary));
            assertThat(Files.readString(dataset.validationText())).isEqualTo(text.substring(boundary));
            assertThat(dataset.info().split()).isEqualTo("position");
            assertThat(dataset.train().documents()).isEqualTo(1);
            assertThat(dataset.train().pieces()).isGreaterThan(5);
            assertThat(tokens(dataset.train())).isEqualTo(withEnd(text.substring(0, boundary)));
            assertThat(tokens(dataset.validation())).isEqualTo(withEnd(text.substring(boundary)));
        }
        assertThatThrownBy(() -> TokenDataset.build(folder.resolve("h"), Documents.of("play", List.of(text, text)), encoder(),
                CONFIG.withSplit(DatasetConfig.Split.HASH))).isInstanceOf(UserError.class).hasMessageContaining("one document");
        try (var copies = TokenDataset.build(folder.resolve("c"), Documents.of("play", List.of(text, text)), encoder(), CONFIG)) {
            assertThat(copies.info().split()).isEqualTo("position");
        }
        assertThat(folder.resolve("h")).doesNotExist();
    }

    @Test
    void aVeryLongDocumentIsEncodedInPartsThatFollowEachOther() {
        var text = "A line of a very long document.\n".repeat(50_000);
        var longest = new AtomicInteger();
        var watching = new TokenEncoder(t -> {
            longest.accumulateAndGet(t.length(), Math::max);
            return bytes(t);
        }, 257, END, "bytes");
        try (var dataset = TokenDataset.build(folder.resolve("d"), Documents.of("m", List.of(text, "short\n")), watching, CONFIG)) {
            assertThat(longest.get()).isLessThanOrEqualTo(1 << 16);
            assertThat(documents(dataset.train()).size() + documents(dataset.validation()).size()).isEqualTo(2);
            assertThat(new HashSet<>(List.of(documents(dataset.train()).getFirst(), documents(dataset.validation()).getFirst())))
                    .isEqualTo(new HashSet<>(List.of(text, "short\n")));
        }
    }

    @Test
    void aSecondBuildReusesTheFirstAndAChangedSourceDoesNot() throws IOException {
        var data = folder.resolve("data.txt");
        Files.writeString(data, "one\ntwo\nthree\nfour\nfive\n");
        var calls = new AtomicInteger();
        var counting = new TokenEncoder(t -> {
            calls.incrementAndGet();
            return bytes(t);
        }, 257, END, "bytes");
        var lines = CorpusConfig.DEFAULT.withSplit(CorpusConfig.Split.LINE);
        var target = folder.resolve("d");

        var first = build(target, data, lines, counting, CONFIG);
        int once = calls.get();
        assertThat(once).isGreaterThanOrEqualTo(5);
        assertThat(build(target, data, lines, counting, CONFIG)).isEqualTo(first);
        assertThat(calls).hasValue(once);

        assertThat(build(target, data, lines, counting, CONFIG.withValidation(0.4))).isNotEqualTo(first);
        assertThat(calls.get()).isGreaterThan(once);
        int twice = calls.get();
        var other = new TokenEncoder(counting.encode(), 257, END, "other");
        build(target, data, lines, other, CONFIG.withValidation(0.4));
        assertThat(calls.get()).isGreaterThan(twice);
        int thrice = calls.get();
        Files.writeString(data, "one\ntwo\nthree\nfour\nFIVE\n");
        Files.setLastModifiedTime(data, FileTime.fromMillis(1_000_000));
        build(target, data, lines, other, CONFIG.withValidation(0.4));
        assertThat(calls.get()).isGreaterThan(thrice);
    }

    @Test
    void aDamagedDatasetIsRefusedAndBuiltAgain() throws IOException {
        var documents = Documents.of("memory", texts(50));
        var target = folder.resolve("d");
        TokenDataset.build(target, documents, encoder(), CONFIG).close();
        var good = Files.readString(target.resolve("dataset.json"));
        for (var name : List.of("train-00000.bin", "val-00000.bin", "dataset.json")) {
            var file = target.resolve(name);
            var bytes = Files.readAllBytes(file);
            bytes[bytes.length / 2] ^= 64;
            Files.write(file, bytes);
            if (!name.equals("dataset.json")) {
                assertThatThrownBy(() -> TokenDataset.open(target)).isInstanceOf(UserError.class).hasMessageContaining(name);
            }
            Files.write(file, new byte[3]);
            assertThatThrownBy(() -> TokenDataset.open(target)).isInstanceOf(UserError.class).hasMessageContaining(name);
            Files.delete(file);
            assertThatThrownBy(() -> TokenDataset.open(target)).isInstanceOf(UserError.class).hasMessageContaining(name);
            if (!name.equals("dataset.json")) {
                try (var again = TokenDataset.build(target, documents, encoder(), CONFIG)) {
                    assertThat(again.train().documents() + again.validation().documents()).isEqualTo(50);
                }
                TokenDataset.open(target).close();
            }
        }
        for (var json : List.of("{}", "null", "[]", "{\"version\": 9}",
                "{\"version\":1,\"fingerprint\":\"x\",\"sources\":[],\"vocab_size\":2,"
                        + "\"end_of_document\":1,\"split\":\"hash\",\"train\":{\"documents\":0,\"tokens\":0,\"bytes\":0,\"shards\":[]},"
                        + "\"validation\":null}",
                good.replace("train-00000.bin", "../x"))) {
            Files.writeString(target.resolve("dataset.json"), json);
            assertThatThrownBy(() -> TokenDataset.open(target)).as(json).isInstanceOf(UserError.class);
            assertThatThrownBy(() -> TokenDataset.build(target, documents, encoder(), CONFIG)).as(json).isInstanceOf(UserError.class);
        }
    }

    @Test
    void aFolderOfSomethingElseIsLeftAlone() throws IOException {
        Files.writeString(folder.resolve("thesis.txt"), "precious");
        assertThatThrownBy(() -> TokenDataset.build(folder, Documents.of("memory", texts(5)), encoder(), CONFIG))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("not a token dataset");
        assertThat(folder.resolve("thesis.txt")).hasContent("precious");
    }

    @Test
    void whatCannotBeBuiltSaysWhyAndLeavesNothing() throws IOException {
        var target = folder.resolve("d");
        assertThatThrownBy(() -> TokenDataset.build(target, Documents.of("memory", List.of()), encoder(), CONFIG))
                .isInstanceOf(UserError.class);
        assertThatThrownBy(() -> TokenDataset.build(target, Documents.of("memory", List.of("x")), encoder(), CONFIG))
                .isInstanceOf(UserError.class);
        var wrong = new TokenEncoder(TokenDatasetTest::bytes, 50, 49, "wrong");
        assertThatThrownBy(() -> TokenDataset.build(target, Documents.of("memory", texts(5)), wrong, CONFIG)).isInstanceOf(UserError.class)
                .hasMessageContaining("outside its vocabulary of 50");
        var failing = new TokenEncoder(_ -> {
            throw new UserError("No.");
        }, 50, 49, "failing");
        assertThatThrownBy(() -> TokenDataset.build(target, Documents.of("memory", texts(5)), failing, CONFIG))
                .isInstanceOf(UserError.class)
                .hasMessage("No.");
        assertThatThrownBy(() -> new TokenEncoder(TokenDatasetTest::bytes, 50, 50, "x")).isInstanceOf(UserError.class);
        assertThatThrownBy(() -> CONFIG.withValidation(1)).isInstanceOf(UserError.class);
        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    /** From files to the dataset: what happens to a file on the way is one sentence, and no half-made folder is left. */
    @Test
    void aFileThatVanishesOrIsCutShortWhileItIsEncodedIsNamedAndNothingIsLeft() throws IOException {
        var lines = CorpusConfig.DEFAULT.withSplit(CorpusConfig.Split.LINE);
        var target = folder.resolve("d");
        for (boolean vanishes : new boolean[]{true, false}) {
            var first = Files.writeString(folder.resolve("a.txt"), String.join("", texts(10_000)));
            var second = Files.writeString(folder.resolve("b.txt"), String.join("", texts(10_000)));
            var corpus = Corpus.open(List.of(first.toString(), second.toString()), lines);
            var struck = struck(corpus, 5_000, () -> {
                if (vanishes) {
                    Files.delete(second);
                } else {
                    cut(first, 1000);
                }
                return null;
            });
            assertThatThrownBy(() -> TokenDataset.build(target, struck, encoder(), CONFIG.withSplit(DatasetConfig.Split.HASH)))
                    .isInstanceOf(UserError.class)
                    .hasMessage(vanishes
                            ? second + " vanished while the data were being read; put it back and run the command again."
                            : first + " changed while the data were being read; run the command again when it is written whole.");
            Files.deleteIfExists(first);
            Files.deleteIfExists(second);
            try (var files = Files.list(folder)) {
                assertThat(files).isEmpty();
            }
        }
    }

    /** The same documents; {@code blow} falls before one of them is asked for. */
    private static Documents struck(Documents documents, int at, Callable<@Nullable Void> blow) {
        return new Documents() {
            @Override
            public Iterator<Document> iterator() {
                var count = new AtomicInteger();
                var all = documents.iterator();
                return new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        return all.hasNext();
                    }

                    @Override
                    public Document next() {
                        if (count.incrementAndGet() == at) {
                            assertThatCode(blow::call).doesNotThrowAnyException();
                        }
                        return all.next();
                    }
                };
            }

            @Override
            public String fingerprint() {
                return documents.fingerprint();
            }

            @Override
            public List<String> sources() {
                return documents.sources();
            }
        };
    }

    private static void cut(Path file, long bytes) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
        }
    }

    /** The pages of a mapped file that is cut short are gone: an access would be an InternalError. */
    @Test
    void aShardCutShortUnderItsMappingIsNamed() throws IOException {
        var target = folder.resolve("d");
        TokenDataset.build(target, Documents.of("memory", texts(20_000)), encoder(), CONFIG).close();
        var shard = target.resolve("train-00000.bin");
        long size = Files.size(shard);
        try (var dataset = TokenDataset.open(target)) {
            var source = new BatchSource(dataset.train(), new BatchConfig(8, 64), 1);
            assertThat(source.batch(0).predicted()).isEqualTo(8 * 64);
            cut(shard, 0);
            var sentence = "The token shard " + shard + " was cut short while it was being read, from " + size
                    + " to 0 bytes; run the command again, which encodes the data again.";
            assertThatThrownBy(() -> source.batch(0)).isInstanceOf(UserError.class).hasMessage(sentence);
            assertThatThrownBy(() -> new EvaluationBatches(dataset.train(), source.config()).batch(0)).isInstanceOf(UserError.class)
                    .hasMessage(sentence);
            assertThatThrownBy(() -> dataset.train().verify()).isInstanceOf(UserError.class).hasMessage(sentence);
        }
        try (var again = TokenDataset.build(target, Documents.of("memory", texts(20_000)), encoder(), CONFIG)) {
            assertThat(Files.size(shard)).isEqualTo(size);
            assertThat(again.train().documents() + again.validation().documents()).isEqualTo(20_000);
        }
    }

    @Test
    void aShardDeletedUnderItsMappingCanStillBeRead() throws IOException {
        var target = folder.resolve("d");
        TokenDataset.build(target, Documents.of("memory", texts(20_000)), encoder(), CONFIG).close();
        try (var dataset = TokenDataset.open(target)) {
            var before = new BatchSource(dataset.train(), new BatchConfig(8, 64), 1).batch(3).inputs();
            Files.delete(target.resolve("train-00000.bin"));
            assertThat(new BatchSource(dataset.train(), new BatchConfig(8, 64), 1).batch(3).inputs()).isEqualTo(before);
        }
    }

    private static String build(Path target, Path data, CorpusConfig lines, TokenEncoder encoder, DatasetConfig config) {
        try (var dataset = TokenDataset.build(target, Corpus.open(List.of(data.toString()), lines), encoder, config)) {
            return dataset.fingerprint();
        }
    }

    private static int[] withEnd(String text) {
        return IntStream.concat(IntStream.of(bytes(text)), IntStream.of(END)).toArray();
    }

    private static int[] tokens(TokenSplit split) {
        var tokens = new int[(int) split.tokens()];
        split.copy(0, tokens.length, tokens, 0);
        return tokens;
    }

    private static List<String> documents(TokenSplit split) {
        var documents = new ArrayList<String>();
        var document = new ByteArrayOutputStream();
        for (int token : tokens(split)) {
            if (token == END) {
                documents.add(document.toString(StandardCharsets.UTF_8));
                document.reset();
            } else {
                document.write(token);
            }
        }
        assertThat(document.size()).isZero();
        return documents;
    }
}
