package org.lyceum.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Each benchmark does its work once; what it measures then says nothing. */
class MicroBenchmarkTest {
    @Test
    void eachRunsOnceWithoutAForkOfItsOwn() throws RunnerException {
        var once = new OptionsBuilder().include("org\\.lyceum\\.bench\\.micro\\..*").forks(0).warmupIterations(0).measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(1)).shouldFailOnError(true).verbosity(VerboseMode.SILENT).build();
        var results = new Runner(once).run();
        assertThat(results.stream().map(result -> result.getParams().getBenchmark().replaceAll(".*micro\\.", "")).distinct())
                .containsExactlyInAnyOrder("Calls.item", "Calls.plus", "Calls.plusInPlace", "Calls.plusInScope", "Kernels.multiply",
                        "Layers.attention",
                        "Layers.linear", "Layers.linearCrossEntropy", "Tokens.batch", "Tokens.encode", "Tokens.preSplit", "Weights.open",
                        "Weights.read");
        assertThat(results).allSatisfy(result -> assertThat(result.getPrimaryResult().getScore()).isPositive());
    }
}
