package org.lyceum.tensor.safetensors;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.Printable;
import org.lyceum.foundation.UserError;
import org.lyceum.tensor.DType;

/**
 * A safetensors file, memory-mapped: 8 bytes of header length (little-endian), the header as JSON, the tensors' bytes. Opening reads the
 * header alone, whatever the size of the file; the data is paged in when it is touched. Nothing of the file is trusted before it is
 * checked.
 *
 * <p>
 * Source: the format's description in the README of huggingface/safetensors and its reference reader, {@code safetensors/src/tensor.rs}.
 *
 * <p>
 * The file must not be shortened by somebody else while it is open: a read of a page that vanished fails the virtual machine's way. Files
 * written by {@link SafetensorsWriter} are replaced by renaming, which leaves an open mapping whole.
 */
public final class SafetensorsFile implements AutoCloseable {
    /**
     * One tensor of a file.
     *
     * @param shape the sizes of its dimensions, empty for a scalar
     * @param data  its elements in row-major order, little-endian, read-only; may lie at any alignment, so read it with the
     *              {@code ValueLayout.JAVA_…_UNALIGNED} layouts or copy it; valid until the file is closed
     */
    public record Entry(String name, DType dtype, List<Long> shape, MemorySegment data) {
        /** The shape as an array of its own. */
        public long[] dimensions() {
            return shape.stream().mapToLong(Long::longValue).toArray();
        }
    }

    private static final ValueLayout.OfLong LENGTH = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Path path;
    private final Arena arena;
    private final Map<String, Entry> entries;
    private final Map<String, String> metadata;

    private SafetensorsFile(Path path, Arena arena, Map<String, Entry> entries, Map<String, String> metadata) {
        this.path = path;
        this.arena = arena;
        this.entries = entries;
        this.metadata = metadata;
    }

    /**
     * Maps a file and checks its header. Throws {@link UserError} naming the file and what is wrong when it is missing, cut off, corrupt
     * or of another format.
     */
    @SuppressWarnings("MustBeClosedChecker") // the arena lives as long as what is returned
    public static SafetensorsFile open(Path path) {
        if (Files.isDirectory(path)) {
            throw new UserError(path + " is a folder, not a safetensors file; name a file in it.");
        }
        var arena = Arena.ofShared();
        try {
            return map(path, arena);
        } catch (SafetensorsHeader.Broken e) {
            arena.close();
            throw new UserError(path + " is not a sound safetensors file: " + e.getMessage() + "; fetch or save it again.");
        } catch (IOException e) {
            arena.close();
            throw IoErrors.reading(path, e);
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    private static SafetensorsFile map(Path path, Arena arena) throws IOException, SafetensorsHeader.Broken {
        MemorySegment file;
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size < Long.BYTES) {
                throw new SafetensorsHeader.Broken("it has " + size + " bytes, and the length of its header alone takes 8");
            }
            file = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
        }
        long headerBytes = file.get(LENGTH, 0);
        if (headerBytes < 0 || headerBytes > SafetensorsHeader.MAX_BYTES) {
            throw new SafetensorsHeader.Broken("it claims a header of " + Long.toUnsignedString(headerBytes)
                    + " bytes, and the format allows " + SafetensorsHeader.MAX_BYTES);
        }
        long dataBegin = Long.BYTES + headerBytes;
        if (dataBegin > file.byteSize()) {
            throw new SafetensorsHeader.Broken("it is cut off: it claims a header of " + headerBytes + " bytes and has "
                    + (file.byteSize() - Long.BYTES) + " after the header's length");
        }
        var data = file.asSlice(dataBegin);
        var header = SafetensorsHeader.parse(file.asSlice(Long.BYTES, headerBytes).toArray(ValueLayout.JAVA_BYTE), data.byteSize());
        var entries = new LinkedHashMap<String, Entry>();
        for (var tensor : header.tensors()) {
            entries.put(tensor.name(), new Entry(tensor.name(), tensor.dtype(), tensor.shape(),
                    data.asSlice(tensor.begin(), tensor.end() - tensor.begin())));
        }
        return new SafetensorsFile(path, arena, Collections.unmodifiableMap(entries), header.metadata());
    }

    /** The tensors by name, in the order of the header. */
    public Map<String, Entry> entries() {
        return entries;
    }

    /** The tensor called {@code name}; throws {@link UserError} when the file holds none. */
    public Entry entry(String name) {
        var entry = entries.get(name);
        if (entry == null) {
            throw new UserError(path + " holds no tensor '" + Printable.of(name)
                    + "'; it belongs to another model or its names differ.");
        }
        return entry;
    }

    /** The file's free text, {@code {"format": "pt"}} as a rule. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** The file this was opened from. */
    public Path path() {
        return path;
    }

    /** Unmaps the file; its entries' data must not be touched afterwards. */
    @Override
    public void close() {
        arena.close();
    }
}
