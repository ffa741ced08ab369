package org.lyceum.app;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.lyceum.models.hub.Hub;
import org.lyceum.models.hub.HubListener;
import org.lyceum.models.hub.HubSettings;
import org.lyceum.models.hub.Repository;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lyceum pull}. */
@Command(name = "pull", description = "Fetch a model from the Hugging Face hub.", mixinStandardHelpOptions = true, footer = {"",
        "Examples:",
        "  lyceum pull HuggingFaceTB/SmolLM2-135M-Instruct",
        "  lyceum pull bartowski/SmolLM2-135M-Instruct-GGUF --include '*Q8_0.gguf'",
        "  lyceum generate --model HuggingFaceTB/SmolLM2-135M-Instruct --prompt \"A kind of\"",
        "",
        "Fetches safetensors with configuration and tokenizer, or the only .gguf file; the rest stays on the hub. Files go where the hub's",
        "Python tools keep theirs, so that each finds what the other fetched. An interrupted pull is gone on with by the same command.",
        "",
        "Environment: HF_TOKEN, HF_HOME, HF_HUB_CACHE, HF_ENDPOINT, HF_HUB_OFFLINE."})
final class Pull implements Callable<Integer> {
    @Parameters(paramLabel = "ORG/NAME[@REVISION]", description = "The model on the hub, at a branch, a tag or a commit (main).")
    @SuppressWarnings("NullAway.Init") // required
    private String name;

    @Option(names = "--include", paramLabel = "GLOB", description = "Fetch the files that this pattern means: *.json, for instance. "
            + "May be given more than once.")
    private List<String> include = List.of();

    @Mixin
    private Output output = new Output();

    private final Map<String, String> environment;

    Pull() {
        this(System.getenv());
    }

    @SuppressWarnings("NullAway.Init") // the rest is picocli's
    Pull(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        var repository = Repository.parse(name);
        var progress = new Progress(output.err(), System.console() != null && System.console().isTerminal());
        Hub.Pulled pulled;
        try {
            pulled = new Hub(HubSettings.of(environment)).pull(repository, include, progress);
        } finally {
            progress.end();
        }
        if (output.json()) {
            var result = new LinkedHashMap<String, Object>();
            result.put("model", repository.id());
            result.put("revision", repository.revision());
            result.put("commit", pulled.commit());
            result.put("path", pulled.model().toString());
            result.put("files", pulled.files());
            result.put("bytes", pulled.bytes());
            result.put("fetched_bytes", pulled.fetchedBytes());
            result.put("offline", pulled.offline());
            output.print(result);
            return 0;
        }
        output.out().println(pulled.model());
        output.out().flush();
        output.err().printf(Locale.ROOT, "%d files, %.1f MB, of which %.1f MB came over the network now%n", pulled.files(),
                pulled.bytes() / 1e6,
                pulled.fetchedBytes() / 1e6);
        return 0;
    }

    /** On a terminal one line that is written over, elsewhere a line for each tenth. */
    private static final class Progress implements HubListener {
        private final PrintWriter err;
        private final boolean terminal;
        private long shownAt;
        private long tenth;
        private boolean open;

        Progress(PrintWriter err, boolean terminal) {
            this.err = err;
            this.terminal = terminal;
        }

        @Override
        public void progress(String file, long bytes, long total) {
            long now = System.nanoTime();
            if (terminal && (now - shownAt > 100_000_000 || bytes == total)) {
                shownAt = now;
                err.print("\r" + line(file, bytes, total) + "\u001b[K");
                err.flush();
                open = true;
            } else if (!terminal && total > 0 && bytes * 10 / total > tenth) {
                tenth = bytes * 10 / total;
                err.println(line(file, bytes, total));
            }
        }

        private static String line(String file, long bytes, long total) {
            return String.format(Locale.ROOT, "%3d%% of %.1f MB  %s", total == 0 ? 100 : bytes * 100 / total, total / 1e6, file);
        }

        @Override
        public void note(String sentence) {
            end();
            err.println(sentence);
        }

        void end() {
            if (open) {
                err.println();
                open = false;
            }
        }
    }
}
