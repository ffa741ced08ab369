package org.lyceum.tensor.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.lyceum.tensor.gguf.BlockFormat;

/**
 * GGUF's block formats as groups of whole numbers with one scale each: w = d·q + m. Layouts: the structs of {@code ggml/src/ggml-common.h} in
 * llama.cpp.
 */
enum QuantGroups {
    Q4_0(Numbers.UNSIGNED_4, 32, 8), Q4_1(Numbers.UNSIGNED_4, 32, Float.NaN), Q5_0(Numbers.SIGNED_6, 32, 0), Q5_1(Numbers.SIGNED_6, 32,
            Float.NaN), Q8_0(Numbers.SIGNED_8, 32, 0), Q2_K(Numbers.UNSIGNED_4, 16, Float.NaN), Q3_K(Numbers.UNSIGNED_4, 16,
                    4), Q4_K(Numbers.UNSIGNED_4, 32, Float.NaN), Q5_K(Numbers.SIGNED_6, 32, Float.NaN), Q6_K(Numbers.SIGNED_6, 16, 0);

    /** What q may be, which decides on the kernel. */
    enum Numbers {
        /** 0 to 15, in 4 bits. */
        UNSIGNED_4,
        /** −16 to 15, or −32 to 31 in groups of 16; in 8 bits. */
        SIGNED_6,
        /** −128 to 127. */
        SIGNED_8
    }

    private static final ValueLayout.OfShort F16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Numbers numbers;
    private final int length;
    private final float offset;

    /** One row: q, and d and m of each group. */
    record Row(byte[] quants, float[] scales, float[] minima) {
        Row(int columns, int groups) {
            this(new byte[columns], new float[groups], new float[groups]);
        }
    }

    QuantGroups(Numbers numbers, int length, float offset) {
        this.numbers = numbers;
        this.length = length;
        this.offset = offset;
    }

    /** Throws {@link IllegalArgumentException} for the plain number formats, which have no groups. */
    static QuantGroups of(BlockFormat format) {
        return valueOf(format.name());
    }

    Numbers numbers() {
        return numbers;
    }

    /** Bits of a q in memory. */
    int bits() {
        return numbers == Numbers.UNSIGNED_4 ? 4 : 8;
    }

    /** Elements of a group. */
    int length() {
        return length;
    }

    /** Whether groups have an m of their own. */
    boolean ownMinima() {
        return Float.isNaN(offset);
    }

    /** m = −offset·d, where groups have none of their own. */
    float offset() {
        return offset;
    }

    /** Reads a row of a tensor. */
    void read(MemorySegment data, long row, Row out) {
        var blocks = BlockFormat.valueOf(name());
        int length = blocks.blockLength();
        long at = row * (out.quants.length / length) * blocks.blockBytes();
        for (int k = 0; k < out.quants.length; k += length, at += blocks.blockBytes()) {
            int group = k / this.length;
            switch (this) {
                case Q4_0 -> {
                    out.scales[group] = half(data, at);
                    nibbles(data, at + 2, 16, out.quants, k);
                }
                case Q4_1 -> {
                    out.scales[group] = half(data, at);
                    out.minima[group] = half(data, at + 2);
                    nibbles(data, at + 4, 16, out.quants, k);
                }
                case Q5_0 -> {
                    out.scales[group] = half(data, at);
                    nibbles(data, at + 6, 16, out.quants, k);
                    fifthBits(data, at + 2, out.quants, k, 16);
                }
                case Q5_1 -> {
                    out.scales[group] = half(data, at);
                    out.minima[group] = half(data, at + 2);
                    nibbles(data, at + 8, 16, out.quants, k);
                    fifthBits(data, at + 4, out.quants, k, 16);
                    out.minima[group] += 16 * out.scales[group];
                }
                case Q8_0 -> {
                    out.scales[group] = half(data, at);
                    MemorySegment.copy(data, ValueLayout.JAVA_BYTE, at + 2, out.quants, k, 32);
                }
                case Q2_K -> q2(data, at, out, k, group);
                case Q3_K -> q3(data, at, out, k, group);
                case Q4_K -> {
                    sixBitScales(data, at, out, group);
                    for (int part = 0; part < 4; part++) {
                        nibbles(data, at + 16 + 32 * part, 32, out.quants, k + 64 * part);
                    }
                }
                case Q5_K -> {
                    sixBitScales(data, at, out, group);
                    for (int part = 0; part < 4; part++) {
                        nibbles(data, at + 48 + 32 * part, 32, out.quants, k + 64 * part);
                    }
                    for (int i = 0; i < 256; i++) {
                        out.quants[k + i] += (byte) (((unsigned(data, at + 16 + i % 32) >> i / 32 & 1) << 4) - 16);
                    }
                    for (int i = 0; i < 8; i++) {
                        out.minima[group + i] += 16 * out.scales[group + i];
                    }
                }
                case Q6_K -> q6(data, at, out, k, group);
            }
        }
    }

