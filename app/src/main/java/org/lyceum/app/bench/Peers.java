package org.lyceum.app.bench;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;

/**
 * Where the peers are: a Python and the scripts of {@code bench/peers}.
 *
 * @param python the interpreter
 * @param scripts the folder
 */
record Peers(String python, Path scripts) {
    private static final String DEFAULT = "python3";

    /**
     * The peers that import {@code packages}; empty, and one line to {@code say}, where they are not installed.
     *
     * @param python what {@code --python} names; null for the default
     * @throws UserError if {@code python} was named and is no program
     */
    static Optional<Peers> find(@Nullable String python, List<String> packages, Consumer<String> say) {
        var scripts = findScripts();
        if (scripts.isEmpty()) {
            say.accept("bench/peers is not beside this build, so only Lyceum is measured.");
            return Optional.empty();
        }
        var program = python == null ? DEFAULT : python;
        try {
            var process = new ProcessBuilder(program, "-c", "import " + String.join(", ", packages)).redirectErrorStream(true).start();
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0) {
                return Optional.of(new Peers(program, scripts.get()));
            }
            process.destroyForcibly();
            var last = said.lines().reduce((_, line) -> line).orElse("it did not say why");
            say.accept("The peers need " + String.join(", ", packages) + ", which " + program + " does not import (" + last
                    + "), so only Lyceum is measured; --python names another Python.");
        } catch (IOException e) {
            if (python != null) {
                throw UserError.usage("--python " + python + " cannot be started; name a Python that has " + String.join(", ", packages)
                        + " installed.");
            }
            say.accept("There is no " + DEFAULT + " here, so only Lyceum is measured; --python names a Python that has "
                    + String.join(", ", packages) + " installed.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }

    /** One of the scripts, in the environment that it would have without Lyceum's launcher around it. */
    ProcessBuilder command(String script, String... arguments) {
        var words = new ArrayList<>(List.of(python, scripts.resolve(script).toString()));
        words.addAll(List.of(arguments));
        return outsideTheLauncher(words);
    }

    /** A command without what the launcher sets for its own virtual machine: one that allocates on several threads would wait for the one heap. */
    static ProcessBuilder outsideTheLauncher(List<String> words) {
        var process = new ProcessBuilder(words);
        process.environment().keySet().removeAll(List.of("MALLOC_ARENA_MAX", "GLIBC_TUNABLES"));
        return process;
    }

    private static Optional<Path> findScripts() {
        return above("bench/peers/worker.py").map(Path::getParent);
    }

    /** The nearest {@code file} in a folder above where this class was built: in its checkout. */
    static Optional<Path> above(String file) {
        try {
            var from = Path.of(Peers.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            for (var folder = from.getParent(); folder != null; folder = folder.getParent()) {
                if (Files.isRegularFile(folder.resolve(file))) {
                    return Optional.of(folder.resolve(file));
                }
            }
            return Optional.empty();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
