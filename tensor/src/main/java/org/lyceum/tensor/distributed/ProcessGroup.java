package org.lyceum.tensor.distributed;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.Backend;
import org.bytedeco.pytorch.BackendOptional;
import org.bytedeco.pytorch.BroadcastOptions;
import org.bytedeco.pytorch.PrefixStore;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.nccl.ProcessGroupNCCL;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Device;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.tensor.Torch;

/**
 * The workers of one run, as one of them sees them: libtorch's process group, Gloo for the CPU and NCCL for GPUs, and the key-value store
 * over which they met. Every worker must call the same collectives in the same order. Used from one thread.
 */
public final class ProcessGroup implements AutoCloseable {
    /** How long rank 0 keeps the store for the others to leave, and to read why where one is lost. */
    private static final Duration LEAVING = Duration.ofSeconds(5);
    private static final Duration LEAVING_AFTER_LOSS = Duration.ofSeconds(2);
    private static final long FIRST_PAUSE_NANOS = 100_000;
    private static final long LONGEST_PAUSE_NANOS = 50_000_000;

    private final Rendezvous place;
    private final TCPStore store;
    private final Watch watch;
    private final Backend backend;
    private final org.bytedeco.pytorch.ProcessGroup whole;

    private ProcessGroup(Rendezvous place, TCPStore store, Watch watch, Backend backend, org.bytedeco.pytorch.ProcessGroup whole) {
        this.place = place;
        this.store = store;
        this.watch = watch;
        this.backend = backend;
        this.whole = whole;
    }

    /**
     * Meets the other workers; returns when all are there.
     *
     * @throws UserError when the port is taken, rank 0 cannot be reached, somebody else has this rank, the workers disagree on how many they
     *     are, or some do not come
     */
    public static ProcessGroup join(Rendezvous place) {
        int _ = Torch.threads(); // what must be settled before libtorch loads
        var store = open(place, place.rank() == 0 && place.store().ours());
        try {
            var size = store.compareSet(place.key("size"), "", "" + place.size());
            if (!size.equals("" + place.size())) {
                throw new UserError("The workers disagree on how many they are: " + place.who() + " was told " + place.size()
                        + ", another one " + size + "; give all of them the same " + Rendezvous.SIZE + ".");
            }
            if (store.add(place.key("rank/" + place.rank()), 1) > 1) {
                throw new UserError("There are two workers with rank " + place.rank() + " of " + place.size() + " at " + place.host() + ":"
                        + place.port() + "; give each worker a " + Rendezvous.RANK + " of its own, from 0 to " + (place.size() - 1) + ".");
            }
            awaitAll(store, place);
            var watch = new Watch(place, () -> open(place, false));
            var backend = backend(store, place);
            var whole = new org.bytedeco.pytorch.ProcessGroup(place.rank(), place.size());
            boolean cpu = backend instanceof ProcessGroupGloo;
            var type = cpu ? org.bytedeco.pytorch.ProcessGroup.BackendType.GLOO : org.bytedeco.pytorch.ProcessGroup.BackendType.NCCL;
            whole.setBackend(cpu ? torch.DeviceType.CPU : torch.DeviceType.CUDA, type, new BackendOptional(backend));
            whole.setDefaultBackend(type);
            return new ProcessGroup(place, store, watch, backend, whole);
        } catch (UserError e) {
            throw e;
        } catch (RuntimeException e) {
            throw new UserError("The workers met at " + place.host() + ":" + place.port() + " but " + place.who()
                    + " could not connect to the others (" + reason(e) + "); check that every worker can reach every other, and that they "
                    + "are started within " + place.timeout().toSeconds() + " seconds of each other.", e);
        }
    }

    private static TCPStore open(Rendezvous place, boolean serves) {
        if (!serves) {
            awaitServer(place);
        }
        var options = new TCPStoreOptions();
        options.port((short) place.port()).isServer(serves).waitWorkers(false).timeout(milliseconds(place.timeout()));
        try {
            return new TCPStore(place.host(), options);
        } catch (RuntimeException e) {
            var text = Objects.requireNonNullElse(e.getMessage(), "").toLowerCase(Locale.ROOT);
            if (serves && (text.contains("eaddrinuse") || text.contains("in use") || text.contains("failed to listen"))) {
                throw new UserError("Port " + place.port() + " on " + place.host() + " is taken, so " + place.who()
                        + " cannot listen on it; choose another " + Rendezvous.PORT + ", or stop what uses this one.", e);
            }
            throw unreachable(place, e);
        }
    }

