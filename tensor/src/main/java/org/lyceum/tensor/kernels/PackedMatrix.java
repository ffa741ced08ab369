package org.lyceum.tensor.kernels;

/**
 * A matrix (N, K) of weights, laid out for products with few vectors. N rows lie in panels of as many as a vector has lanes; within a panel
 * the weights of a column stand beside each other, a lane for each row, so that one element of x, broadcast, meets a whole panel and no sum
 * runs across lanes. The sums of a row are made in the order of its columns, whoever computes the panel: results do not depend on the number
 * of threads. Immutable; for any number of threads.
 */
public sealed interface PackedMatrix permits FloatMatrix, GroupedMatrix {
    /** N. */
    int rows();

    /** K. */
    int columns();

    /** The memory it takes. */
    long bytes();

    /** The panels, ⌈N / rows of a panel⌉. */
    default int panels() {
        return (rows() + Lanes.COUNT - 1) / Lanes.COUNT;
    }

    /**
     * y = W·x for the rows of panels {@code from} to {@code to}.
     *
     * @param x vectors, filled for this matrix among others
     * @param y where the products go, the first row's at {@code yAt}, those of another vector {@code yStride} further
     */
    void multiply(Vectors x, float[] y, int yAt, int yStride, int from, int to);

    /** One row as plain numbers: out[at … at + K). */
    void row(int row, float[] out, int at);
}
