package org.lyceum.inference.vector;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.tensor.kernels.GroupedMatrix;
import org.lyceum.tensor.kernels.PackedMatrix;
import org.lyceum.tensor.kernels.ThreadTeam;
import org.lyceum.tensor.kernels.Vectors;
import org.lyceum.tensor.kernels.WideProducts;

/** Products of weights with the tokens of a pass: with few by the kernels of the matrices, with blocks by {@link WideProducts}. */
final class PassProducts implements AutoCloseable {
    private final ThreadTeam team;
    private final @Nullable WideProducts wide;
    private final Vectors prepared = new Vectors();

    /**
     * On the threads of {@code team}.
     *
     * @param byBlocks whether there are to be blocks
     */
    PassProducts(ThreadTeam team, boolean byBlocks) {
        this.team = team;
        wide = byBlocks ? new WideProducts(team) : null;
    }

    /** Whether passes may hold blocks. */
    boolean byBlocks() {
        return wide != null;
    }

    /**
     * y = W·x for all tokens of {@code pass}, the matrices one below the other.
     *
     * @param x (tokens, {@code columns}), {@code xStride} apart, the pass's few tokens first
     * @param y (tokens, rows of all matrices), {@code yStride} apart
     */
    void multiply(List<PackedMatrix> matrices, float[] x, int columns, int xStride, Pass pass, float[] y, int yStride) {
        var grouped = wide == null || pass.blocks().length == 0 ? List.<GroupedMatrix>of() : grouped(matrices);
        if (wide == null || grouped.isEmpty()) {
            few(matrices, x, columns, xStride, pass.tokens(), y, yStride);
            return;
        }
        if (pass.few() > 0) {
            few(matrices, x, columns, xStride, pass.few(), y, yStride);
        }
        wide.multiply(grouped, x, pass.few() * xStride, xStride, pass.blocks(), y, pass.few() * yStride, yStride);
    }

    /** The matrices, if all are quantized, else none: those of f32 are to be multiplied in f32. */
    private static List<GroupedMatrix> grouped(List<PackedMatrix> matrices) {
        var grouped = matrices.stream().filter(GroupedMatrix.class::isInstance).map(GroupedMatrix.class::cast).toList();
        return grouped.size() == matrices.size() ? grouped : List.of();
    }

    /** With the first {@code tokens}, the panels of all the matrices shared among the threads. */
    private void few(List<PackedMatrix> matrices, float[] x, int columns, int xStride, int tokens, float[] y, int yStride) {
        int panels = 0;
        for (var matrix : matrices) {
            if (matrix.columns() != columns) {
                throw new IllegalArgumentException(matrix.columns() + " columns, " + columns + " elements");
            }
            panels += matrix.panels();
        }
        var vectors = prepared.fill(x, 0, xStride, tokens, columns, matrices, team);
        team.split(panels, (from, to) -> {
            int first = 0;
            int row = 0;
            for (var matrix : matrices) {
                int begin = Math.max(from - first, 0);
                int end = Math.min(to - first, matrix.panels());
                if (begin < end) {
                    matrix.multiply(vectors, y, row, yStride, begin, end);
                }
                first += matrix.panels();
                row += matrix.rows();
            }
        });
    }

    /** Frees its memory. */
    @Override
    public void close() {
        if (wide != null) {
            wide.close();
        }
    }
}