    /** Waits until something listens there: libtorch, too, would try again and again, but not without a stack trace for each time. */
    private static void awaitServer(Rendezvous place) {
        long end = System.nanoTime() + place.timeout().toNanos();
        while (true) {
            try (var probe = new Socket()) {
                probe.connect(new InetSocketAddress(place.host(), place.port()), 1000);
                return;
            } catch (IOException e) {
                if (System.nanoTime() > end) {
                    throw unreachable(place, e);
                }
                LockSupport.parkNanos(2 * LONGEST_PAUSE_NANOS);
            }
        }
    }

    private static UserError unreachable(Rendezvous place, Exception cause) {
        return new UserError("No worker with rank 0 answered at " + place.host() + ":" + place.port() + " within "
                + place.timeout().toSeconds() + " seconds, so " + place.who() + " stops; check " + Rendezvous.ADDRESS + " and "
                + Rendezvous.PORT + " and that the worker with rank 0 is running.", cause);
    }

    private static void awaitAll(TCPStore store, Rendezvous place) {
        var all = IntStream.range(0, place.size()).mapToObj(rank -> place.key("rank/" + rank)).toArray(String[]::new);
        try {
            store._wait(new StringVector(all), milliseconds(place.timeout()));
        } catch (RuntimeException e) {
            var missing = IntStream.range(0, place.size()).filter(rank -> !store.check(new StringVector(place.key("rank/" + rank))))
                    .mapToObj(Integer::toString).toList();
            throw new UserError("Of " + place.size() + " workers, " + (place.size() - missing.size()) + " came to " + place.host() + ":"
                    + place.port() + " within " + place.timeout().toSeconds() + " seconds (told by " + place.who() + "); missing "
                    + (missing.size() == 1 ? "is rank " : "are the ranks ") + String.join(", ", missing) + ". Start them all, or set "
                    + Rendezvous.SIZE + " to how many there are.", e);
        }
    }

    private static Backend backend(TCPStore store, Rendezvous place) {
        var own = new PrefixStore(place.key("group"), store);
        if (Torch.device() == Device.CUDA) {
            return new ProcessGroupNCCL(own, place.rank(), place.size());
        }
        var options = new ProcessGroupGloo.Options(milliseconds(place.timeout().dividedBy(2)));
        options.devices().put(ProcessGroupGloo.createDeviceForHostname(ownAddress(place)));
        return new ProcessGroupGloo(own, place.rank(), place.size(), options);
    }

