package org.lyceum.bench.micro;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.lyceum.models.layers.Attention;
import org.lyceum.models.layers.Linear;
import org.lyceum.models.layers.LinearCrossEntropy;
import org.lyceum.models.layers.Parameter;
import org.lyceum.models.layers.Parameters;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Tensor;
import org.lyceum.tensor.Torch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Layers of a GPT-2 of 12 million parameters, forward and backward in bf16: width 384, 6 heads, 16 × 256 tokens, a vocabulary of 4,096. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class Layers {
    private static final int BATCH = 16;
    private static final int LENGTH = 256;
    private static final int WIDTH = 384;
    private static final int HEADS = 6;
    private static final int VOCABULARY = 4096;

    /** Threads of one operator. */
    @Param("1")
    public int threads;

    private final Parameters parameters = new Parameters(DType.BF16);
    private final Linear up = new Linear(parameters.in("up"), Parameter.Role.MATRIX, WIDTH, 4 * WIDTH, false);
    private final Attention attention = new Attention(parameters.in("attention"), 0, new Attention.Shape(WIDTH, HEADS, HEADS, WIDTH / HEADS,
            false, false, null, false, 1 / Math.sqrt(WIDTH / HEADS), LENGTH), null);
    private final Tensor head = parameters.in("head").add("weight", Parameter.Role.HEAD, VOCABULARY, WIDTH);
    private final Tensor x = Tensor.normal(1, 1, BATCH, LENGTH, WIDTH).requireGradient();
    private final Tensor targets = Tensor.range(BATCH * LENGTH, DType.I64);
    private final Tensor mask = causalMask();

    /** Weights that are not zero. */
    @Setup
    public void fill() {
        Torch.threads(threads);
        try (var _ = NoGradient.open()) {
            parameters.all().forEach(parameter -> parameter.value().copyFrom(Tensor.normal(2, 0.02, parameter.value().shape())));
        }
    }

    /** (4096, 384) times (384, 1536). */
    @Benchmark
    public void linear() {
        train(() -> up.forward(x).sum());
    }

    /** Queries, keys and values, attention over 256 tokens, and its output. */
    @Benchmark
    public void attention() {
        train(() -> attention.forward(x, mask, null).sum());
    }

    /** Head and cross entropy, which are one. */
    @Benchmark
    public void linearCrossEntropy() {
        train(() -> LinearCrossEntropy.loss(x.reshape(-1, WIDTH), head, targets, DType.BF16));
    }

    private void train(Supplier<Tensor> loss) {
        try (var _ = org.lyceum.tensor.Scope.open()) {
            loss.get().backward();
            x.clearGradient();
            parameters.all().forEach(parameter -> parameter.value().clearGradient());
        }
    }

    private static Tensor causalMask() {
        var values = new float[LENGTH * LENGTH];
        for (int row = 0; row < LENGTH; row++) {
            for (int column = row + 1; column < LENGTH; column++) {
                values[row * LENGTH + column] = Float.NEGATIVE_INFINITY;
            }
        }
        return Tensor.of(values, LENGTH, LENGTH).to(DType.BF16);
    }
}
