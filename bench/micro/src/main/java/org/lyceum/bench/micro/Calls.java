package org.lyceum.bench.micro;

import java.util.concurrent.TimeUnit;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Tensor;
import org.lyceum.tensor.Torch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to call an operator from Java: on one element, so that the call is all. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class Calls {
    private final Tensor one = Tensor.full(1, DType.F32, 1);
    private final Tensor other = Tensor.full(1, DType.F32, 1);

    /** One thread. */
    @Setup
    public void threads() {
        Torch.threads(1);
    }

    /** A sum in a new tensor, which is freed. */
    @Benchmark
    public void plus() {
        one.plus(other).close();
    }

    /** The same, freed by the scope that it was made in. */
    @Benchmark
    public Tensor plusInScope() {
        try (var _ = org.lyceum.tensor.Scope.open()) {
            return one.plus(other);
        }
    }

    /** A sum in place: no new memory. */
    @Benchmark
    public Tensor plusInPlace() {
        return one.plusInPlace(other);
    }

    /** One number from libtorch's memory. */
    @Benchmark
    public double item() {
        return other.item();
    }
}
