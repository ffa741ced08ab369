package org.lyceum.tensor.kernels;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/** A panel of {@link GroupedMatrix} as numbers of bf16, column by column: w = d·q + m, rounded. */
final class Unpacking {
    private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
    private static final VectorSpecies<Integer> INTS = Lanes.INTS;
    private static final ByteOrder ORDER = Lanes.ORDER;
    /** Bytes from one vector to the next. */
    private static final long VECTOR = 4L * Lanes.COUNT;

    private Unpacking() {
    }

    /**
     * Unpacks a panel.
     *
     * @param at the byte where the panel's numbers begin
     * @param words 32-bit words of a group and row
     * @param bits of a number
     * @param shifts to the left, by which the neighbours in a word come to its top
     * @param sign the bit of a number that counts negatively; 0 for numbers without a sign
     * @param scales of the panel's groups from byte {@code scalesAt} on, (groups, lanes) of f32; {@code minima} the same, null where they
     *     are {@code −offset} times the scales
     * @param out the first column goes to byte {@code to}, the next {@code stride} bytes further
     */
    static void panel(MemorySegment quants, long at, int groups, int words, int bits, int[] shifts, int sign, MemorySegment scales,
            @Nullable MemorySegment minima, long scalesAt, float offset, MemorySegment out, long to, long stride) {
        for (int g = 0; g < groups; g++) {
            var d = FloatVector.fromMemorySegment(FLOATS, scales, scalesAt + g * VECTOR, ORDER);
            var m = minima == null ? d.mul(-offset) : FloatVector.fromMemorySegment(FLOATS, minima, scalesAt + g * VECTOR, ORDER);
            for (int w = g * words; w < (g + 1) * words; w++) {
                var p = IntVector.fromMemorySegment(INTS, quants, at + w * VECTOR, ORDER);
                for (int shift : shifts) {
                    var q = p.lanewise(VectorOperators.LSHL, shift).lanewise(VectorOperators.LSHR, 32 - bits)
                            .lanewise(VectorOperators.XOR, sign).sub(sign); // extends the sign
                    WideProducts.round(((FloatVector) q.convert(VectorOperators.I2F, 0)).fma(d, m)).intoMemorySegment(out, to, ORDER);
                    to += stride;
                }
            }
        }
    }
}
