package org.lyceum.tensor.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lyceum.foundation.UserError;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.safetensors.SafetensorsWriter.Source;

/** The same bytes as Python's library, shards with their index, and nothing damaged when a write fails. */
class SafetensorsWriterTest {
    @TempDir
    Path folder;

    @Test
    void writesTheSameBytesAsPython() throws IOException {
        var theirs = SafetensorsFileTest.pythonFixture(folder);
        var ours = folder.resolve("ours.safetensors");
        try (var file = SafetensorsFile.open(theirs)) {
            var shuffled = new ArrayList<>(file.entries().values().stream().map(Source::of).toList());
            Collections.reverse(shuffled);
            SafetensorsWriter.write(ours, shuffled, file.metadata());
        }
        assertThat(Files.readAllBytes(ours)).isEqualTo(Files.readAllBytes(theirs));
    }

    @Test
    void takesTensorsInPiecesOnTheHeapAndOffIt() {
        var path = folder.resolve("a.safetensors");
        var large = new float[(9 << 20) / 4 + 3]; // more than one chunk
        for (int i = 0; i < large.length; i++) {
            large[i] = i;
        }
        try (var arena = Arena.ofConfined()) {
            var half = arena.allocateFrom(ValueLayout.JAVA_LONG, 1, 2);
            SafetensorsWriter.write(path, List.of(
                    Source.of("heap", DType.F32, List.of((long) large.length), MemorySegment.ofArray(large)),
                    new Source("pieces", DType.I64, List.of(2L, 2L), sink -> {
                        sink.accept(half);
                        sink.accept(MemorySegment.ofArray(new long[]{3, 4}));
                    })), SafetensorsWriter.PYTORCH);
        }
        try (var file = SafetensorsFile.open(path)) {
            assertThat(file.entries().keySet()).containsExactly("pieces", "heap");
            assertThat(file.entry("pieces").data().toArray(ValueLayout.JAVA_LONG_UNALIGNED)).containsExactly(1, 2, 3, 4);
            assertThat(file.entry("heap").data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED)).isEqualTo(large);
        }
    }

    @Test
    void aFailedWriteLeavesTheEarlierFile() throws IOException {
        var path = folder.resolve("a.safetensors");
        SafetensorsWriter.write(path, List.of(bytes("a", 1)), Map.of());
        var before = Files.readAllBytes(path);
        var tooShort = Source.of("b", DType.F32, List.of(2L), MemorySegment.ofArray(new byte[4]));
        assertThatThrownBy(() -> SafetensorsWriter.write(path, List.of(tooShort), Map.of())).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'b' gave 4 bytes where F32 [2] takes 8");
        var failing = new Source("b", DType.I8, List.of(1L), _ -> {
            throw new UserError("The device vanished.");
        });
        assertThatThrownBy(() -> SafetensorsWriter.write(path, List.of(failing), Map.of())).isInstanceOf(UserError.class);
        assertThat(Files.readAllBytes(path)).isEqualTo(before);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(path);
        }
    }

    @Test
    void refusesTwoTensorsOfOneName() {
        assertThatThrownBy(() -> SafetensorsWriter.write(folder.resolve("a"), List.of(bytes("a", 1), bytes("a", 1)), Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SafetensorsWriter.write(folder.resolve("a"), List.of(bytes("__metadata__", 1)), Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shardsAndReadsShards() throws IOException {
        var sources = List.of(bytes("w", 6), bytes("c", 5), bytes("a", 30), bytes("b", 10), bytes("z", 0));
        SafetensorsWriter.writeSharded(folder, "model", sources, SafetensorsWriter.PYTORCH, 1000);
        assertThat(folder.resolve("model.safetensors")).exists();
        SafetensorsWriter.writeSharded(folder, "model", sources, SafetensorsWriter.PYTORCH, 11);
        assertThat(folder.resolve("model.safetensors")).doesNotExist();
        assertThat(Files.readString(folder.resolve("model.safetensors.index.json"))).contains("\"total_size\" : 51");
        try (var weights = SafetensorsFolder.open(folder)) {
            assertThat(weights.paths()).extracting(path -> path.getFileName().toString()).containsExactlyInAnyOrder(
                    "model-00001-of-00003.safetensors", "model-00002-of-00003.safetensors", "model-00003-of-00003.safetensors");
            assertThat(weights.entries().keySet()).containsExactlyInAnyOrder("w", "c", "a", "b", "z");
            assertThat(weights.byteSize()).isEqualTo(51);
            for (var source : sources) {
                source.data().writeTo(expected -> assertThat(weights.entry(source.name()).data().mismatch(expected)).isEqualTo(-1));
            }
            assertThatThrownBy(() -> weights.entry("q")).isInstanceOf(UserError.class).hasMessageContaining("no tensor 'q'");
        }
        SafetensorsWriter.writeSharded(folder, "model", sources, SafetensorsWriter.PYTORCH, 51);
        assertThat(folder.resolve("model.safetensors.index.json")).doesNotExist();
        try (var weights = SafetensorsFolder.open(folder)) {
            assertThat(weights.paths()).containsExactly(folder.resolve("model.safetensors"));
        }
    }

    @Test
    void saysWhatIsWrongWithAShardedFolder() throws IOException {
        assertRefused("holds neither model.safetensors nor model.safetensors.index.json");
        var index = folder.resolve("model.safetensors.index.json");
        Files.writeString(index, "{\"weight_map\":{\"a\":\"one.safetensors\",\"b\":\"two.safetensors\"}}");
        SafetensorsWriter.write(folder.resolve("one.safetensors"), List.of(bytes("a", 1)), Map.of());
        assertRefused("The shard " + folder.resolve("two.safetensors") + " named by model.safetensors.index.json is missing");
        SafetensorsWriter.write(folder.resolve("two.safetensors"), List.of(bytes("c", 1)), Map.of());
        assertRefused("two.safetensors does not hold the tensor 'b' that model.safetensors.index.json places there");
        Files.writeString(folder.resolve("two.safetensors"), "junk");
        assertRefused("two.safetensors is not a sound safetensors file");
        Files.writeString(index, "{\"weight_map\":{\"a\":1}}");
        assertRefused("which is not the name of a safetensors file beside it");
        Files.writeString(index, "{\"weight_map\":[]}");
        assertRefused("has no weight_map");
        Files.writeString(index, "{\"weight_map\":");
        assertRefused("is not valid JSON");
        assertThatThrownBy(() -> SafetensorsFolder.open(folder.resolve("none"))).isInstanceOf(UserError.class)
                .hasMessageContaining("There is no folder");
        assertThatThrownBy(() -> SafetensorsFolder.open(index)).isInstanceOf(UserError.class).hasMessageContaining("is not a folder");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../model.safetensors", "/etc/model.safetensors", "a/b.safetensors", "..\\\\m.safetensors", "c:m.safetensors",
            "..safetensors", ".safetensors", "", "passwd", "a\\u0000.safetensors"})
    void theIndexCannotLeaveItsFolder(String shard) throws IOException {
        Files.writeString(folder.resolve("model.safetensors.index.json"), "{\"weight_map\":{\"a\":\"" + shard + "\"}}");
        assertRefused("which is not the name of a safetensors file beside it");
    }

    private void assertRefused(String fault) {
        assertThatThrownBy(() -> SafetensorsFolder.open(folder)).isInstanceOf(UserError.class).hasMessageContaining(fault)
                .hasMessageContaining(folder.toString());
    }

    private static Source bytes(String name, int count) {
        var data = new byte[count];
        for (int i = 0; i < count; i++) {
            data[i] = (byte) (name.hashCode() + i);
        }
        return Source.of(name, DType.I8, List.of((long) count), MemorySegment.ofArray(data));
    }
}
