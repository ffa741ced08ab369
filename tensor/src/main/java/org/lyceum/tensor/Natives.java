package org.lyceum.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;

/** What must be settled before libtorch loads, whichever class of this package comes first. */
final class Natives {
    private static final int M_TRIM_THRESHOLD = -1; // malloc.h
    private static final int M_MMAP_MAX = -4;

    static {
        // JavaCPP counts the resident size against a limit derived from the Java heap; weights live outside the heap and mapped files
        // count as resident, so both limits only harm here. JavaCPP's Pointer class reads them once, when it is first used.
        System.setProperty("org.bytedeco.javacpp.maxbytes", "0");
        System.setProperty("org.bytedeco.javacpp.maxphysicalbytes", "0");
        // MKL in place of OpenBLAS: twice as fast on f32 products, ten times on matrix-vector products (docs/architecture.md).
        if (System.getProperty("org.bytedeco.openblas.load") == null && System.getProperty("os.arch").equals("amd64")) {
            System.setProperty("org.bytedeco.openblas.load", "mkl");
        }
        // libtorch's own loops run on GNU's OpenMP. If MKL brings Intel's, two pools of threads spin for the same cores; so MKL is told to use
        // GNU's too.
        if (System.getProperty("os.name").equals("Linux")) {
            setEnvironment("MKL_THREADING_LAYER", "GNU");
            // A thread that waits at the end of a parallel loop spins for a moment only, then sleeps. GNU's default of some milliseconds
            // keeps the core from the very thread that is waited for as soon as anything else runs on the machine.
            setEnvironment("GOMP_SPINCOUNT", "10000");
            // What goes wrong between workers is said in a sentence of ours; c10d's warnings would bury it.
            setEnvironment("TORCH_CPP_LOG_LEVEL", "ERROR");
            // A step frees what the next one takes again. Left to itself glibc hands the top of its heap and every large block back to the
            // system, and steps spend a good part of their time on touching fresh pages (docs/benchmarks.md).
            mallopt(M_TRIM_THRESHOLD, -1); // never
            mallopt(M_MMAP_MAX, 0); // no block outside the heap
        }
    }

    private Natives() {
    }

    /** Does nothing but run the initialiser above, once. */
    static void prepare() {
    }

    /** mallopt of glibc; other C libraries may lack it or ignore it. */
    private static void mallopt(int parameter, int value) {
        var linker = Linker.nativeLinker();
        linker.defaultLookup().find("mallopt").ifPresent(function -> {
            var mallopt = linker.downcallHandle(function,
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
            try {
                int _ = (int) mallopt.invokeExact(parameter, value);
            } catch (Throwable e) {
                throw new AssertionError("mallopt cannot throw", e);
            }
        });
    }

    /** Sets a variable for native code of this process, unless the user has set it. */
    private static void setEnvironment(String name, String value) {
        var linker = Linker.nativeLinker();
        var setenv = linker.downcallHandle(linker.defaultLookup().findOrThrow("setenv"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
        try (var arena = Arena.ofConfined()) {
            int _ = (int) setenv.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 0);
        } catch (Throwable e) {
            throw new AssertionError("setenv cannot throw", e);
        }
    }
}
