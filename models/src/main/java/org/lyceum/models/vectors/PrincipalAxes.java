package org.lyceum.models.vectors;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The two directions in which vectors differ most: the first two eigenvectors of their covariance (Pearson 1901), found by power iteration.
 *
 * @param places (N, 2): each vector along the two directions, its mean taken away
 * @param shares of the variance that each direction has, the larger first
 */
public record PrincipalAxes(List<double[]> places, double[] shares) {
    private static final int MOST_ITERATIONS = 1000;

    /** Of {@code vectors}, at least one, all of one length D. */
    public static PrincipalAxes of(List<float[]> vectors) {
        int n = vectors.size();
        int d = vectors.getFirst().length;
        var centred = new double[n][d];
        for (int k = 0; k < d; k++) {
            int column = k;
            double mean = vectors.stream().mapToDouble(vector -> vector[column]).average().orElse(0);
            for (int i = 0; i < n; i++) {
                centred[i][k] = vectors.get(i)[k] - mean;
            }
        }
        var covariance = new double[d][d];
        double all = 0;
        for (int a = 0; a < d; a++) {
            for (int b = 0; b < d; b++) {
                for (int i = 0; i < n; i++) {
                    covariance[a][b] += centred[i][a] * centred[i][b] / n;
                }
            }
            all += covariance[a][a];
        }
        var axes = new double[2][];
        var shares = new double[2];
        for (int axis = 0; axis < 2; axis++) {
            axes[axis] = largest(covariance);
            double size = length(product(covariance, axes[axis]));
            shares[axis] = all > 0 ? size / all : 0;
            for (int a = 0; a < d; a++) { // what it explains is taken out, so that the next largest is the largest
                for (int b = 0; b < d; b++) {
                    covariance[a][b] -= size * axes[axis][a] * axes[axis][b];
                }
            }
        }
        return new PrincipalAxes(
                IntStream.range(0, n).mapToObj(i -> new double[]{dot(centred[i], axes[0]), dot(centred[i], axes[1])}).toList(),
                shares);
    }

    /** The eigenvector of the largest eigenvalue, of length 1, its largest part above 0; from a start that is no symmetry's. */
    private static double[] largest(double[][] matrix) {
        var vector = IntStream.range(0, matrix.length).mapToDouble(k -> 1 + Math.sin(3 * k + 1)).toArray();
        scale(vector);
        for (int i = 0; i < MOST_ITERATIONS; i++) {
            var next = product(matrix, vector);
            if (length(next) < 1e-300) {
                break; // nothing differs
            }
            scale(next);
            double same = dot(next, vector);
            vector = next;
            if (same > 1 - 1e-14) {
                break;
            }
        }
        int most = 0;
        for (int k = 0; k < vector.length; k++) {
            most = Math.abs(vector[k]) > Math.abs(vector[most]) ? k : most;
        }
        if (vector[most] < 0) {
            for (int k = 0; k < vector.length; k++) {
                vector[k] = -vector[k];
            }
        }
        return vector;
    }

    private static double[] product(double[][] matrix, double[] vector) {
        var product = new double[vector.length];
        for (int a = 0; a < vector.length; a++) {
            product[a] = dot(matrix[a], vector);
        }
        return product;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int k = 0; k < a.length; k++) {
            sum += a[k] * b[k];
        }
        return sum;
    }

    private static double length(double[] vector) {
        return Math.sqrt(dot(vector, vector));
    }

    private static void scale(double[] vector) {
        double length = length(vector);
        for (int k = 0; k < vector.length && length > 0; k++) {
            vector[k] /= length;
        }
    }
}
