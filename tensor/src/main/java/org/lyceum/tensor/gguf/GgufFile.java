package org.lyceum.tensor.gguf;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;

/**
 * A GGUF file of version 2 or 3, little-endian, memory-mapped: metadata (architecture, sizes, tokenizer) and tensors, quantized or not.
 * Opening reads the header alone, whatever the size of the file; the data is paged in when it is touched. Nothing of the file is trusted
 * before it is checked.
 *
 * <p>
 * Source: {@code docs/gguf.md} in ggml-org/ggml.
 *
 * <p>
 * The file must not be shortened by somebody else while it is open: a read of a page that vanished fails the virtual machine's way. Files
 * written by {@link GgufWriter} are replaced by renaming, which leaves an open mapping whole.
 */
public final class GgufFile implements AutoCloseable {
    /**
     * One tensor of a file.
     *
     * @param shape  the sizes of its dimensions as PyTorch gives them, (rows, columns) for a matrix: the reverse of what the file says;
     *               empty for a scalar
     * @param data   its blocks, row after row, read-only; valid until the file is closed
     */
    public record Entry(String name, BlockFormat format, List<Long> shape, MemorySegment data) {
        /** The shape as an array of its own. */
        public long[] dimensions() {
            return shape.stream().mapToLong(Long::longValue).toArray();
        }

        /** The number of its elements. */
        public long elements() {
            return data.byteSize() / format.blockBytes() * format.blockLength();
        }

        /**
         * Decodes {@code count} elements, beginning at element {@code from}, into {@code out[to … to + count)}; {@code from} and
         * {@code count} are multiples of the format's block length, as whole rows are.
         */
        public void dequantize(long from, float[] out, int to, int count) {
            format.dequantize(data, from, out, to, count);
        }
    }

    private final Path path;
    private final Arena arena;
    private final Map<String, Object> metadata;
    private final Map<String, Entry> tensors;

    private GgufFile(Path path, Arena arena, Map<String, Object> metadata, Map<String, Entry> tensors) {
        this.path = path;
        this.arena = arena;
        this.metadata = metadata;
        this.tensors = tensors;
    }

    /**
     * Maps a file and checks its header. Throws {@link UserError} naming the file and what is wrong when it is missing, cut off, corrupt
     * or of another format.
     */
    @SuppressWarnings("MustBeClosedChecker") // the arena lives as long as what is returned
    public static GgufFile open(Path path) {
        if (Files.isDirectory(path)) {
            throw new UserError(path + " is a folder, not a GGUF file; name a file in it.");
        }
        var arena = Arena.ofShared();
        try {
            return map(path, arena);
        } catch (GgufHeader.Broken e) {
            arena.close();
            throw new UserError(path + " is not a GGUF file that can be read: " + e.getMessage() + ".");
        } catch (IOException e) {
            arena.close();
            throw IoErrors.reading(path, e);
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    private static GgufFile map(Path path, Arena arena) throws IOException, GgufHeader.Broken {
        MemorySegment file;
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        }
        var header = GgufHeader.parse(file);
        var tensors = new LinkedHashMap<String, Entry>();
        for (var tensor : header.tensors()) {
            tensors.put(tensor.name(), new Entry(tensor.name(), tensor.format(), tensor.shape(),
                    file.asSlice(tensor.begin(), tensor.bytes())));
        }
        return new GgufFile(path, arena, header.metadata(), Collections.unmodifiableMap(tensors));
    }

    /**
     * The metadata in the order of the file. Whole numbers of every width are {@link Long}, others {@link Double}; then {@link Boolean},
     * {@link String}, {@code List<String>}, and for lists of numbers {@code byte[]} (8 bits, signed or not), {@code int[]} (16 bits,
     * INT32), {@code long[]} (UINT32, 64 bits), {@code float[]}, {@code double[]}, {@code boolean[]}. The arrays are not to be changed.
     */
    public Map<String, Object> metadata() {
        return metadata;
    }

    /** The value of {@code key} if it is there; throws {@link UserError} when it is of another type than {@code type}. */
    public <T> Optional<T> find(String key, Class<T> type) {
        var value = metadata.get(key);
        if (value != null && !type.isInstance(value)) {
            throw new UserError(
                    path + " gives '" + key + "' a value of the wrong type, " + value.getClass().getSimpleName() + " in place of "
                            + type.getSimpleName() + "; fetch or convert it again.");
        }
        return Optional.ofNullable(type.cast(value));
    }

    /** The value of {@code key}; throws {@link UserError} when there is none or it is of another type. */
    public <T> T require(String key, Class<T> type) {
        return find(key, type).orElseThrow(
                () -> new UserError(path + " does not say '" + key + "', which this model needs; fetch or convert it again."));
    }

    /** The list of texts under {@code key}; empty when there is none. */
    public List<String> texts(String key) {
        return find(key, List.class).map(list -> ((List<?>) list).stream().map(String.class::cast).toList()).orElse(List.of());
    }

    /** The tensors by name, in the order of the file. */
    public Map<String, Entry> tensors() {
        return tensors;
    }

    /** The tensor called {@code name}; throws {@link UserError} when the file holds none. */
    public Entry tensor(String name) {
        var tensor = tensors.get(name);
        if (tensor == null) {
            throw new UserError(
                    path + " holds no tensor " + GgufHeader.quoted(name) + "; it belongs to another model or its names differ.");
        }
        return tensor;
    }

    /** The file this was opened from. */
    public Path path() {
        return path;
    }

    /** Unmaps the file; its tensors' data must not be touched afterwards. */
    @Override
    public void close() {
        arena.close();
    }
}
