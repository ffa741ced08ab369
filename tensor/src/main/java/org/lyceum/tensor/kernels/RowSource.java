package org.lyceum.tensor.kernels;

/** Where a matrix to be packed comes from. Called by several threads at once. */
@FunctionalInterface
public interface RowSource {
    /** Fills {@code out} with row {@code row}. */
    void read(int row, float[] out);
}
