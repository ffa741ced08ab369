package org.lyceum.tensor.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.tensor.gguf.GgufWriter.Source;

class GgufWriterTest {
    @TempDir
    Path folder;

    /** Every kind of metadata and every block format survives; python.gguf itself was written by another program. */
    @Test
    void copiesAFile() throws IOException {
        var copy = folder.resolve("copy.gguf");
        var again = folder.resolve("again.gguf");
        try (var file = GgufFile.open(Fixture.path())) {
            GgufWriter.write(copy, file.metadata(), file.tensors().values().stream().map(Source::of).toList());
            try (var copied = GgufFile.open(copy)) {
                assertThat(copied.metadata()).usingRecursiveComparison().isEqualTo(file.metadata());
                assertThat(List.copyOf(copied.metadata().keySet())).isEqualTo(List.copyOf(file.metadata().keySet()));
                assertThat(List.copyOf(copied.tensors().keySet())).isEqualTo(List.copyOf(file.tensors().keySet()));
                file.tensors().forEach((name, tensor) -> {
                    var read = copied.tensor(name);
                    assertThat(read.format()).isEqualTo(tensor.format());
                    assertThat(read.shape()).isEqualTo(tensor.shape());
                    assertThat(read.data().mismatch(tensor.data())).isEqualTo(-1);
                });
                GgufWriter.write(again, copied.metadata(), copied.tensors().values().stream().map(Source::of).toList());
            }
        }
        assertThat(again).hasSameBinaryContentAs(copy);
    }

    /** llama.cpp refuses a key of another type than it expects, and it expects UINT32 and FLOAT32. */
    @Test
    void numbersTakeTheTypesThatLlamaCppExpects() throws IOException {
        var path = folder.resolve("types.gguf");
        var metadata = new LinkedHashMap<String, Object>();
        metadata.put("a", 7);
        metadata.put("b", 7L);
        metadata.put("c", 1e-5f);
        metadata.put("d", 0.5);
        metadata.put("e", new int[]{1});
        metadata.put("f", -7);
        metadata.put("g", 1L << 32);
        metadata.put("h", 0.1);
        GgufWriter.write(path, metadata, List.of());
        var expected = RawGguf.of(0, 8).key("a", 4).int32(7).key("b", 4).int32(7).key("c", 6).int32(Float.floatToIntBits(1e-5f)).key("d", 6)
                .int32(Float.floatToIntBits(0.5f)).key("e", 9).int32(5).int64(1).int32(1).key("f", 5).int32(-7).key("g", 11).int64(1L << 32)
                .key("h", 12).int64(Double.doubleToLongBits(0.1)).data(0).bytes();
        assertThat(Files.readAllBytes(path)).isEqualTo(expected);
    }

    /** A million elements and some go through the encoder in two pieces and many parts. */
    @Test
    void encodesWhileItWrites() {
        var path = folder.resolve("large.gguf");
        var shape = List.of(1025L, 1024L);
        GgufWriter.write(path, Map.of("general.architecture", "llama"), List.of(
                Source.of("first", BlockFormat.F32, List.of(3L), MemorySegment.ofArray(new byte[12])),
                Source.quantized("q8", BlockFormat.Q8_0, shape, GgufWriterTest::wave),
                Source.quantized("q4", BlockFormat.Q4_K, shape, GgufWriterTest::wave)));
        try (var file = GgufFile.open(path)) {
            for (var name : List.of("q8", "q4")) {
                var tensor = file.tensor(name);
                assertThat(tensor.shape()).isEqualTo(shape);
                assertThat(tensor.data().address() % 32).isZero();
                var values = Fixture.values(tensor);
                var expected = new float[values.length];
                wave(0, expected, expected.length);
                var whole = MemorySegment.ofArray(new byte[(int) tensor.data().byteSize()]);
                BlockQuantizer.quantize(tensor.format(), expected, 0, expected.length, whole);
                assertThat(tensor.data().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(whole.toArray(ValueLayout.JAVA_BYTE));
                for (int i = 0; i < values.length; i += 997) {
                    assertThat(values[i]).isBetween(expected[i] - 0.1f, expected[i] + 0.1f);
                }
            }
        }
    }

    @Test
    void refusesWhatNoFileCanHold() {
        var path = folder.resolve("bad.gguf");
        var data = MemorySegment.ofArray(new byte[4]);
        for (var tensors : List.of(
                List.of(Source.of("a", BlockFormat.F32, List.of(2L), data)),
                List.of(Source.of("a", BlockFormat.F32, List.of(1L), data), Source.of("a", BlockFormat.F32, List.of(1L), data)),
                List.of(Source.of("a", BlockFormat.F32, List.of(1L, 1L, 1L, 1L, 1L), data)),
                List.of(Source.of("a".repeat(64), BlockFormat.F32, List.of(1L), data)),
                List.of(Source.of("a", BlockFormat.Q8_0, List.of(2L, 16L), data)))) {
            assertThatThrownBy(() -> GgufWriter.write(path, Map.of(), tensors)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> GgufWriter.write(path, Map.of("general.alignment", 64L), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> GgufWriter.write(path, Map.of("k", 'c'), List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThat(folder).isEmptyDirectory();
    }

    private static void wave(long from, float[] out, int count) {
        for (int i = 0; i < count; i++) {
            out[i] = (float) Math.sin((from + i) * 0.37);
        }
    }
}
