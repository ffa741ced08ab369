package org.lyceum.tensor.safetensors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.Printable;
import org.lyceum.foundation.UserError;
import org.lyceum.tensor.safetensors.SafetensorsFile.Entry;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The weights of a Hugging Face model folder, in one file or in shards: {@code model.safetensors}, or {@code model.safetensors.index.json}
 * whose {@code weight_map} says which shard holds which tensor. Where both are there, the single file counts, as in {@code transformers}.
 */
public final class SafetensorsFolder implements AutoCloseable {
    /** The name of a file in the same folder: no separators, no drive letters, no leading dot, hence no way out of it. */
    private static final Pattern SHARD_NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*\\.safetensors");

    private static final JsonMapper JSON = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private final Path folder;
    private final List<SafetensorsFile> files;
    private final Map<String, Entry> entries;

    private SafetensorsFolder(Path folder, List<SafetensorsFile> files, Map<String, Entry> entries) {
        this.folder = folder;
        this.files = files;
        this.entries = entries;
    }

    /** Opens {@code folder/model.safetensors} or its shards. Throws {@link UserError} when a file is missing or unsound. */
    public static SafetensorsFolder open(Path folder) {
        return open(folder, "model");
    }

    /** The same for {@code folder/<base>.safetensors}: {@code "optimizer"}, for instance. */
    public static SafetensorsFolder open(Path folder, String base) {
        if (!Files.isDirectory(folder)) {
            throw new UserError(Files.exists(folder)
                    ? folder + " is not a folder; name the folder that holds " + base + ".safetensors."
                    : "There is no folder " + folder + "; check the path.");
        }
        var single = folder.resolve(base + ".safetensors");
        var index = folder.resolve(base + ".safetensors.index.json");
        if (Files.exists(single)) {
            var file = SafetensorsFile.open(single);
            return new SafetensorsFolder(folder, List.of(file), file.entries());
        }
        if (Files.exists(index)) {
            return openShards(folder, index);
        }
        throw new UserError(folder + " holds neither " + single.getFileName() + " nor " + index.getFileName() + "; is it a model folder?");
    }

    private static SafetensorsFolder openShards(Path folder, Path index) {
        var shards = new LinkedHashMap<String, SafetensorsFile>();
        try {
            var entries = new LinkedHashMap<String, Entry>();
            for (var placed : weightMap(index).entrySet()) {
                var shardName = placed.getValue();
                var shard = shards.get(shardName);
                if (shard == null) {
                    shard = openShard(folder.resolve(shardName), index);
                    shards.put(shardName, shard);
                }
                var entry = shard.entries().get(placed.getKey());
                if (entry == null) {
                    throw new UserError(
                            shard.path() + " does not hold the tensor '" + Printable.of(placed.getKey()) + "' that "
                                    + index.getFileName() + " places there; fetch the folder again.");
                }
                entries.put(placed.getKey(), entry);
            }
            return new SafetensorsFolder(folder, List.copyOf(shards.values()), Collections.unmodifiableMap(entries));
        } catch (RuntimeException | Error e) {
            shards.values().forEach(SafetensorsFile::close);
            throw e;
        }
    }

    private static SafetensorsFile openShard(Path shard, Path index) {
        if (!Files.exists(shard)) {
            throw new UserError("The shard " + shard + " named by " + index.getFileName() + " is missing; fetch the folder again.");
        }
        return SafetensorsFile.open(shard);
    }

    private static Map<String, String> weightMap(Path index) {
        try {
            if (!(JSON.readTree(Files.readAllBytes(index)) instanceof ObjectNode root
                    && root.get("weight_map") instanceof ObjectNode weightMap)) {
                throw new UserError(index + " has no weight_map that places each tensor in a file; fetch it again.");
            }
            var map = new LinkedHashMap<String, String>();
            for (var property : weightMap.properties()) {
                var shard = property.getValue().isString() ? property.getValue().stringValue() : property.getValue().toString();
                if (!SHARD_NAME.matcher(shard).matches()) {
                    throw new UserError(index + " places '" + Printable.of(property.getKey()) + "' in '"
                            + Printable.of(shard) + "', which is not the name of a safetensors file beside it.");
                }
                map.put(property.getKey(), shard);
            }
            return map;
        } catch (JacksonException e) {
            throw new UserError(index + " is not valid JSON; fetch it again.", e);
        } catch (IOException e) {
            throw IoErrors.reading(index, e);
        }
    }

    /** All tensors by name, in the order of the header or of the index. */
    public Map<String, Entry> entries() {
        return entries;
    }

    /** The tensor called {@code name}; throws {@link UserError} when there is none. */
    public Entry entry(String name) {
        var entry = entries.get(name);
        if (entry == null) {
            throw new UserError(folder + " holds no tensor '" + Printable.of(name)
                    + "'; it belongs to another model or its names differ.");
        }
        return entry;
    }

    /** Bytes of all tensors. */
    public long byteSize() {
        return entries.values().stream().mapToLong(entry -> entry.data().byteSize()).sum();
    }

    /** The files that were opened, in the order of their first tensor. */
    public List<Path> paths() {
        var paths = new ArrayList<Path>();
        files.forEach(file -> paths.add(file.path()));
        return paths;
    }

    /** Unmaps the files; their entries' data must not be touched afterwards. */
    @Override
    public void close() {
        files.forEach(SafetensorsFile::close);
    }
}
