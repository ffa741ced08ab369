package org.lyceum.server.openai;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.embedding.Embedding;
import org.lyceum.inference.embedding.EmbeddingModel;
import org.lyceum.server.http.Exchange;
import org.lyceum.server.http.HttpError;

/** An embedding model that answers under a name. One request computes at a time, on a thread of its own: an operator takes all cores. */
public final class EmbeddingService implements AutoCloseable {
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final String name;
    private final EmbeddingModel model;
    private final Duration timeout;
    private final ThreadPoolExecutor thread;

    /**
     * @param name what requests call it
     * @param queue requests that may wait
     * @param timeout what one request may take
     */
    public EmbeddingService(String name, EmbeddingModel model, int queue, Duration timeout) {
        this.name = name;
        this.model = model;
        this.timeout = timeout;
        this.thread = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queue),
                Thread.ofPlatform().daemon().name("lyceum-embedding").factory());
    }

    /** What requests call it. */
    public String name() {
        return name;
    }

    EmbeddingModel model() {
        return model;
    }

    /** The vectors of {@code texts}. Throws {@link HttpError} where too many requests wait, or it takes too long. */
    List<Embedding> embed(Exchange exchange, List<String> texts) throws InterruptedException {
        Future<List<Embedding>> future;
        try {
            future = thread.submit(() -> model.embed(texts));
        } catch (RejectedExecutionException e) {
            throw thread.isShutdown()
                    ? HttpError.shuttingDown()
                    : HttpError.busy("As many requests for embeddings are waiting as may; try again in a moment.", RETRY);
        }
        exchange.whenGone(() -> future.cancel(false));
        try {
            return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            future.cancel(false);
            throw HttpError.timedOut("The embeddings were not finished within " + timeout.toSeconds() + " s; send fewer texts at once.");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UserError said) {
                throw HttpError.badField("input", String.valueOf(said.getMessage()));
            }
            throw new IllegalStateException("an embedding could not be computed", e.getCause());
        }
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
