package org.lyceum.tensor.distributed;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.lyceum.foundation.UserError;

/**
 * Where the workers of one run meet, and which of them this process is.
 *
 * @param host of the worker with rank 0, which the others connect to
 * @param port that it listens on
 * @param rank of this worker, from 0
 * @param size how many workers there are
 * @param here how many of them run on this machine
 * @param store who listens there, and the run's name in it
 * @param timeout how long to wait for another worker: all of it for the first meeting, half of it within a collective, and a quarter without
 *     a sign of life before a worker counts as lost
 */
public record Rendezvous(String host, int port, int rank, int size, int here, Store store, Duration timeout) {
    /**
     * The key-value store behind the port.
     *
     * @param ours whether the worker with rank 0 serves it; else the launcher does, as torchrun
     * @param prefix of our keys, another one each time a launcher starts the workers again
     */
    public record Store(boolean ours, String prefix) {
        /** Served by the worker with rank 0. */
        public static final Store OURS = new Store(true, "");
    }

    /** What launchers set for each worker. */
    public static final String ADDRESS = "MASTER_ADDR";
    public static final String PORT = "MASTER_PORT";
    public static final String RANK = "RANK";
    public static final String SIZE = "WORLD_SIZE";
    public static final String LOCAL_RANK = "LOCAL_RANK";
    public static final String LOCAL_SIZE = "LOCAL_WORLD_SIZE";
    /** torchrun: its own process serves the store, and this is how often it has started the workers again. */
    private static final String AGENT_STORE = "TORCHELASTIC_USE_AGENT_STORE";
    private static final String RESTARTS = "TORCHELASTIC_RESTART_COUNT";

    /** @throws UserError when there is no such rank or port, or the timeout is below four seconds */
    public Rendezvous {
        if (size < 1) {
            throw UserError.usage(SIZE + "=" + size + " must be at least 1, the number of workers.");
        }
        if (rank < 0 || rank >= size) {
            throw UserError.usage(RANK + "=" + rank + " is none of " + size + " workers (" + SIZE + "=" + size + ", at " + host + ":" + port
                    + "); ranks go from 0 to " + (size - 1) + ".");
        }
        if (here < 1 || here > size) {
            throw UserError.usage(LOCAL_SIZE + "=" + here + " must be between 1 and " + SIZE + "=" + size
                    + ", the number of workers on this machine.");
        }
        if (port < 1 || port > 65_535) {
            throw UserError
                    .usage(PORT + "=" + port + " is no port (worker with rank " + rank + ", at " + host + "); choose one from 1024 to "
                            + "65535.");
        }
        if (timeout.toSeconds() < 4) {
            throw UserError.usage("The workers' timeout must be at least 4 seconds, not " + timeout.toMillis() / 1000.0 + ".");
        }
    }

    /**
     * What {@code environment} says, as torchrun and the operators for Kubernetes set it; nothing where it names neither a rank nor a number
     * of workers. One that does not say how many of them run on this machine has this one alone.
     *
     * @throws UserError when it says only a part of it, or no numbers
     */
    public static Optional<Rendezvous> of(Map<String, String> environment, Duration timeout) {
        if (!environment.containsKey(RANK) && !environment.containsKey(SIZE)) {
            return Optional.empty();
        }
        var host = value(environment, ADDRESS);
        var store = Boolean.parseBoolean(environment.get(AGENT_STORE))
                ? new Store(false, "lyceum/" + environment.getOrDefault(RESTARTS, "0") + "/")
                : Store.OURS;
        return Optional.of(
                new Rendezvous(host, number(environment, PORT), number(environment, RANK), number(environment, SIZE),
                        environment.containsKey(LOCAL_SIZE) ? number(environment, LOCAL_SIZE) : 1, store, timeout));
    }

    private static String value(Map<String, String> environment, String name) {
        var value = environment.get(name);
        if (value == null || value.isBlank()) {
            throw UserError.usage("The environment names a group of workers (" + RANK + " or " + SIZE + ") but not " + name + "; set "
                    + ADDRESS + ", " + PORT + ", " + RANK + " and " + SIZE + ", or unset them all.");
        }
        return value.strip();
    }

    private static int number(Map<String, String> environment, String name) {
        var value = value(environment, name);
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException _) {
            throw UserError.usage(name + "=" + value + " in the environment must be a whole number.");
        }
    }

    /** Where rank 0 serves the store, and no other worker is known to run on this machine. */
    public Rendezvous(String host, int port, int rank, int size, Duration timeout) {
        this(host, port, rank, size, 1, Store.OURS, timeout);
    }

    /** {@code name} as a key in the store. */
    String key(String name) {
        return store.prefix() + name;
    }

    /** "the worker with rank 1 of 2 at 10.0.0.1:29500", for sentences. */
    String who() {
        return "the worker with rank " + rank + " of " + size + " at " + host + ":" + port;
    }
}
