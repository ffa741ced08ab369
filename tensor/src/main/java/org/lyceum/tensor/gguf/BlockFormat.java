package org.lyceum.tensor.gguf;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the elements of a GGUF tensor are stored, by the names of llama.cpp's {@code ggml_type}. A tensor is a row of blocks; a block holds
 * {@link #blockLength} neighbours of one row in {@link #blockBytes} bytes, as small whole numbers with scales of their own. A plain number
 * format is a block of one.
 *
 * <p>
 * {@link #dequantize} is plain scalar code, written to be obvious: the oracle for every faster kernel. Its results are those of Python's
 * {@code gguf.quants.dequantize}, bit for bit.
 *
 * <p>
 * Source of the layouts: the structs of {@code ggml/src/ggml-common.h} in llama.cpp.
 */
public enum BlockFormat {
    F32(0, 1, 4, SmallBlocks::f32), F16(1, 1, 2, SmallBlocks::f16),
    /** The upper half of an f32: 8 bits of exponent, 7 of mantissa. */
    BF16(30, 1, 2, SmallBlocks::bf16),
    /** 4 bits, x = d·(q − 8). */
    Q4_0(2, 32, 18, SmallBlocks::q4_0),
    /** 4 bits, x = d·q + m. */
    Q4_1(3, 32, 20, SmallBlocks::q4_1),
    /** 5 bits, x = d·(q − 16). */
    Q5_0(6, 32, 22, SmallBlocks::q5_0),
    /** 5 bits, x = d·q + m. */
    Q5_1(7, 32, 24, SmallBlocks::q5_1),
    /** 8 bits, x = d·q. */
    Q8_0(8, 32, 34, SmallBlocks::q8_0),
    /** 2 bits in groups of 16 with 4-bit scales and minima: x = (d·s)·q − (e·m). */
    Q2_K(10, 256, 84, SuperBlocks::q2),
    /** 3 bits in groups of 16 with 6-bit scales: x = (d·s)·q. */
    Q3_K(11, 256, 110, SuperBlocks::q3),
    /** 4 bits in groups of 32 with 6-bit scales and minima: x = (d·s)·q − (e·m). */
    Q4_K(12, 256, 144, SuperBlocks::q4),
    /** 5 bits in groups of 32 with 6-bit scales and minima: x = (d·s)·q − (e·m). */
    Q5_K(13, 256, 176, SuperBlocks::q5),
    /** 6 bits in groups of 16 with 8-bit scales: x = (d·s)·q. */
    Q6_K(14, 256, 210, SuperBlocks::q6);

    /** Decodes the block that begins at byte {@code at} into {@code out[to …]}. */
    @FunctionalInterface
    interface Decoder {
        void decode(MemorySegment data, long at, float[] out, int to);
    }

    /** Types that llama.cpp knows and this reader does not, each with the nearest that it does: by bits a weight. */
    private static final Map<Integer, List<String>> OTHERS = Map.ofEntries(other(9, "Q8_1", Q8_0), other(15, "Q8_K", Q8_0),
            other(16, "IQ2_XXS", Q2_K), other(17, "IQ2_XS", Q2_K), other(18, "IQ3_XXS", Q3_K), other(19, "IQ1_S", Q2_K),
            other(20, "IQ4_NL", Q4_0), other(21, "IQ3_S", Q3_K), other(22, "IQ2_S", Q2_K), other(23, "IQ4_XS", Q4_K),
            other(24, "I8", Q8_0), other(25, "I16", F16), other(26, "I32", F32), other(27, "I64", F32), other(28, "F64", F32),
            other(29, "IQ1_M", Q2_K), other(34, "TQ1_0", Q2_K), other(35, "TQ2_0", Q2_K), other(39, "MXFP4", Q4_0));

    private final int id;
    private final int blockLength;
    private final int blockBytes;
    private final Decoder decoder;

    BlockFormat(int id, int blockLength, int blockBytes, Decoder decoder) {
        this.id = id;
        this.blockLength = blockLength;
        this.blockBytes = blockBytes;
        this.decoder = decoder;
    }

    private static Map.Entry<Integer, List<String>> other(int id, String name, BlockFormat nearest) {
        return Map.entry(id, List.of(name, nearest.name()));
    }

    /** The number that stands for the format in a file. */
    public int id() {
        return id;
    }

    /** Elements in one block. */
    public int blockLength() {
        return blockLength;
    }

    /** Bytes of one block. */
    public int blockBytes() {
        return blockBytes;
    }

    /** Bytes of {@code elements}, which must be whole blocks. */
    public long byteSize(long elements) {
        requireWholeBlocks(elements);
        return Math.multiplyExact(elements / blockLength, blockBytes);
    }

    /**
     * Decodes {@code count} elements of a tensor, beginning at element {@code from}, into {@code out[to … to + count)}.
     *
     * @param data  the tensor's bytes
     * @param from  a multiple of {@link #blockLength}
     * @param count a multiple of {@link #blockLength}
     */
    public void dequantize(MemorySegment data, long from, float[] out, int to, int count) {
        requireWholeBlocks(from);
        requireWholeBlocks(count);
        Objects.checkFromIndexSize(to, count, out.length);
        long at = from / blockLength * blockBytes;
        for (int i = 0; i < count; i += blockLength, at += blockBytes) {
            decoder.decode(data, at, out, to + i);
        }
    }

    private void requireWholeBlocks(long elements) {
        if (elements % blockLength != 0) {
            throw new IllegalArgumentException(elements + " elements are not whole blocks of " + blockLength + " (" + name() + ")");
        }
    }

    /** The format with number {@code id}, or null where it is not handled here. */
    static @Nullable BlockFormat ofId(int id) {
        for (var format : values()) {
            if (format.id == id) {
                return format;
            }
        }
        return null;
    }

    /** What an unhandled number means, and which format to take instead: the end of a sentence. */
    static String unknown(int id) {
        var other = OTHERS.get(id);
        return other == null
                ? "type " + Integer.toUnsignedString(id) + ", which is not read here; read are " + Arrays.toString(values())
                : "type " + id + " (" + other.get(0) + "), which is not read here; the nearest that is read is " + other.get(1);
    }
}
