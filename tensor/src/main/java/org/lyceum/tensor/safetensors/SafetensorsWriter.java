package org.lyceum.tensor.safetensors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.Segments;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.tensor.DType;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes safetensors files, whole or not at all, laid out as Python's {@code safetensors} lays them out: the header padded with spaces to a
 * multiple of 8 bytes, tensors with larger elements first so that all of them are aligned, then by name.
 */
public final class SafetensorsWriter {
    /** What {@code transformers} expects to find in a file of weights. */
    public static final Map<String, String> PYTORCH = Map.of("format", "pt");

    /** Hands out a tensor's bytes, in order, in one segment or several; each is written before {@code sink} returns and may be freed then. */
    @FunctionalInterface
    public interface Data {
        void writeTo(Consumer<MemorySegment> sink);
    }

    /**
     * One tensor to write.
     *
     * @param shape the sizes of its dimensions, empty for a scalar
     * @param data  asked once, when its turn comes, so that a tensor on another device need not be copied before; little-endian, row-major,
     *              exactly as many bytes as shape and dtype take
     */
    public record Source(String name, DType dtype, List<Long> shape, Data data) {
        /** A tensor whose bytes lie in memory. */
        public static Source of(String name, DType dtype, List<Long> shape, MemorySegment data) {
            return new Source(name, dtype, shape, sink -> sink.accept(data));
        }

        /** A tensor of another file, copied as it is. */
        public static Source of(SafetensorsFile.Entry entry) {
            return of(entry.name(), entry.dtype(), entry.shape(), entry.data());
        }

        /** Bytes of all elements. */
        public long byteSize() {
            return SafetensorsHeader.byteSize(dtype, shape);
        }
    }

    /** Later formats come first in a file: the order of {@code Dtype} in {@code safetensors/src/tensor.rs}, which is by alignment. */
    private static final List<DType> ALIGNMENT = List.of(DType.BOOL, DType.U8, DType.I8, DType.I16, DType.F16, DType.BF16, DType.I32,
            DType.F32, DType.F64, DType.I64);

    /** The Rust library compares names as UTF-8 bytes. */
    private static final Comparator<String> BY_UTF_8 = Comparator.comparing(name -> name.getBytes(StandardCharsets.UTF_8),
            Arrays::compareUnsigned);

    private static final Comparator<Source> FILE_ORDER = Comparator.<Source>comparingInt(source -> ALIGNMENT.indexOf(source.dtype()))
            .reversed().thenComparing(Source::name, BY_UTF_8);

    private static final JsonMapper JSON = new JsonMapper();

    private SafetensorsWriter() {
    }

    /**
     * Writes one file. Throws {@link UserError} when the disk is full or may not be written, and leaves an earlier {@code file} as it was.
     *
     * @param metadata free text for the header, as a rule {@link #PYTORCH}
     */
    public static void write(Path file, Collection<Source> tensors, Map<String, String> metadata) {
        checkNames(tensors);
        var ordered = tensors.stream().sorted(FILE_ORDER).toList();
        var header = header(ordered, metadata);
        WholeFiles.writeChannel(file, channel -> {
            Segments.write(channel, ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).flip());
            Segments.write(channel, ByteBuffer.wrap(header));
            for (var source : ordered) {
                writeData(channel, source);
            }
        });
    }

    /**
     * Writes {@code <base>.safetensors}, or shards {@code <base>-00001-of-0000N.safetensors} with their index when the tensors take more
     * than {@code maxBytes} together. Tensors fill the shards in the order given; one that is larger than {@code maxBytes} gets a shard
     * of its own. Each file is whole or absent; for all or none of them write into the folder of {@link WholeFiles#writeFolder}.
     *
     * @param maxBytes bytes of tensors in one shard
     */
    public static void writeSharded(Path folder, String base, Collection<Source> tensors, Map<String, String> metadata, long maxBytes) {
        checkNames(tensors);
        var single = folder.resolve(base + ".safetensors");
        var index = folder.resolve(base + ".safetensors.index.json");
        var shards = shards(tensors, maxBytes);
        if (shards.size() <= 1) {
            write(single, tensors, metadata);
            delete(index);
            return;
        }
        var weightMap = new TreeMap<String, String>();
        long total = 0;
        for (int i = 0; i < shards.size(); i++) {
            var name = "%s-%05d-of-%05d.safetensors".formatted(base, i + 1, shards.size());
            write(folder.resolve(name), shards.get(i), metadata);
            for (var source : shards.get(i)) {
                weightMap.put(source.name(), name);
                total += source.byteSize();
            }
        }
        var root = JSON.createObjectNode();
        root.putObject("metadata").put("total_size", total);
        var places = root.putObject("weight_map");
        weightMap.forEach(places::put);
        WholeFiles.write(index, root.toPrettyString() + "\n");
        delete(single); // it would be read in place of the shards
    }

    private static List<List<Source>> shards(Collection<Source> tensors, long maxBytes) {
        var shards = new ArrayList<List<Source>>();
        var current = new ArrayList<Source>();
        long bytes = 0;
        for (var source : tensors) {
            if (!current.isEmpty() && bytes + source.byteSize() > maxBytes) {
                shards.add(current);
                current = new ArrayList<>();
                bytes = 0;
            }
            current.add(source);
            bytes += source.byteSize();
        }
        if (!current.isEmpty()) {
            shards.add(current);
        }
        return shards;
    }

    private static void checkNames(Collection<Source> tensors) {
        var seen = new HashSet<String>();
        for (var source : tensors) {
            if (source.name().equals(SafetensorsHeader.METADATA_KEY) || !seen.add(source.name())) {
                throw new IllegalArgumentException("'" + source.name() + "' is the name of another tensor or of the metadata");
            }
        }
    }

    private static byte[] header(List<Source> ordered, Map<String, String> metadata) {
        var root = JSON.createObjectNode();
        if (!metadata.isEmpty()) {
            var node = root.putObject(SafetensorsHeader.METADATA_KEY);
            new TreeMap<>(metadata).forEach(node::put);
        }
        long at = 0;
        for (var source : ordered) {
            var node = root.putObject(source.name());
            node.put("dtype", source.dtype().name());
            var shape = node.putArray("shape");
            source.shape().forEach(shape::add);
            var end = Math.addExact(at, source.byteSize());
            node.putArray("data_offsets").add(at).add(end);
            at = end;
        }
        var text = JSON.writeValueAsBytes(root);
        if (text.length > SafetensorsHeader.MAX_BYTES - 8) {
            throw new IllegalArgumentException("a header of " + text.length + " bytes is more than the format allows");
        }
        var padded = Arrays.copyOf(text, (text.length + 7) / 8 * 8);
        Arrays.fill(padded, text.length, padded.length, (byte) ' ');
        return padded;
    }

    private static void writeData(FileChannel channel, Source source) throws IOException {
        long begin = channel.position();
        try {
            source.data().writeTo(segment -> {
                try {
                    Segments.write(channel, segment);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        long written = channel.position() - begin;
        if (written != source.byteSize()) {
            throw new IllegalArgumentException("'" + source.name() + "' gave " + written + " bytes where " + source.dtype() + " "
                    + source.shape() + " takes " + source.byteSize());
        }
    }

    private static void delete(Path stale) {
        try {
            Files.deleteIfExists(stale);
        } catch (IOException e) {
            throw IoErrors.writing(stale, e);
        }
    }
}
