package org.lyceum.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.LanguageModel;
import org.lyceum.inference.embedding.EmbeddingModel;
import org.lyceum.inference.serving.SchedulerConfig;
import org.lyceum.server.ApiKeys;
import org.lyceum.server.HeapBound;
import org.lyceum.server.LyceumServer;
import org.lyceum.server.ServerConfig;
import org.lyceum.server.http.Limits;
import org.lyceum.server.openai.EmbeddingService;
import org.lyceum.server.openai.LanguageService;
import org.lyceum.server.openai.Models;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lyceum serve}. */
@Command(name = "serve", description = "Answer other programs over HTTP, in OpenAI's API, and people in a browser.", mixinStandardHelpOptions = true, footer = {
        "", "Examples:",
        "  lyceum serve --model runs/first",
        "  curl http://127.0.0.1:8080/v1/chat/completions -H 'Content-Type: application/json' \\",
        "    -d '{\"model\": \"first\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}'",
        "  openssl rand -hex 24 > keys && lyceum serve --model runs/first --host 0.0.0.0 --api-key-file keys",
        "",
        "The studio is at http://127.0.0.1:8080/studio/. Ctrl-C ends the server once running requests have finished."})
final class Serve implements Callable<Integer> {
    /** What nobody waits for: whoever asks sooner ends it. */
    private static final Duration WARM_UP = Duration.ofSeconds(3);

    @Option(names = "--model", required = true, paramLabel = "M", description = "A run folder, a checkpoint, a Hugging Face "
            + "model folder, a .gguf file, or the org/name of a pulled model; an embedding model of these kinds, too.")
    @SuppressWarnings("NullAway.Init") // required
    private Path model;

    @Option(names = "--embedding-model", paramLabel = "E", description = "A model for /v1/embeddings beside it: a BERT or RoBERTa encoder "
            + "or a sentence-transformers model, as a folder or a .gguf file.")
    private @Nullable Path embeddingModel;

    @Option(names = "--name", paramLabel = "NAME", description = "What requests call the model; the name of its folder by default.")
    private @Nullable String name;

    @Option(names = "--host", paramLabel = "HOST", description = "The address to listen on; any but this machine's own needs "
            + "--api-key-file (${DEFAULT-VALUE}).")
    private String host = ServerConfig.DEFAULT.host();

    @Option(names = "--port", paramLabel = "PORT", description = "0 for any free one (${DEFAULT-VALUE}).")
    private int port = ServerConfig.DEFAULT.port();

    @Option(names = "--api-key-file", paramLabel = "F", description = "Let in only requests with a key of this file, which holds one "
            + "a line.")
    private @Nullable Path keys;

    @Option(names = "--slots", paramLabel = "N", description = "Requests that run at once (${DEFAULT-VALUE}).")
    private int slots = SchedulerConfig.DEFAULT.slots();

    @Option(names = "--queue", paramLabel = "N", description = "Requests that may wait; more are refused with 429 (${DEFAULT-VALUE}).")
    private int queue = SchedulerConfig.DEFAULT.queue();

    @Option(names = "--cache-tokens", paramLabel = "N", description = "Tokens that all caches together may hold; 0 for one context a "
            + "slot (${DEFAULT-VALUE}).")
    private long cacheTokens = SchedulerConfig.DEFAULT.cacheTokens();

    @Option(names = "--request-timeout", paramLabel = "S", description = "Seconds that one request may take (${DEFAULT-VALUE}).")
    private int requestTimeout = 600;

    @Option(names = "--drain-timeout", paramLabel = "S", description = "Seconds that running requests get at the end (${DEFAULT-VALUE}).")
    private int drainTimeout = 30;

    @Option(names = "--runs", paramLabel = "DIR", description = "The folder of runs that the studio shows (${DEFAULT-VALUE}).")
    private Path runs = Path.of("runs");

    @Mixin
    private EngineOptions engine = new EngineOptions();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() throws InterruptedException {
        check(requestTimeout >= 1, "--request-timeout", requestTimeout);
        check(drainTimeout >= 0, "--drain-timeout", drainTimeout);
        var config = new ServerConfig(host, port, keys == null ? ApiKeys.NONE : ApiKeys.read(keys), Limits.DEFAULT,
                Duration.ofSeconds(drainTimeout), Files.isDirectory(runs) ? runs : null);
        var scheduling = SchedulerConfig.DEFAULT.withSlots(slots).withQueue(queue).withCacheTokens(cacheTokens)
                .withWarmUp(WARM_UP);
        var server = LyceumServer.start(config, models(scheduling));
        HeapBound.watch();
        announce(server);
        var stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> { // Ctrl-C, or a polite kill
            output.err().println("finishing what runs, at most " + drainTimeout + " s…");
            if (!server.shutdown()) {
                output.err().println("cut off what had not finished");
            }
            stopped.countDown();
        }));
        stopped.await(); // the JVM ends by the signal then, with its status: 130 for Ctrl-C, 143 for a kill
        return 0;
    }

    private Models models(SchedulerConfig scheduling) {
        var timeout = Duration.ofSeconds(requestTimeout);
        if (embeddingModel == null && EmbeddingModel.isAt(model)) {
            engine.apply();
            return new Models(null, embeddings(model, name == null ? nameOf(model) : name, timeout));
        }
        LanguageModel.checkpoint(model); // a wrong path is said before libtorch takes its second to load
        engine.apply();
        var embeddings = embeddingModel == null ? null : embeddings(embeddingModel, nameOf(embeddingModel), timeout);
        var language = LanguageModel.load(model, engine.matmulType());
        return new Models(new LanguageService(name == null ? nameOf(model) : name, language, scheduling, timeout), embeddings);
    }

    private EmbeddingService embeddings(Path path, String called, Duration timeout) {
        return new EmbeddingService(called, EmbeddingModel.load(path, engine.matmulType()), queue, timeout);
    }

    /** The last part of a path; all of the name of a pulled model, which is no path here. */
    private static String nameOf(Path path) {
        if (!Files.exists(path)) {
            return path.toString();
        }
        var last = path.toAbsolutePath().normalize().getFileName();
        return last == null ? "model" : last.toString().replaceFirst("\\.gguf$", "");
    }

    private void announce(LyceumServer server) {
        if (output.json()) {
            var said = new LinkedHashMap<String, Object>();
            said.put("url", server.url());
            said.put("models", server.models());
            output.print(said);
        }
        output.err().println(String.join(" and ", server.models()) + " at " + server.url() + "/v1, the studio at " + server.url()
                + "/studio/; Ctrl-C ends it");
    }

    private static void check(boolean holds, String option, int value) {
        if (!holds) {
            throw UserError.usage(option + " must be a positive number of seconds, not " + value + ".");
        }
    }
}
