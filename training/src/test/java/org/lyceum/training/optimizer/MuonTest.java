package org.lyceum.training.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lyceum.models.layers.Parameter;
import org.lyceum.models.layers.Parameter.Role;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

class MuonTest {
    private static final OptimizerConfig CONFIG = new OptimizerConfig(OptimizerConfig.Kind.MUON, null, 0.9, 0.95, 1e-8, 0.1, 0.9, 0);

    @ParameterizedTest
    @CsvSource({"4, 4, F32", "3, 7, F32", "9, 2, F32", "16, 48, F32", "1, 5, F32", "16, 48, BF16", "32, 8, BF16"})
    void everySingularValueComesNearOne(int rows, int columns, DType type) {
        var random = new SplittableRandom(rows * 100 + columns);
        for (int trial = 0; trial < 5; trial++) {
            var values = Toys.random(random, rows * columns);
            float[] x;
            try (var _ = Scope.open()) {
                x = Toys.values(Muon.orthogonalised(Tensor.of(values, rows, columns), type));
            }
            for (double value : singularValues(x, rows, columns)) {
                assertThat(value).isBetween(0.3, 1.3);
            }
            // The iteration may leave very small singular values behind; those that are not small come within the published band.
            var before = singularValues(values, rows, columns);
            double norm = norm(values);
            var after = singularValues(x, rows, columns);
            for (int i = 0; i < before.length; i++) {
                if (before[i] / norm > 0.02) {
                    assertThat(after[after.length - 1]).as("largest").isBetween(0.6, 1.3);
                    assertThat(after[i]).as("singular value %d, before %.4f of the norm", i, before[i] / norm).isBetween(0.6, 1.3);
                }
            }
        }
    }

