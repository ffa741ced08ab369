package org.lyceum.tensor;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The number of threads that an operator may use when the calling thread asks for it. libtorch's own setting holds for threads that have not
 * computed yet, too; that of OpenMP beneath it is each thread's own.
 */
final class OpenMp {
    private static final @Nullable MethodHandle SET = find("omp_set_num_threads", FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));
    private static final @Nullable MethodHandle GET = find("omp_get_max_threads", FunctionDescriptor.of(ValueLayout.JAVA_INT));

    /** Whether libtorch runs on an OpenMP that can be asked. */
    static final boolean FOUND = SET != null && GET != null;

    private OpenMp() {
    }

    private static @Nullable MethodHandle find(String name, FunctionDescriptor type) {
        Natives.prepare();
        Loader.load(torch.class); // and with it the library of OpenMP, by the loader of these classes
        Optional<MethodHandle> handle = SymbolLookup.loaderLookup().find(name).map(at -> Linker.nativeLinker().downcallHandle(at, type));
        return handle.orElse(null);
    }

    static void setThreads(int count) {
        if (SET != null) {
            try {
                SET.invokeExact(count);
            } catch (Throwable e) {
                throw new AssertionError("omp_set_num_threads cannot throw", e);
            }
        }
    }

    static int maxThreads() {
        if (GET == null) {
            return 1;
        }
        try {
            return (int) GET.invokeExact();
        } catch (Throwable e) {
            throw new AssertionError("omp_get_max_threads cannot throw", e);
        }
    }
}
