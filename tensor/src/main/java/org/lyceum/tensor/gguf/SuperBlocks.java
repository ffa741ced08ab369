package org.lyceum.tensor.gguf;

import static org.lyceum.tensor.gguf.SmallBlocks.half;
import static org.lyceum.tensor.gguf.SmallBlocks.unsigned;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Decodes one block of the K formats: 256 elements in groups of 16 or 32, whose small scales (and minima) are themselves multiples of one
 * f16 for the block. Where an element's bits are spread, byte i of a run of 32 holds bits of the elements i, i + 32, i + 64, … of the part.
 */
final class SuperBlocks {
    private static final int LENGTH = 256;

    private SuperBlocks() {
    }

    /** 16 bytes of scale (low nibble) and minimum (high); 64 bytes of 2-bit numbers, 4 to a byte; f16 d; f16 e. */
    static void q2(MemorySegment data, long at, float[] out, int to) {
        long quants = at + 16;
        float d = half(data, at + 80);
        float e = half(data, at + 82);
        for (int i = 0; i < LENGTH; i++) {
            int group = unsigned(data, at + i / 16);
            float scale = d * (group & 15);
            float minimum = e * (group >> 4);
            out[to + i] = scale * twoBits(data, quants, i) - minimum;
        }
    }

    /** 32 bytes of third bits, 8 to a byte; 64 bytes of the lower two; 12 bytes of 6-bit scales; f16 d. */
    static void q3(MemorySegment data, long at, float[] out, int to) {
        long quants = at + 32;
        long scales = at + 96;
        float d = half(data, at + 108);
        for (int i = 0; i < LENGTH; i++) {
            int group = i / 16;
            int low = unsigned(data, scales + group % 8) >> 4 * (group / 8) & 15;
            int high = unsigned(data, scales + 8 + group % 4) >> 2 * (group / 4) & 3;
            float scale = d * ((low | high << 4) - 32);
            int third = unsigned(data, at + i % 32) >> i / 32 & 1;
            out[to + i] = scale * (twoBits(data, quants, i) - 4 * (1 - third));
        }
    }

    /** f16 d; f16 e; 12 bytes of 6-bit scales and minima; 128 bytes of nibbles. */
    static void q4(MemorySegment data, long at, float[] out, int to) {
        long quants = at + 16;
        float d = half(data, at);
        float e = half(data, at + 2);
        for (int i = 0; i < LENGTH; i++) {
            float scale = d * scale(data, at + 4, i / 32);
            float minimum = e * minimum(data, at + 4, i / 32);
            out[to + i] = scale * nibble(data, quants, i) - minimum;
        }
    }

    /** f16 d; f16 e; 12 bytes of 6-bit scales and minima; 32 bytes of fifth bits, 8 to a byte; 128 bytes of nibbles. */
    static void q5(MemorySegment data, long at, float[] out, int to) {
        long quants = at + 48;
        float d = half(data, at);
        float e = half(data, at + 2);
        for (int i = 0; i < LENGTH; i++) {
            float scale = d * scale(data, at + 4, i / 32);
            float minimum = e * minimum(data, at + 4, i / 32);
            int fifth = unsigned(data, at + 16 + i % 32) >> i / 32 & 1;
            out[to + i] = scale * (nibble(data, quants, i) | fifth << 4) - minimum;
        }
    }

    /** 128 bytes of lower nibbles; 64 bytes of the upper two bits; 16 signed bytes of scale; f16 d. */
    static void q6(MemorySegment data, long at, float[] out, int to) {
        float d = half(data, at + 208);
        for (int i = 0; i < LENGTH; i++) {
            float scale = d * data.get(ValueLayout.JAVA_BYTE, at + 192 + i / 16);
            int part = i / 128; // two parts of 128; in each, byte i of 64 holds the nibbles of elements i and i + 64
            int low = unsigned(data, at + 64 * part + i % 64) >> 4 * (i % 128 / 64) & 15;
            out[to + i] = scale * ((low | twoBits(data, at + 128, i) << 4) - 32);
        }
    }

    /** Element i of 2-bit numbers: two parts of 128 elements in 32 bytes each. */
    private static int twoBits(MemorySegment data, long at, int i) {
        return unsigned(data, at + 32 * (i / 128) + i % 32) >> 2 * (i % 128 / 32) & 3;
    }

    /** Element i of 4-bit numbers: four parts of 64 elements in 32 bytes each. */
    private static int nibble(MemorySegment data, long at, int i) {
        return unsigned(data, at + 32 * (i / 64) + i % 32) >> 4 * (i % 64 / 32) & 15;
    }

    /** The 6-bit scale of group 0 to 7: the first four lie in bytes 0 to 3, of the others four bits in bytes 8 to 11 and two above those. */
    static int scale(MemorySegment data, long at, int group) {
        return group < 4
                ? unsigned(data, at + group) & 63
                : unsigned(data, at + group + 4) & 15 | unsigned(data, at + group - 4) >> 6 << 4;
    }

    /** The 6-bit minimum of group 0 to 7: the first four lie in bytes 4 to 7, of the others four bits in bytes 8 to 11 and two above those. */
    static int minimum(MemorySegment data, long at, int group) {
        return group < 4
                ? unsigned(data, at + group + 4) & 63
                : unsigned(data, at + group + 4) >> 4 | unsigned(data, at + group) >> 6 << 4;
    }
}
