package org.lyceum.tensor.kernels;

import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** How wide this machine's vectors are, and how they are read from memory. */
final class Lanes {
    static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());
    static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class, FLOATS.vectorShape());
    /** Numbers of 32 bits in a vector: 4, 8 or 16. */
    static final int COUNT = FLOATS.length();

    static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private Lanes() {
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

    /** Writes the first {@code count} lanes, none where that is not above 0. */
    static void store(FloatVector v, float[] out, int at, int count) {
        if (count >= COUNT) {
            v.intoArray(out, at);
        } else if (count > 0) {
            v.intoArray(out, at, FLOATS.indexInRange(0, count));
        }
    }
}
