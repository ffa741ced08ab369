package org.lyceum.tensor.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Decodes one block of the plain number formats and of those with 32 elements a block. In the latter a nibble of byte i is element i (low)
 * or element i + 16 (high).
 */
final class SmallBlocks {
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int HALF = 16;

    private SmallBlocks() {
    }

    static void f32(MemorySegment data, long at, float[] out, int to) {
        out[to] = data.get(FLOAT, at);
    }

    static void f16(MemorySegment data, long at, float[] out, int to) {
        out[to] = half(data, at);
    }

    static void bf16(MemorySegment data, long at, float[] out, int to) {
        out[to] = Float.intBitsToFloat(data.get(SHORT, at) << 16);
    }

    /** f16 d; 16 bytes of nibbles. */
    static void q4_0(MemorySegment data, long at, float[] out, int to) {
        float d = half(data, at);
        for (int i = 0; i < HALF; i++) {
            int pair = unsigned(data, at + 2 + i);
            out[to + i] = d * ((pair & 15) - 8);
            out[to + i + HALF] = d * ((pair >> 4) - 8);
        }
    }

    /** f16 d; f16 m; 16 bytes of nibbles. */
    static void q4_1(MemorySegment data, long at, float[] out, int to) {
        float d = half(data, at);
        float m = half(data, at + 2);
        for (int i = 0; i < HALF; i++) {
            int pair = unsigned(data, at + 4 + i);
            out[to + i] = d * (pair & 15) + m;
            out[to + i + HALF] = d * (pair >> 4) + m;
        }
    }

    /** f16 d; 32 fifth bits; 16 bytes of nibbles. */
    static void q5_0(MemorySegment data, long at, float[] out, int to) {
        float d = half(data, at);
        int fifth = data.get(INT, at + 2);
        for (int i = 0; i < HALF; i++) {
            int pair = unsigned(data, at + 6 + i);
            out[to + i] = d * ((pair & 15 | bit(fifth, i) << 4) - 16);
            out[to + i + HALF] = d * ((pair >> 4 | bit(fifth, i + HALF) << 4) - 16);
        }
    }

    /** f16 d; f16 m; 32 fifth bits; 16 bytes of nibbles. */
    static void q5_1(MemorySegment data, long at, float[] out, int to) {
        float d = half(data, at);
        float m = half(data, at + 2);
        int fifth = data.get(INT, at + 4);
        for (int i = 0; i < HALF; i++) {
            int pair = unsigned(data, at + 8 + i);
            out[to + i] = d * (pair & 15 | bit(fifth, i) << 4) + m;
            out[to + i + HALF] = d * (pair >> 4 | bit(fifth, i + HALF) << 4) + m;
        }
    }

    /** f16 d; 32 signed bytes. */
    static void q8_0(MemorySegment data, long at, float[] out, int to) {
        float d = half(data, at);
        for (int i = 0; i < 2 * HALF; i++) {
            out[to + i] = d * data.get(ValueLayout.JAVA_BYTE, at + 2 + i);
        }
    }

    /** The f16 at byte {@code at}. */
    static float half(MemorySegment data, long at) {
        return Float.float16ToFloat(data.get(SHORT, at));
    }

    /** The byte at {@code at}, 0 to 255. */
    static int unsigned(MemorySegment data, long at) {
        return Byte.toUnsignedInt(data.get(ValueLayout.JAVA_BYTE, at));
    }

    private static int bit(int bits, int index) {
        return bits >>> index & 1;
    }
}
