package org.lyceum.tensor.safetensors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.safetensors.SafetensorsWriter.Source;

/** Whatever is written comes back; whatever is broken is refused with a sentence or read within its bounds. */
class SafetensorsPropertyTest {
    private static Path folder = Path.of("");

    record Made(DType dtype, List<Long> shape, byte[] bytes) {
    }

    @BeforeContainer
    static void makeFolder() throws IOException {
        folder = Files.createTempDirectory("safetensors");
    }

    @AfterContainer
    static void deleteFolder() throws IOException {
        WholeFiles.deleteTree(folder);
    }

    @Provide
    Arbitrary<Map<String, Made>> tensors() {
        var shapes = Arbitraries.longs().between(0, 5).list().ofMaxSize(4);
        var made = Combinators.combine(Arbitraries.of(DType.class), shapes, Arbitraries.longs()).as((dtype, shape, seed) -> {
            var bytes = new byte[(int) SafetensorsHeader.byteSize(dtype, shape)];
            Seeds.generator(seed, "bytes", 0).nextBytes(bytes);
            return new Made(dtype, shape, bytes);
        });
        var names = Arbitraries.strings().ofMaxLength(12).filter(name -> wellFormed(name) && !name.equals(SafetensorsHeader.METADATA_KEY));
        return Arbitraries.maps(names, made).ofMaxSize(6);
    }

    @Property(tries = 300)
    void roundTrip(@ForAll("tensors") Map<String, Made> tensors) {
        var path = folder.resolve("round.safetensors");
        SafetensorsWriter.write(path, sources(tensors), Map.of("format", "pt", "ключ", "\"\\\u0000"));
        try (var file = SafetensorsFile.open(path)) {
            assertThat(file.metadata()).isEqualTo(Map.of("format", "pt", "ключ", "\"\\\u0000"));
            assertThat(file.entries().keySet()).isEqualTo(tensors.keySet());
            tensors.forEach((name, made) -> {
                var entry = file.entry(name);
                assertThat(entry.dtype()).isEqualTo(made.dtype());
                assertThat(entry.shape()).isEqualTo(made.shape());
                assertThat(entry.data().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(made.bytes());
                assertThat(entry.data().address() % made.dtype().bytes()).isZero();
            });
        }
    }

    @Property(tries = 500)
    void damagedFilesAreRefusedOrReadWithinBounds(@ForAll("tensors") Map<String, Made> tensors, @ForAll long seed) throws IOException {
        var path = folder.resolve("damaged.safetensors");
        SafetensorsWriter.write(path, sources(tensors), Map.of("format", "pt"));
        Files.write(path, damaged(Files.readAllBytes(path), Seeds.generator(seed, "damage", 0)));
        try (var file = SafetensorsFile.open(path)) {
            long bytes = 0;
            for (var entry : file.entries().values()) {
                bytes += entry.data().toArray(ValueLayout.JAVA_BYTE).length;
            }
            assertThat(bytes).isLessThan(Files.size(path));
        } catch (UserError e) {
            assertThat(e.getMessage()).contains(path.toString()).endsWith(".").doesNotContain("\n");
        }
    }

    @Property(tries = 100)
    void everyTruncationIsRefused(@ForAll("tensors") Map<String, Made> tensors, @ForAll long seed) throws IOException {
        var path = folder.resolve("short.safetensors");
        SafetensorsWriter.write(path, sources(tensors), Map.of());
        var whole = Files.readAllBytes(path);
        var kept = new byte[Seeds.generator(seed, "length", 0).nextInt(whole.length)];
        System.arraycopy(whole, 0, kept, 0, kept.length);
        Files.write(path, kept);
        try (var file = SafetensorsFile.open(path)) {
            throw new AssertionError("opened " + kept.length + " of " + whole.length + " bytes: " + file.entries());
        } catch (UserError e) {
            assertThat(e.getMessage()).contains(path.toString());
        }
    }

    @Property(tries = 300)
    void damagedIndexesAreRefusedOrRead(@ForAll long seed) throws IOException {
        var shards = Files.createDirectories(folder.resolve("shards"));
        var sources = new ArrayList<Source>();
        for (var name : List.of("a", "b", "c")) {
            sources.add(Source.of(name, DType.I8, List.of(2L),
                    MemorySegment.ofArray(name.repeat(2).getBytes(UTF_8))));
        }
        SafetensorsWriter.writeSharded(shards, "model", sources, Map.of(), 2);
        var index = shards.resolve("model.safetensors.index.json");
        Files.write(index, damaged(Files.readAllBytes(index), Seeds.generator(seed, "damage", 1)));
        try (var weights = SafetensorsFolder.open(shards)) {
            assertThat(weights.byteSize()).isLessThanOrEqualTo(6);
        } catch (UserError e) {
            assertThat(e.getMessage()).contains(shards.toString());
        }
    }

    /** A few bytes replaced, removed or added; often by characters that keep the JSON valid. */
    private static byte[] damaged(byte[] bytes, RandomGenerator random) {
        var list = new ArrayList<Byte>();
        for (var b : bytes) {
            list.add(b);
        }
        var likely = "0123456789[]{},:\"- ".getBytes(UTF_8);
        for (int i = 0, edits = 1 + random.nextInt(3); i < edits && !list.isEmpty(); i++) {
            var value = random.nextBoolean() ? likely[random.nextInt(likely.length)] : (byte) random.nextInt(256);
            int at = random.nextInt(list.size());
            switch (random.nextInt(4)) {
                case 0 -> list.remove(at);
                case 1 -> list.add(at, value);
                default -> list.set(at, value);
            }
        }
        var out = new byte[list.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = list.get(i);
        }
        return out;
    }

    private static List<Source> sources(Map<String, Made> tensors) {
        var sources = new LinkedHashMap<String, Source>();
        tensors.forEach(
                (name, made) -> sources.put(name, Source.of(name, made.dtype(), made.shape(), MemorySegment.ofArray(made.bytes()))));
        return List.copyOf(sources.values());
    }

    private static boolean wellFormed(String name) {
        return name.codePoints().noneMatch(c -> Character.getType(c) == Character.SURROGATE);
    }
}
