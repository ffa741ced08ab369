package org.lyceum.app;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.tensor.distributed.ProcessGroup;
import org.lyceum.tensor.distributed.Rendezvous;
import org.lyceum.training.parallel.DataParallel;
import org.lyceum.training.parallel.Workers;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code --nproc} and {@code --worker-timeout}: how many processes train together, or which of them this one is. */
final class WorkerOptions {
    @Option(names = "--nproc", paramLabel = "N", description = "Train with N processes on this machine; train.batch is shared by them. "
            + "Elsewhere a launcher sets MASTER_ADDR, MASTER_PORT, RANK and WORLD_SIZE (docs/scaling.md).")
    private @Nullable Integer count;

    @Option(names = "--worker-timeout", paramLabel = "S", description = "Seconds to wait for the other workers; 60 by default.")
    private int seconds = 60;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli's
    private CommandSpec verb;

    /** How many workers this process is to start; 1 where it is to do the work itself. */
    int toStart() {
        int wanted = count == null ? 1 : count;
        if (wanted < 1) {
            throw UserError.usage("--nproc must be at least 1, not " + wanted + ".");
        }
        if (wanted > 1 && place() != null) {
            throw UserError.usage("--nproc " + wanted + " would start workers, but the environment says that this is one already ("
                    + Rendezvous.RANK + " and " + Rendezvous.SIZE + " are set); leave one of the two out.");
        }
        return wanted;
    }

    /** The words of the whole command line, for those that are to be started. */
    List<String> words() {
        return verb.root().commandLine().getParseResult().originalArgs();
    }

    /** Joins the workers that the environment names; nobody, where it names none. */
    Workers join() {
        var place = place();
        if (place == null) {
            return Workers.ALONE;
        }
        LocalWorkers.endWithParent();
        return new DataParallel(ProcessGroup.join(place));
    }

    private @Nullable Rendezvous place() {
        return Rendezvous.of(System.getenv(), Duration.ofSeconds(seconds)).orElse(null);
    }
}