    /** The address of this machine from which rank 0 is reached, and so the others too; its own name may lead nowhere. */
    private static String ownAddress(Rendezvous place) {
        try (var socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(place.host(), place.port())); // sends nothing
            return socket.getLocalAddress().getHostAddress();
        } catch (IOException | RuntimeException e) {
            throw new UserError("No network leads from here to " + place.host() + " (" + place.who() + "); check " + Rendezvous.ADDRESS
                    + ".", e);
        }
    }

    public int rank() {
        return place.rank();
    }

    public int size() {
        return place.size();
    }

    /** How many of the workers run on this machine. */
    public int here() {
        return place.here();
    }

    /** Replaces each of {@code tensors}, which have the same shapes everywhere, with its mean over all workers. */
    public void allReduceMean(List<Tensor> tensors) {
        try (var _ = Scope.open(); var _ = NoGradient.open()) {
            var works = tensors.stream().map(tensor -> backend.allreduce(vector(List.of(tensor)))).toList();
            works.forEach(ProcessGroup::await);
            tensors.forEach(tensor -> tensor.timesInPlace(1.0 / size()));
        }
    }

    /** The sums over all workers, number by number. */
    public double[] allReduceSum(double... values) {
        try (var _ = Scope.open(); var _ = NoGradient.open()) {
            var tensor = Tensor.of(values, values.length).to(Torch.device());
            await(backend.allreduce(vector(List.of(tensor))));
            return tensor.to(Device.CPU).doubles();
        }
    }

    /** Replaces each of {@code tensors} with what it is on {@code root}. */
    public void broadcast(List<Tensor> tensors, int root) {
        try (var _ = Scope.open(); var _ = NoGradient.open()) {
            var options = new BroadcastOptions();
            options.rootRank(root);
            tensors.forEach(tensor -> await(backend.broadcast(vector(List.of(tensor)), options)));
        }
    }

    /** Returns when every worker is here. */
    public void barrier() {
        double[] _ = allReduceSum(0);
    }

    /** Leaves {@code value} under {@code key} for the others. */
    public void publish(String key, String value) {
        store.set(place.key(key), value);
    }

    /** Forgets what was published under {@code key}. */
    public void forget(String key) {
        boolean _ = store.deleteKey(place.key(key));
    }

    /**
     * What a worker publishes under {@code key}, waiting for it as long as that worker gives signs of life.
     *
     * @throws UserError when a worker is lost meanwhile
     */
    public String await(String key) {
        // Asked again and again, at first at once: libtorch's own waiting warns of every time limit that passes.
        long pause = FIRST_PAUSE_NANOS;
        while (true) {
            try (var keys = new StringVector(place.key(key))) {
                if (store.check(keys)) {
                    return store.get_to_str(place.key(key));
                }
            }
            var loss = watch.loss(silence());
            if (loss != null) {
                throw lost(loss, null);
            }
            LockSupport.parkNanos(pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        }
    }

    /**
     * What to say of a failure on this worker, after telling the others: the sentence that a lost worker left, or who it is that fell
     * silent, where {@code failure} comes of that; else {@code failure} itself.
     */
    public RuntimeException explained(RuntimeException failure) {
        if (failure instanceof UserError) {
            watch.fail(Objects.requireNonNull(failure.getMessage()));
            return failure;
        }
        // A collective fails on all workers at once; give who caused it a moment to say so, or its silence time to show.
        var patience = Duration.ofMillis(Math.min(5000, silence().toMillis()));
        long end = System.nanoTime() + 2 * patience.toNanos();
        while (isOfConnection(failure) && System.nanoTime() < end) {
            var loss = watch.loss(patience);
            if (loss != null) {
                return lost(loss, failure);
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        watch.fail(reason(failure));
        return failure;
    }

    private UserError lost(Watch.Loss loss, @Nullable RuntimeException cause) {
        var rank = "The worker with rank " + loss.rank() + " of " + size();
        return loss.said() == null
                ? new UserError(rank + " died or hangs (it gave no sign of life to " + place.who()
                        + "), so all stop; the last checkpoint is good, and the same command goes on from it.", cause)
                : new UserError(rank + " stopped, so " + place.who() + " stops too. It said: " + loss.said(), cause);
    }

    private static boolean isOfConnection(RuntimeException failure) {
        var text = Objects.requireNonNullElse(failure.getMessage(), "").toLowerCase(Locale.ROOT);
        return List.of("gloo", "nccl", "connection", "timed out", "timeout", "socket", "store", "broken pipe").stream()
                .anyMatch(text::contains);
    }

    private Duration silence() {
        return place.timeout().dividedBy(4);
    }

    /** Leaves the group; rank 0, which holds the store, stays for the others for a moment. */
    @Override
    public void close() {
        watch.close();
        whole.close();
        backend.close();
        try {
            long left = store.add(place.key("left"), 1);
            boolean lost = watch.loss(silence()) instanceof Watch.Loss loss && loss.rank() != rank();
            long end = System.nanoTime() + (lost ? LEAVING_AFTER_LOSS : LEAVING).toNanos();
            while (rank() == 0 && left < size() && System.nanoTime() < end) {
                Thread.sleep(20);
                left = store.add(place.key("left"), 0);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException _) {
            return; // the store has gone before us
        }
    }

    /** For the reducer. */
    org.bytedeco.pytorch.ProcessGroup whole() {
        return whole;
    }

    static TensorVector vector(List<Tensor> tensors) {
        return Tensor.vector(tensors);
    }

    private static void await(Work work) {
        boolean _ = work._wait();
    }

    private static Milliseconds milliseconds(Duration duration) {
        return new Milliseconds(duration.toMillis());
    }

    /** The first line of what libtorch says, without the place in its source. */
    private static String reason(@Nullable Throwable failure) {
        var text = failure == null ? "" : Objects.requireNonNullElse(failure.getMessage(), failure.toString());
        return text.lines().findFirst().orElse("no details").replaceFirst("^\\[[^\\]]*] ", "").strip();
    }
}
