package org.lyceum.tensor.kernels;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** How wide this machine's vectors are, and how they are read from memory. */
final class Lanes {
    static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());
    private static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));
    /** Numbers of 32 bits in a vector, and rows in a panel: 4, 8 or 16. */
    static final int COUNT = FLOATS.length();

    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private Lanes() {
    }

    static IntVector ints(MemorySegment memory, long byteAt) {
        return IntVector.fromMemorySegment(INTS, memory, byteAt, ORDER);
    }

    static FloatVector floats(MemorySegment memory, long byteAt) {
        return FloatVector.fromMemorySegment(FLOATS, memory, byteAt, ORDER);
    }

    static FloatVector toFloats(IntVector v) {
        return (FloatVector) v.convert(VectorOperators.I2F, 0);
    }

    /** Finite IEEE 754 numbers of 16 bits, subnormal ones too: the exponent is moved to where f32 has it, and its bias made up for. */
    static FloatVector halves(MemorySegment memory, long byteAt) {
        var bits = (IntVector) ShortVector.fromMemorySegment(SHORTS, memory, byteAt, ORDER).convertShape(VectorOperators.S2I, INTS, 0);
        var magnitude = bits.and(0x7fff).lanewise(VectorOperators.LSHL, 13).reinterpretAsFloats().mul(0x1p112f);
        var sign = bits.lanewise(VectorOperators.LSHR, 31).lanewise(VectorOperators.LSHL, 31); // S2I has extended it
        return magnitude.reinterpretAsInts().or(sign).reinterpretAsFloats();
    }

    /** The broadcast that kernels multiply with. */
    static FloatVector all(float value) {
        return FloatVector.broadcast(FLOATS, value);
    }

    /**
     * The sum of all lanes, always in the same order: {@code reduceLanes} may add in one order before it is compiled and in another after.
     */
    static float sum(FloatVector v) {
        var lanes = v.toArray();
        for (int half = lanes.length / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                lanes[i] += lanes[i + half];
            }
        }
        return lanes[0];
    }

    /** Writes the first {@code count} lanes. */
    static void store(FloatVector v, float[] out, int at, int count) {
        if (count >= COUNT) {
            v.intoArray(out, at);
        } else {
            v.intoArray(out, at, FLOATS.indexInRange(0, count));
        }
    }
}
