package org.lyceum.app.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.lyceum.foundation.UserError;

/** Lyceum, the first, and its peers, who take turns. */
final class Team implements AutoCloseable {
    /** What one of them did. */
    record Turn(Worker worker, Slice slice) {
    }

    private final List<Worker> workers = new ArrayList<>();

    Worker add(Worker worker) {
        workers.add(worker);
        return worker;
    }

    Worker lyceum() {
        return workers.getFirst();
    }

    /** Those still at work. */
    List<Worker> workers() {
        return List.copyOf(workers);
    }

    /** Lets one after the other do the same, Lyceum first. A peer that fails is said and left out from here on; Lyceum may not fail. */
    List<Turn> everybody(String command, Consumer<String> say) {
        var turns = new ArrayList<Turn>();
        for (var worker : workers()) {
            try {
                turns.add(new Turn(worker, Slice.of(worker.ask(command))));
            } catch (UserError e) {
                if (worker == lyceum()) {
                    throw e;
                }
                say.accept("  left out: " + e.getMessage());
                workers.remove(worker);
                worker.close();
            }
        }
        return turns;
    }

    @Override
    public void close() {
        workers.reversed().forEach(Worker::close);
    }
}
