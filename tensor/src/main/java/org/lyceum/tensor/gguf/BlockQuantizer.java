package org.lyceum.tensor.gguf;

import static org.lyceum.tensor.gguf.SmallBlocks.SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Encodes numbers as blocks. F16, BF16 and Q8_0 are rounded as llama.cpp rounds them; for the narrower formats each block's scale is
 * searched for: a few candidates near the one that spans the block, for each the whole numbers nearest to its elements, and for those the
 * scale (and minimum) of least squares.
 */
public final class BlockQuantizer {
    /** The formats that can be written. */
    public static final Set<BlockFormat> FORMATS = Set.of(BlockFormat.F32, BlockFormat.F16, BlockFormat.BF16, BlockFormat.Q8_0,
            BlockFormat.Q5_0, BlockFormat.Q4_0, BlockFormat.Q4_K);

    /** Elements that are encoded at a time: a multiple of every block length, 4 MiB of f32. */
    private static final int PIECE = 1 << 20;
    /** Elements that one task encodes. */
    private static final int PART = 1 << 13;

    private BlockQuantizer() {
    }

    /**
     * Encodes {@code count} numbers, {@code from[at … at + count)}, as blocks of {@code format}.
     *
     * @param count a multiple of the format's block length
     * @param out   where the first block goes; room for {@code format.byteSize(count)} bytes
     */
    public static void quantize(BlockFormat format, float[] from, int at, int count, MemorySegment out) {
        long bytes = format.byteSize(count);
        for (long i = 0, to = 0; to < bytes; i += format.blockLength(), to += format.blockBytes()) {
            block(format, from, at + (int) i, out, to);
        }
    }

    private static void block(BlockFormat format, float[] x, int at, MemorySegment out, long to) {
        switch (format) {
            case F32 -> out.set(SmallBlocks.INT, to, Float.floatToRawIntBits(x[at]));
            case F16 -> half(out, to, x[at]);
            case BF16 -> out.set(SHORT, to, bfloat16(x[at]));
            case Q8_0 -> q8_0(x, at, out, to);
            case Q5_0 -> q5_0(x, at, out, to);
            case Q4_0 -> q4_0(x, at, out, to);
            case Q4_K -> SuperBlockQuantizer.q4(x, at, out, to);
            case Q4_1, Q5_1, Q2_K, Q3_K, Q5_K, Q6_K -> throw new IllegalArgumentException(format + " is read and not written");
        }
    }

    /** Asks for all elements, piece by piece, and hands on their blocks in order. All processors encode. */
    static void stream(BlockFormat format, long count, GgufWriter.Elements elements, Consumer<MemorySegment> sink) {
        var values = new float[(int) Math.min(PIECE, count)];
        var blocks = MemorySegment.ofArray(new byte[(int) format.byteSize(values.length)]);
        for (long from = 0; from < count; from += PIECE) {
            int n = (int) Math.min(PIECE, count - from);
            elements.read(from, values, n);
            IntStream.range(0, (n + PART - 1) / PART).parallel().forEach(part -> {
                int begin = part * PART;
                quantize(format, values, begin, Math.min(PART, n - begin), blocks.asSlice(format.byteSize(begin)));
            });
            sink.accept(blocks.asSlice(0, format.byteSize(n)));
        }
    }

    /** x = d·q with q from −127 to 127: d is the largest magnitude over 127. Ties round away from zero, as C's {@code roundf} does. */
    private static void q8_0(float[] x, int at, MemorySegment out, long to) {
        float largest = 0;
        for (int i = 0; i < 32; i++) {
            largest = Math.max(largest, Math.abs(x[at + i]));
        }
        float d = largest / 127;
        float inverse = d == 0 ? 0 : 1 / d;
        half(out, to, d);
        for (int i = 0; i < 32; i++) {
            float scaled = x[at + i] * inverse;
            out.set(ValueLayout.JAVA_BYTE, to + 2 + i, (byte) (Math.signum(scaled) * Math.floor(Math.abs(scaled) + 0.5)));
        }
    }

    private static void q4_0(float[] x, int at, MemorySegment out, long to) {
        var q = new int[32];
        half(out, to, symmetric(x, at, 8, q));
        nibbles(q, out, to + 2);
    }

    private static void q5_0(float[] x, int at, MemorySegment out, long to) {
        var q = new int[32];
        half(out, to, symmetric(x, at, 16, q));
        int fifth = 0;
        for (int i = 0; i < 32; i++) {
            fifth |= (q[i] >> 4) << i;
            q[i] &= 15;
        }
        out.set(SmallBlocks.INT, to + 2, fifth);
        nibbles(q, out, to + 6);
    }

    /**
     * A scale d and whole numbers q in [0, 2·half) with x ≈ d·(q − half) for 32 elements. The range has one number more below zero than
     * above, so d may be negative: the element of the largest magnitude lies on that side, or nearly.
     */
    private static float symmetric(float[] x, int at, int half, int[] q) {
        float extreme = 0;
        for (int i = 0; i < 32; i++) {
            extreme = Math.abs(x[at + i]) > Math.abs(extreme) ? x[at + i] : extreme;
        }
        float best = 0;
        double leastError = Double.POSITIVE_INFINITY;
        for (int step = -8; step <= 8; step += 2) {
            float candidate = extreme / (-half + 0.1f * step);
            for (int round = 0; round < 2; round++) { // once as it is, once with the scale of least squares for its numbers
                float d = rounded(candidate);
                double error = 0;
                double xq = 0;
                double qq = 0;
                float inverse = d == 0 ? 0 : 1 / d;
                for (int i = 0; i < 32; i++) {
                    int n = nearest(x[at + i] * inverse, -half, half - 1);
                    double off = x[at + i] - d * n;
                    error += off * off;
                    xq += (double) x[at + i] * n;
                    qq += (double) n * n;
                }
                if (error < leastError) {
                    leastError = error;
                    best = d;
                }
                candidate = qq == 0 ? 0 : (float) (xq / qq);
            }
        }
        float inverse = best == 0 ? 0 : 1 / best;
        for (int i = 0; i < 32; i++) {
            q[i] = nearest(x[at + i] * inverse, -half, half - 1) + half;
        }
        return best;
    }

    private static void nibbles(int[] q, MemorySegment out, long to) {
        for (int i = 0; i < 16; i++) {
            out.set(ValueLayout.JAVA_BYTE, to + i, (byte) (q[i] | q[i + 16] << 4));
        }
    }

    /** Within the bounds; what is not a number becomes the least. */
    static int nearest(float x, int least, int most) {
        return (int) (Math.min(Math.max(x, least), most) - least + 0.5f) + least;
    }

    /** What {@code x} is after it has been stored as f16. */
    static float rounded(float x) {
        return Float.float16ToFloat(Float.floatToFloat16(x));
    }

    static void half(MemorySegment out, long to, float x) {
        out.set(SHORT, to, Float.floatToFloat16(x));
    }

    /** To the nearest, ties to even; what is not a number stays so. */
    private static short bfloat16(float x) {
        int bits = Float.floatToRawIntBits(x);
        return (short) ((Float.isNaN(x) ? bits | 1 << 22 : bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16);
    }
}