    @Test
    void theDirectionsStay() {
        // U·diag(3, 1)·Vᵀ with known rotations: what comes out is near U·Vᵀ up to its singular values, so Uᵀ·X·V is diagonal.
        double a = 0.7;
        double b = -0.4;
        double[][] u = {{Math.cos(a), -Math.sin(a)}, {Math.sin(a), Math.cos(a)}};
        double[][] v = {{Math.cos(b), -Math.sin(b)}, {Math.sin(b), Math.cos(b)}};
        var values = new float[4];
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 2; j++) {
                values[2 * i + j] = (float) (3 * u[i][0] * v[j][0] + u[i][1] * v[j][1]);
            }
        }
        float[] x;
        try (var _ = Scope.open()) {
            x = Toys.values(Muon.orthogonalised(Tensor.of(values, 2, 2), DType.F32));
        }
        for (int p = 0; p < 2; p++) {
            for (int q = 0; q < 2; q++) {
                double sum = 0;
                for (int i = 0; i < 2; i++) {
                    for (int j = 0; j < 2; j++) {
                        sum += u[i][p] * x[2 * i + j] * v[j][q];
                    }
                }
                assertThat(sum).isBetween(p == q ? 0.6 : -1e-4, p == q ? 1.3 : 1e-4);
            }
        }
    }

    @Test
    void severalStepsEqualAPlainAccountPartByPart() {
        var random = new SplittableRandom(11);
        int columns = 6;
        var parts = new int[]{4, 3, 8}; // a stack of three matrices
        int rows = 15;
        var start = Toys.random(random, rows * columns);
        var parameter = Toys.parameter("qkv", Role.MATRIX, List.of(4L, 3L, 8L), start, rows, columns);
        double peak = 0.05;
        var muon = new Muon(List.of(parameter), peak, CONFIG, DType.F32);

        var weights = new double[rows * columns];
        var buffer = new double[rows * columns];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = start[i];
        }
        for (int step = 1; step <= 4; step++) {
            double rate = peak * step / 4;
            var gradient = Toys.random(random, rows * columns);
            Toys.gradient(parameter, gradient);
            muon.step(step, step / 4.0);

            var update = new double[weights.length];
            for (int i = 0; i < weights.length; i++) {
                buffer[i] = CONFIG.momentum() * buffer[i] + gradient[i];
                update[i] = gradient[i] + CONFIG.momentum() * buffer[i]; // Nesterov
                weights[i] *= 1 - rate * CONFIG.weightDecay();
            }
            int row = 0;
            for (int part : parts) {
                var x = newtonSchulz(update, row, part, columns);
                double scale = 0.2 * Math.sqrt(Math.max(part, columns));
                for (int i = 0; i < part * columns; i++) {
                    weights[row * columns + i] -= rate * scale * x[i];
                }
                row += part;
            }
            var is = Toys.values(parameter.value());
            for (int i = 0; i < is.length; i++) {
                assertThat((double) is[i]).as("weight %d after step %d", i, step).isCloseTo(weights[i], within(2e-5));
            }
        }
        var momentum = Toys.values(muon.state().get("momentum.qkv"));
        for (int i = 0; i < momentum.length; i++) {
            assertThat((double) momentum[i]).isCloseTo(buffer[i], within(1e-5));
        }
    }

    @Test
    void aMatrixWithoutAGradientStaysAsItIs() {
        var parameter = Toys.parameter("m", Role.MATRIX, List.of(2L), new float[]{1, 2, 3, 4}, 2, 2);
        new Muon(List.of(parameter), 0.1, CONFIG, DType.F32).step(1, 1);
        assertThat(Toys.values(parameter.value())).containsExactly(1, 2, 3, 4);
    }

    @Test
    void aGradientOfZeroDoesNotBecomeNaN() {
        Parameter parameter = Toys.parameter("m", Role.MATRIX, List.of(2L), new float[]{1, 2, 3, 4}, 2, 2);
        Toys.gradient(parameter, new float[4]);
        new Muon(List.of(parameter), 0.1, CONFIG, DType.F32).step(1, 1);
        assertThat(Toys.values(parameter.value())).containsExactly(0.99f, 1.98f, 2.97f, 3.96f);
    }

    /** Five steps of X ← aX + b(XXᵀ)X + c(XXᵀ)²X in f64 on rows {@code row} … of a matrix, always in the orientation given. */
    private static double[] newtonSchulz(double[] all, int row, int rows, int columns) {
        var x = new double[rows * columns];
        double norm = 0;
        for (int i = 0; i < x.length; i++) {
            x[i] = all[row * columns + i];
            norm += x[i] * x[i];
        }
        for (int i = 0; i < x.length; i++) {
            x[i] /= Math.sqrt(norm);
        }
        for (int step = 0; step < 5; step++) {
            var gram = timesTransposed(x, x, rows, rows, columns);
            var once = times(gram, x, rows, rows, columns);
            var twice = times(gram, once, rows, rows, columns);
            for (int i = 0; i < x.length; i++) {
                x[i] = 3.4445 * x[i] - 4.7750 * once[i] + 2.0315 * twice[i];
            }
        }
        return x;
    }

    private static double[] times(double[] a, double[] b, int m, int k, int n) {
        var c = new double[m * n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                for (int l = 0; l < k; l++) {
                    c[i * n + j] += a[i * k + l] * b[l * n + j];
                }
            }
        }
        return c;
    }

    private static double[] timesTransposed(double[] a, double[] b, int m, int n, int k) {
        var c = new double[m * n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                for (int l = 0; l < k; l++) {
                    c[i * n + j] += a[i * k + l] * b[j * k + l];
                }
            }
        }
        return c;
    }

    private static double norm(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }

    /** Ascending: the roots of the eigenvalues of the smaller Gram matrix, by cyclic Jacobi rotations. */
    private static double[] singularValues(float[] matrix, int rows, int columns) {
        int n = Math.min(rows, columns);
        var g = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                for (int l = 0; l < Math.max(rows, columns); l++) {
                    g[i][j] += rows <= columns
                            ? (double) matrix[i * columns + l] * matrix[j * columns + l]
                            : (double) matrix[l * columns + i] * matrix[l * columns + j];
                }
            }
        }
        for (int sweep = 0; sweep < 30; sweep++) {
            for (int p = 0; p < n; p++) {
                for (int q = p + 1; q < n; q++) {
                    if (Math.abs(g[p][q]) < 1e-15) {
                        continue;
                    }
                    double theta = (g[q][q] - g[p][p]) / (2 * g[p][q]);
                    double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
                    double c = 1 / Math.sqrt(t * t + 1);
                    double s = t * c;
                    for (int k = 0; k < n; k++) {
                        double kp = g[k][p];
                        double kq = g[k][q];
                        g[k][p] = c * kp - s * kq;
                        g[k][q] = s * kp + c * kq;
                    }
                    for (int k = 0; k < n; k++) {
                        double pk = g[p][k];
                        double qk = g[q][k];
                        g[p][k] = c * pk - s * qk;
                        g[q][k] = s * pk + c * qk;
                    }
                }
            }
        }
        var values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = Math.sqrt(Math.max(0, g[i][i]));
        }
        java.util.Arrays.sort(values);
        return values;
    }
}
