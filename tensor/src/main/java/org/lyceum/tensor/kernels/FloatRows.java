package org.lyceum.tensor.kernels;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.lyceum.foundation.UserError;

/**
 * A table of rows of floats in one array, each row filled up with zeros to whole vectors of this machine, so that no kernel has a remainder to
 * deal with; behind the last row stands one of zeros, which kernels take where they need a row that does nothing. Several threads may change
 * rows at once without a lock (Niu et al. 2011, "Hogwild!"): a float is read and written whole, and an update that is lost is rare where
 * rows are many.
 */
public final class FloatRows {
    private final int rows;
    private final int width;
    private final int stride;
    private final float[] values;

    /**
     * A table of zeros.
     *
     * @param width floats of a row
     * @throws UserError where it is more than an array can hold
     */
    public FloatRows(int rows, int width) {
        this.rows = rows;
        this.width = width;
        this.stride = stride(width);
        if ((rows + 1L) * stride > Integer.MAX_VALUE - 8) {
            throw new UserError(
                    rows + " vectors of " + width + " numbers are more than one table can hold, " + (Integer.MAX_VALUE - 8) / stride
                            + " of them; take fewer dimensions, fewer words or fewer buckets.");
        }
        this.values = new float[(rows + 1) * stride];
    }

    /** How many floats a row of {@code width} takes, those that fill it up among them. */
    public static int stride(int width) {
        return (width + Lanes.COUNT - 1) / Lanes.COUNT * Lanes.COUNT;
    }

    /** Rows, without the one of zeros. */
    public int rows() {
        return rows;
    }

    /** Floats of a row that are its own. */
    public int width() {
        return width;
    }

    /** Floats from one row to the next. */
    public int stride() {
        return stride;
    }

    /** All of them; row {@code r} begins at {@link #at}. */
    public float[] values() {
        return values;
    }

    /** Where row {@code r} begins; {@code rows()} is the one of zeros. */
    public int at(int r) {
        return r * stride;
    }

    /** A copy of row {@code r}, {@link #width} floats. */
    public float[] row(int r) {
        return Arrays.copyOfRange(values, at(r), at(r) + width);
    }

    /** Writes row {@code r} from {@code from[at…]}. */
    public void set(int r, float[] from, int at) {
        System.arraycopy(from, at, values, at(r), width);
    }

    /** out = mean of the rows that begin at {@code ats[from]} to {@code ats[to − 1]}; zeros where there is none. */
    public void mean(int[] ats, int from, int to, float[] out) {
        float scale = to > from ? 1f / (to - from) : 0;
        for (int k = 0; k < stride; k += Lanes.COUNT) {
            var sum = FloatVector.zero(Lanes.FLOATS);
            for (int i = from; i < to; i++) {
                sum = sum.add(FloatVector.fromArray(Lanes.FLOATS, values, ats[i] + k));
            }
            sum.mul(scale).intoArray(out, k);
        }
    }

    /** Adds {@code scale} times {@code x[xAt…]} to each of the rows that begin at {@code ats[from]} to {@code ats[to − 1]}. */
    public void addToEach(int[] ats, int from, int to, float[] x, int xAt, float scale) {
        for (int i = from; i < to; i++) {
            add(ats[i], x, xAt, scale);
        }
    }

    /** Adds {@code scale} times {@code x[xAt…]} to the row that begins at {@code at}. */
    public void add(int at, float[] x, int xAt, float scale) {
        for (int k = 0; k < stride; k += Lanes.COUNT) {
            FloatVector.fromArray(Lanes.FLOATS, x, xAt + k).mul(scale).add(FloatVector.fromArray(Lanes.FLOATS, values, at + k))
                    .intoArray(values, at + k);
        }
    }

    /** The product of {@code x[xAt…]} with the row that begins at {@code at}. */
    public float dot(int at, float[] x, int xAt) {
        return VectorMath.dot(values, at, x, xAt, stride);
    }
}
