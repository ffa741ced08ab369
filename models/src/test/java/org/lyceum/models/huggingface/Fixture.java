package org.lyceum.models.huggingface;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.lyceum.tensor.Tensor;
import org.lyceum.tensor.safetensors.SafetensorsFile;
import org.lyceum.tensor.safetensors.SafetensorsFolder;
import org.lyceum.tensor.safetensors.SafetensorsWriter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A tiny model that transformers made, with the logits that it computes; see {@code src/test/python/make_fixtures.py}. */
record Fixture(Path folder) {
    private static final JsonMapper JSON = new JsonMapper();

    static Fixture of(String name) {
        try {
            return new Fixture(Path.of(Fixture.class.getResource("/huggingface/" + name).toURI()));
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** (B, T) */
    Tensor ids() {
        var rows = json().get("ids");
        var ids = new ArrayList<Integer>();
        rows.forEach(row -> row.forEach(id -> ids.add(id.intValue())));
        return Tensor.ofIds(ids.stream().mapToInt(Integer::intValue).toArray(), rows.size(), rows.get(0).size());
    }

    /** What transformers computes for the ids, (B, T, V) in row-major order. */
    double[] logits() {
        return json().get("logits").valueStream().mapToDouble(JsonNode::doubleValue).toArray();
    }

    /** The beginning of the first row. */
    int[] prompt() {
        return integers("prompt");
    }

    /** What transformers continues it with when it always takes the likeliest token. */
    int[] continuation() {
        return integers("continuation");
    }

    private int[] integers(String key) {
        return json().get(key).valueStream().mapToInt(JsonNode::intValue).toArray();
    }

    private JsonNode json() {
        return JSON.readTree(folder.resolve("logits.json").toFile());
    }

    /** A copy of the folder to spoil. */
    Fixture copyTo(Path target) throws IOException {
        Files.createDirectories(target);
        for (var name : List.of("config.json", "generation_config.json", "model.safetensors", "logits.json")) {
            Files.copy(folder.resolve(name), target.resolve(name));
        }
        return new Fixture(target);
    }

    /** Puts {@code value}, read as JSON, under {@code key} of config.json; "absent" takes the key away. */
    Fixture set(String key, String value) throws IOException {
        var file = folder.resolve("config.json");
        var tree = (ObjectNode) JSON.readTree(file.toFile());
        if (value.equals("absent")) {
            tree.remove(key);
        } else {
            tree.set(key, JSON.readTree(value));
        }
        Files.writeString(file, tree.toString());
        return this;
    }

    /** Writes the weights again as {@code change} makes them, in shards if {@code maxBytes} is small. */
    Fixture rewrite(Function<SafetensorsFile.Entry, Collection<SafetensorsWriter.Source>> change, long maxBytes) throws IOException {
        var heap = new ArrayList<SafetensorsWriter.Source>();
        try (var weights = SafetensorsFolder.open(folder)) {
            for (var entry : weights.entries().values()) {
                change.apply(entry).forEach(source -> heap.add(onHeap(source)));
            }
        }
        Files.delete(folder.resolve("model.safetensors"));
        SafetensorsWriter.writeSharded(folder, "model", heap, SafetensorsWriter.PYTORCH, maxBytes);
        return this;
    }

    private static SafetensorsWriter.Source onHeap(SafetensorsWriter.Source source) {
        var bytes = java.nio.ByteBuffer.allocate((int) source.byteSize());
        source.data().writeTo(segment -> bytes.put(segment.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE)));
        return SafetensorsWriter.Source.of(source.name(), source.dtype(), source.shape(),
                java.lang.foreign.MemorySegment.ofArray(bytes.array()));
    }
}