    private static float half(MemorySegment data, long at) {
        return Float.float16ToFloat(data.get(F16, at));
    }

    private static int unsigned(MemorySegment data, long at) {
        return data.get(ValueLayout.JAVA_BYTE, at) & 0xff;
    }

    /** Low halves of {@code count} bytes, then their high halves. */
    private static void nibbles(MemorySegment data, long at, int count, byte[] out, int to) {
        for (int i = 0; i < count; i++) {
            int both = unsigned(data, at + i);
            out[to + i] = (byte) (both & 15);
            out[to + count + i] = (byte) (both >> 4);
        }
    }

    private static void fifthBits(MemorySegment data, long at, byte[] out, int to, int less) {
        for (int i = 0; i < 32; i++) {
            int bit = unsigned(data, at + i / 8) >> i % 8 & 1;
            out[to + i] = (byte) (out[to + i] + (bit << 4) - less);
        }
    }

    /** d, the factor of minima, then eight scales and minima of 6 bits: the first four in the low bits of 8 bytes, the others scattered. */
    private static void sixBitScales(MemorySegment data, long at, Row out, int group) {
        float d = half(data, at);
        float e = half(data, at + 2);
        long packed = at + 4;
        for (int i = 0; i < 8; i++) {
            int scale;
            int minimum;
            if (i < 4) {
                scale = unsigned(data, packed + i) & 63;
                minimum = unsigned(data, packed + i + 4) & 63;
            } else {
                int low = unsigned(data, packed + i + 4);
                scale = low & 15 | unsigned(data, packed + i - 4) >> 6 << 4;
                minimum = low >> 4 | unsigned(data, packed + i) >> 6 << 4;
            }
            out.scales[group + i] = d * scale;
            out.minima[group + i] = -(e * minimum);
        }
    }

    private static void q2(MemorySegment data, long at, Row out, int k, int group) {
        float d = half(data, at + 80);
        float e = half(data, at + 82);
        for (int i = 0; i < 16; i++) {
            int both = unsigned(data, at + i);
            out.scales[group + i] = d * (both & 15);
            out.minima[group + i] = -(e * (both >> 4));
        }
        for (int i = 0; i < 256; i++) {
            int four = unsigned(data, at + 16 + i / 128 * 32 + i % 32);
            out.quants[k + i] = (byte) (four >> i % 128 / 32 * 2 & 3);
        }
    }

    private static void q3(MemorySegment data, long at, Row out, int k, int group) {
        float d = half(data, at + 108);
        long packed = at + 96;
        for (int i = 0; i < 16; i++) {
            int low = unsigned(data, packed + i % 8) >> i / 8 * 4 & 15;
            int high = unsigned(data, packed + 8 + i % 4) >> i / 4 * 2 & 3;
            out.scales[group + i] = d * ((low | high << 4) - 32);
        }
        for (int i = 0; i < 256; i++) {
            int low = unsigned(data, at + 32 + i / 128 * 32 + i % 32) >> i % 128 / 32 * 2 & 3;
            int high = unsigned(data, at + i % 32) >> i / 32 & 1;
            out.quants[k + i] = (byte) (low | high << 2);
        }
    }

    private static void q6(MemorySegment data, long at, Row out, int k, int group) {
        float d = half(data, at + 208);
        for (int i = 0; i < 16; i++) {
            out.scales[group + i] = d * data.get(ValueLayout.JAVA_BYTE, at + 192 + i);
        }
        for (int i = 0; i < 256; i++) {
            int part = i / 128;
            int quarter = i % 128 / 32;
            int low = unsigned(data, at + part * 64 + quarter % 2 * 32 + i % 32) >> quarter / 2 * 4 & 15;
            int high = unsigned(data, at + 128 + part * 32 + i % 32) >> quarter * 2 & 3;
            out.quants[k + i] = (byte) ((low | high << 4) - 32);
        }
    }
}
