package org.lyceum.bench.micro;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Tensor;
import org.lyceum.tensor.safetensors.SafetensorsFile;
import org.lyceum.tensor.safetensors.SafetensorsWriter;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Reading a safetensors file whose pages are in memory: 32 tensors of (1000, 384), 49 MB. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class Weights {
    private static final int TENSORS = 32;
    private static final List<Long> SHAPE = List.of(1000L, 384L);

    private final TemporaryFile file = TemporaryFile.make();

    public Weights() {
        try (var _ = org.lyceum.tensor.Scope.open()) {
            var weights = Tensor.normal(1, 1, 1000, 384);
            SafetensorsWriter.write(file.path(), IntStream.range(0, TENSORS)
                    .mapToObj(i -> SafetensorsWriter.Source.of("weights." + i, DType.F32, SHAPE, weights.data())).toList(),
                    SafetensorsWriter.PYTORCH);
        }
    }

    /** Removes the file. */
    @TearDown
    public void remove() {
        file.close();
    }

    /** The header alone; the data are mapped. */
    @Benchmark
    public int open() {
        try (var opened = SafetensorsFile.open(file.path())) {
            return opened.entries().size();
        }
    }

    /** All of it into tensors. */
    @Benchmark
    public void read() {
        try (var opened = SafetensorsFile.open(file.path()); var _ = org.lyceum.tensor.Scope.open()) {
            opened.entries().values().forEach(entry -> Tensor.copyOf(entry.data(), entry.dtype(), entry.dimensions()));
        }
    }
}
