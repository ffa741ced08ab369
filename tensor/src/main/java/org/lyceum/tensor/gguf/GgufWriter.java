package org.lyceum.tensor.gguf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.lyceum.foundation.Segments;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;

/**
 * Writes GGUF files of version 3, whole or not at all. Tensors are asked for one after the other, in pieces, so that a model is never in
 * memory twice.
 */
public final class GgufWriter {
    /** Hands out a tensor's blocks, in order, in one segment or several; each is written before {@code sink} returns and may be freed then. */
    @FunctionalInterface
    public interface Data {
        void writeTo(Consumer<MemorySegment> sink);
    }

    /** Hands out elements of a tensor in row-major order: {@code count} of them, from element {@code from} on, into {@code out[0 …]}. */
    @FunctionalInterface
    public interface Elements {
        void read(long from, float[] out, int count);
    }

    /**
     * One tensor to write.
     *
     * @param shape the sizes of its dimensions, (rows, columns) for a matrix; at most 4
     * @param data  asked once, when its turn comes; exactly as many bytes as shape and format take
     */
    public record Source(String name, BlockFormat format, List<Long> shape, Data data) {
        /** Blocks that lie in memory. */
        public static Source of(String name, BlockFormat format, List<Long> shape, MemorySegment blocks) {
            return new Source(name, format, shape, sink -> sink.accept(blocks));
        }

        /** A tensor of another file, copied as it is. */
        public static Source of(GgufFile.Entry entry) {
            return of(entry.name(), entry.format(), entry.shape(), entry.data());
        }

        /**
         * Elements that are encoded as they are written.
         *
         * @param format one that {@link BlockQuantizer} writes and whose block length divides the last size of {@code shape}
         */
        public static Source quantized(String name, BlockFormat format, List<Long> shape, Elements elements) {
            return new Source(name, format, shape, sink -> BlockQuantizer.stream(format, elements(shape), elements, sink));
        }

        /** Bytes of all blocks. */
        public long byteSize() {
            return format.byteSize(elements(shape));
        }

        private static long elements(List<Long> shape) {
            return shape.stream().reduce(1L, Math::multiplyExact);
        }
    }

    private static final int MAX_DIMENSIONS = 4;
    /** {@code GGML_MAX_NAME} counts the zero at the end. */
    private static final int MAX_NAME = 63;
    private static final int ALIGNMENT = GgufHeader.DEFAULT_ALIGNMENT;

    private GgufWriter() {
    }

    /**
     * Writes one file. Throws {@link UserError} when the disk is full or may not be written, and leaves an earlier {@code file} as it was.
     *
     * @param metadata in the order in which it is to stand; values of the types that {@link GgufFile#metadata} gives, or {@link Integer}
     *                 and {@link Float}. A whole number is written as UINT32 if it fits, another as FLOAT32 if that is exact or it is a
     *                 {@link Float}
     */
    public static void write(Path file, Map<String, Object> metadata, Collection<Source> tensors) {
        check(metadata, tensors);
        var rest = GgufMetadata.encode(metadata, out -> {
            long at = 0;
            for (var tensor : tensors) {
                out.text(tensor.name());
                out.int32(tensor.shape().size());
                for (long size : tensor.shape().reversed()) {
                    out.int64(size);
                }
                out.int32(tensor.format().id());
                out.int64(at);
                at += padded(tensor.byteSize());
            }
        });
        WholeFiles.writeChannel(file, channel -> {
            Segments.write(channel, ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN).putInt(GgufHeader.MAGIC).putInt(3)
                    .putLong(tensors.size()).putLong(metadata.size()).flip());
            Segments.write(channel, ByteBuffer.wrap(rest));
            pad(channel);
            for (var tensor : tensors) {
                write(channel, tensor);
                pad(channel);
            }
        });
    }

    private static void check(Map<String, Object> metadata, Collection<Source> tensors) {
        if (metadata.containsKey(GgufHeader.ALIGNMENT_KEY) && !Long.valueOf(ALIGNMENT).equals(metadata.get(GgufHeader.ALIGNMENT_KEY))) {
            throw new IllegalArgumentException("files are written with the alignment " + ALIGNMENT);
        }
        var seen = new HashSet<String>();
        for (var tensor : tensors) {
            if (!seen.add(tensor.name()) || tensor.name().getBytes(StandardCharsets.UTF_8).length > MAX_NAME) {
                throw new IllegalArgumentException("'" + tensor.name() + "' is there twice or longer than " + MAX_NAME + " bytes");
            }
            long row = tensor.shape().isEmpty() ? 1 : tensor.shape().getLast();
            if (tensor.shape().size() > MAX_DIMENSIONS || row % tensor.format().blockLength() != 0) {
                throw new IllegalArgumentException("'" + tensor.name() + "' " + tensor.shape() + " cannot be " + tensor.format());
            }
        }
    }

    private static void write(FileChannel channel, Source tensor) throws IOException {
        long begin = channel.position();
        try {
            tensor.data().writeTo(segment -> {
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
        if (written != tensor.byteSize()) {
            throw new IllegalArgumentException("'" + tensor.name() + "' gave " + written + " bytes where " + tensor.format() + " "
                    + tensor.shape() + " takes " + tensor.byteSize());
        }
    }

    private static long padded(long bytes) {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private static void pad(FileChannel channel) throws IOException {
        long at = channel.position();
        Segments.write(channel, ByteBuffer.allocate((int) (padded(at) - at)));
    }
}
