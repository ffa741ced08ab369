package org.lyceum.app;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lyceum.app.bench.LossComparison;
import org.lyceum.foundation.UserError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lyceum bench losses}. */
@Command(name = "losses", description = "Whether a change of the code kept the loss curve: runs of several seeds before it and after "
        + "it.", mixinStandardHelpOptions = true, footer = {"", "Example:",
                "  lyceum bench losses --before old/1 old/2 old/3 --after new/1 new/2 new/3 --plot losses.svg",
                "",
                "Exit status 0 when the losses agree bit for bit, or when the runs of one seed are on average no further apart than two",
                "seeds of before are: in the mean |difference| at a step, and in the mean loss of the first and the last half of the steps.",
                "Else 1. recipes/checks/same-losses.sh makes the runs of two commits and compares them."})
final class BenchLosses implements Callable<Integer> {
    @Option(names = "--before", paramLabel = "RUN", required = true, arity = "1..*", description = "Run folders, or their "
            + "metrics.jsonl, one a seed.")
    @SuppressWarnings("NullAway.Init") // required
    private List<Path> before;

    @Option(names = "--after", paramLabel = "RUN", required = true, arity = "1..*", description = "Those of the same seeds, in the same "
            + "order.")
    @SuppressWarnings("NullAway.Init") // required
    private List<Path> after;

    @Option(names = "--plot", paramLabel = "FILE", description = "Draw the curves, as an SVG.")
    private @Nullable Path plot;

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        var comparison = LossComparison.of(before, after);
        if (plot != null) {
            comparison.plot(plot);
        }
        if (output.json()) {
            output.print(comparison.json());
        } else {
            output.out().print(comparison.text());
        }
        if (!comparison.agree()) {
            throw new UserError("The curves do not agree: what the change did to them is more than another seed does; see what it "
                    + "computes otherwise.");
        }
        return 0;
    }
}
