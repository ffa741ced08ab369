package org.lyceum.text.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;

class TokenShardTest {
    private static Path folder = Path.of("");

    /** What the shards to be damaged hold; two of them in u16, two in u32. */
    private static final List<List<int[]>> SAMPLES = List.of(List.of(new int[]{0}), List.of(new int[]{5, 65_535, 0}, new int[]{7, 8, 9, 0}),
            List.of(new int[]{1, 2, 3, 0}, new int[]{0}, new int[]{9, 0}), List.of(new int[]{65_535, 0}));
    private static final List<byte[]> GOOD = IntStream.range(0, SAMPLES.size()).mapToObj(TokenShardTest::good).toList();

    private static byte[] good(int which) {
        try {
            var file = Files.createTempFile("shard", ".bin");
            write(file, SAMPLES.get(which), which < 2 ? 1 << 16 : 100_000);
            var content = Files.readAllBytes(file);
            Files.delete(file);
            return content;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeContainer
    static void makeFolder() throws IOException {
        folder = Files.createTempDirectory("shards");
    }

    @AfterContainer
    static void deleteFolder() throws IOException {
        WholeFiles.deleteTree(folder);
    }

    @Property(tries = 100)
    void whatIsWrittenIsReadBack(@ForAll("documents") List<int[]> documents, @ForAll @IntRange(min = 1, max = 2) int size) {
        int vocab = size == 1 ? 1 << 16 : 100_000;
        var path = folder.resolve("shard.bin");
        write(path, documents, vocab);

        try (var arena = Arena.ofConfined()) {
            var shard = TokenShard.open(path, arena);
            shard.verify();
            long at = 0;
            assertThat(shard.pieces()).isEqualTo(documents.size());
            assertThat(shard.documents()).isEqualTo(documents.size());
            for (int i = 0; i < documents.size(); i++) {
                var document = documents.get(i);
                assertThat(shard.pieceStart(i)).isEqualTo(at);
                assertThat(shard.pieceEnd(i)).isEqualTo(at += document.length);
                assertThat(shard.bytesThrough(i)).isEqualTo(3 * at);
                var copy = new int[document.length + 2];
                shard.copy(shard.pieceStart(i), document.length, copy, 1);
                assertThat(Arrays.copyOfRange(copy, 1, document.length + 1)).isEqualTo(document);
            }
            assertThat(shard.tokens()).isEqualTo(at);
            assertThat(shard.bytes()).isEqualTo(3 * at);
            assertThat(shard.vocabSize()).isEqualTo(vocab);
            assertThat(shard.endOfDocument()).isZero();
        }
    }

    /** However a file is damaged, opening and verifying it says so in a sentence, and nothing else is thrown. */
    @Property(tries = 3000)
    void damageIsAlwaysNoticed(@ForAll @IntRange(max = 3) int which, @ForAll("damage") Damage damage) {
        var good = GOOD.get(which);
        var bad = damage.of(good);

        if (Arrays.equals(good, bad)) {
            shard(bad).verify();
        } else {
            assertThatThrownBy(() -> shard(bad).verify()).isInstanceOf(UserError.class).message().contains("damaged.bin").endsWith(".");
        }
    }

    /** A header whose checksum was made to fit still cannot lead a reader outside the file. */
    @Property(tries = 2000)
    void forgedHeadersAreRefusedOrHarmless(@ForAll @IntRange(max = 3) int which, @ForAll @IntRange(max = 59) int at, @ForAll byte value) {
        var bytes = GOOD.get(which).clone();
        int table = bytes.length - 16 * SAMPLES.get(which).size();
        bytes[at] = value;
        var crc = new CRC32C();
        crc.update(bytes, 0, 60);
        crc.update(bytes, table, bytes.length - table);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(60, (int) crc.getValue());

        try {
            var shard = shard(bytes);
            shard.verify();
            for (long i = 0; i < shard.tokens(); i++) {
                assertThat(shard.token(i)).isBetween(0, shard.vocabSize() - 1);
            }
        } catch (UserError e) {
            assertThat(e.getMessage()).contains("damaged.bin");
        }
    }

    private static TokenShard shard(byte[] content) {
        return new TokenShard(Path.of("damaged.bin"), MemorySegment.ofArray(content));
    }

    @Provide
    Arbitrary<List<int[]>> documents() {
        return Arbitraries.integers().between(1, 65_535).array(int[].class).ofMaxSize(20).map(tokens -> {
            var ended = Arrays.copyOf(tokens, tokens.length + 1);
            ended[tokens.length] = 0;
            return ended;
        }).list().ofMinSize(1).ofMaxSize(10);
    }

    /** A byte changed, the end cut off, or bytes put at the end; {@code where} runs from 0 to 1. */
    record Damage(int kind, double where, int value) {
        byte[] of(byte[] good) {
            int at = (int) (where * (good.length - 1));
            return switch (kind) {
                case 0 -> {
                    var bad = good.clone();
                    bad[at] ^= (byte) value;
                    yield bad;
                }
                case 1 -> Arrays.copyOf(good, at);
                default -> Arrays.copyOf(good, good.length + value);
            };
        }
    }

    @Provide
    Arbitrary<Damage> damage() {
        return Combinators.combine(Arbitraries.frequency(Tuple.of(4, 0), Tuple.of(1, 1),
                Tuple.of(1, 2)), Arbitraries.doubles().between(0, 1), Arbitraries.integers().between(1, 255)).as(Damage::new);
    }

    @Test
    void aWriterThatIsNotFinishedLeavesNothing(@TempDir Path empty) throws IOException {
        try (var writer = new ShardWriter(empty.resolve("a.bin"), 10, 0)) {
            writer.add(new int[]{1, 2, 0}, 2);
            assertThatThrownBy(() -> writer.add(new int[]{10}, 1)).isInstanceOf(UserError.class).hasMessageContaining("vocabulary of 10");
        }
        try (var files = Files.list(empty)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void aDamagedFileIsRefusedOnOpening(@TempDir Path there) throws IOException {
        var bytes = GOOD.get(1).clone();
        bytes[bytes.length - 3] ^= 1;
        Files.write(there.resolve("table.bin"), bytes);
        Files.write(there.resolve("short.bin"), Arrays.copyOf(bytes, bytes.length - 1));
        Files.write(there.resolve("empty.bin"), new byte[0]);
        try (var arena = Arena.ofConfined()) {
            for (var name : List.of("table.bin", "short.bin", "empty.bin")) {
                assertThatThrownBy(() -> TokenShard.open(there.resolve(name), arena)).isInstanceOf(UserError.class)
                        .hasMessageContaining(name)
                        .hasMessageContaining("damaged");
            }
        }
    }

    @Test
    void filesThatAreNoShardsAreRefused(@TempDir Path there) throws IOException {
        Files.writeString(there.resolve("text.bin"), "This is a text and not a shard, long enough to hold a whole header of one.");
        try (var arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> TokenShard.open(there.resolve("text.bin"), arena)).isInstanceOf(UserError.class)
                    .hasMessageContaining("not a token shard");
            assertThatThrownBy(() -> TokenShard.open(there.resolve("none.bin"), arena)).isInstanceOf(UserError.class)
                    .hasMessageContaining("none.bin");
        }
        assertThatThrownBy(() -> new ShardWriter(there.resolve("x.bin"), 10, 10)).isInstanceOf(UserError.class);
        assertThatThrownBy(() -> new ShardWriter(there.resolve("no/such/x.bin"), 10, 1)).isInstanceOf(UserError.class);
    }

    /** A ring of several shards equals the list of all their tokens. */
    @Property(tries = 100)
    void aSplitOfSeveralShardsIsOneRing(@ForAll("documents") List<int[]> first, @ForAll("documents") List<int[]> second,
            @ForAll @IntRange(min = -50, max = 1000) int from, @ForAll @IntRange(max = 700) int n) {
        write(folder.resolve("first.bin"), first, 1 << 16);
        write(folder.resolve("second.bin"), second, 1 << 16);
        var all = new ArrayList<Integer>();
        for (var document : concat(first, second)) {
            Arrays.stream(document).forEach(all::add);
        }
        try (var arena = Arena.ofConfined()) {
            var split = new TokenSplit(
                    List.of(TokenShard.open(folder.resolve("first.bin"), arena), TokenShard.open(folder.resolve("second.bin"), arena)));
            var copy = new int[n];
            split.copy(from, n, copy, 0);
            for (int i = 0; i < n; i++) {
                assertThat(copy[i]).isEqualTo(all.get(Math.floorMod(from + i, all.size()))).isEqualTo(split.token(from + i));
            }
            assertThat(split.tokens()).isEqualTo(all.size());
            long at = 0;
            var documents = concat(first, second);
            for (int i = 0; i < documents.size(); i++) {
                assertThat(split.pieceStart(i)).isEqualTo(at);
                at += documents.get(i).length;
                assertThat(split.pieceEnd(i)).isEqualTo(at);
                assertThat(split.bytesThrough(i)).isEqualTo(3 * at);
            }
        }
    }

    private static List<int[]> concat(List<int[]> first, List<int[]> second) {
        var all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    private static void write(Path path, List<int[]> documents, int vocab) {
        try (var writer = new ShardWriter(path, vocab, 0)) {
            for (var document : documents) {
                writer.add(document, 3L * document.length);
            }
            writer.finish();
        }
    }
}
