package org.lyceum.study.senses;

import java.util.Arrays;
import java.util.List;

/**
 * The plane in which points lie farthest apart: their two principal components (Pearson 1901; Hotelling 1933), by power iteration on the matrix
 * of scalar products of the centred points, which is small where the points are few and wide.
 */
final class PrincipalPlane {
    private static final int ITERATIONS = 500;

    private PrincipalPlane() {
    }

    /** N points (N, W) → their coordinates (N, 2) in that plane, around 0. */
    static double[][] of(List<float[]> points) {
        int n = points.size();
        int width = points.getFirst().length;
        var centre = new double[width];
        for (var point : points) {
            for (int d = 0; d < width; d++) {
                centre[d] += point[d] / (double) n;
            }
        }
        var products = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                for (int d = 0; d < width; d++) {
                    products[i][j] += (points.get(i)[d] - centre[d]) * (points.get(j)[d] - centre[d]);
                }
                products[j][i] = products[i][j];
            }
        }
        // An eigenvector u of X·Xᵀ with the value λ gives the coordinates u·√λ along one axis.
        var plane = new double[n][2];
        for (int axis = 0; axis < 2; axis++) {
            var u = leading(products);
            double value = product(products, u, new double[n]);
            for (int i = 0; i < n; i++) {
                plane[i][axis] = u[i] * Math.sqrt(Math.max(0, value));
                for (int j = 0; j < n; j++) {
                    products[i][j] -= value * u[i] * u[j];
                }
            }
        }
        return plane;
    }

    private static double[] leading(double[][] matrix) {
        int n = matrix.length;
        var u = new double[n];
        for (int i = 0; i < n; i++) {
            u[i] = 1 + 0.5 * Math.sin(i + 1.0); // like no eigenvector
        }
        normalise(u);
        var next = new double[n];
        for (int iteration = 0; iteration < ITERATIONS; iteration++) {
            product(matrix, u, next);
            if (!normalise(next)) {
                return u; // the points lie in fewer dimensions
            }
            System.arraycopy(next, 0, u, 0, n);
        }
        return u;
    }

    /** next = matrix·u, and the scalar product of the two. */
    private static double product(double[][] matrix, double[] u, double[] next) {
        double value = 0;
        for (int i = 0; i < u.length; i++) {
            next[i] = 0;
            for (int j = 0; j < u.length; j++) {
                next[i] += matrix[i][j] * u[j];
            }
            value += next[i] * u[i];
        }
        return value;
    }

    private static boolean normalise(double[] u) {
        double norm = Math.sqrt(Arrays.stream(u).map(x -> x * x).sum());
        if (norm < 1e-12) {
            return false;
        }
        for (int i = 0; i < u.length; i++) {
            u[i] /= norm;
        }
        return true;
    }
}
