package org.lyceum.tensor;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.lyceum.foundation.UserError;

/** Settings of libtorch that hold for the whole process: device, threads, seed. */
public final class Torch {
    static {
        Natives.prepare();
    }

    private static volatile Device device = Device.CPU;
    private static volatile int wantedThreads = Runtime.getRuntime().availableProcessors();

    private Torch() {
    }

    /** The device that new tensors are made on; the CPU until {@link #use} says otherwise. */
    public static Device device() {
        return device;
    }

    /** From here on new tensors are made on {@code wanted}. Throws {@link UserError} where there is no such device. */
    public static void use(Device wanted) {
        if (wanted == Device.CUDA && !cudaAvailable()) {
            throw new UserError("There is no CUDA device here, or this build has no CUDA natives; use --device cpu, or build with "
                    + "-Dlyceum.natives=-gpu on a machine with an NVIDIA GPU.");
        }
        device = wanted;
    }

    private static boolean cudaAvailable() {
        try {
            return torch.cuda_is_available();
        } catch (UnsatisfiedLinkError | NoClassDefFoundError _) {
            return false;
        }
    }

    /** The number of threads that one operator may use. */
    public static void threads(int count) {
        if (count < 1) {
            throw UserError.usage("--threads must be at least 1, not " + count + ".");
        }
        wantedThreads = count;
        torch.set_num_threads(count);
    }

    /** What {@link #threads(int)} was last told, all processors without it: the same number for kernels that are not libtorch's. */
    public static int wantedThreads() {
        return wantedThreads;
    }

    /** The number of threads that one operator may use. */
    public static int threads() {
        return torch.get_num_threads();
    }

    /** Whether {@link #onOneThread} can do what it says. */
    public static boolean canLimitThreads() {
        return OpenMp.FOUND;
    }

    /** Runs {@code task}, whose operators use the calling thread alone, for those that share their work out themselves. */
    public static void onOneThread(Runnable task) {
        torch.get_num_threads(); // settles the thread's number, which would otherwise happen at its first operator
        int before = OpenMp.maxThreads();
        OpenMp.setThreads(1);
        try {
            task.run();
        } finally {
            OpenMp.setThreads(before);
        }
    }

    /** Restarts libtorch's generator, from which dropout draws. */
    public static void seed(long seed) {
        torch.manual_seed(seed);
    }

    /** The version of libtorch's Java presets, for reports. */
    public static String version() {
        try {
            return Loader.getVersion("org.bytedeco", "pytorch");
        } catch (java.io.IOException _) {
            return "unknown";
        }
    }
}
