package org.lyceum.inference.serving;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.lyceum.inference.Generation.Finish;

/**
 * The answer to a {@link Request} as it comes. Events wait here until they are taken, so that a slow client holds nobody up. For one
 * reading thread; {@link #cancel} may be called from any.
 */
public final class Completion {
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>(); // at most the request's maximum of tokens and one
    private final Runnable wake;
    private volatile boolean cancelled;

    Completion(Runnable wake) {
        this.wake = wake;
    }

    /** The next event; waits for it. After {@link Event.Finished} or {@link Event.Failed} there is none, and this waits for ever. */
    public Event next() throws InterruptedException {
        return events.take();
    }

    /** The next event, or null where none comes within {@code time}. */
    public @Nullable Event next(Duration time) throws InterruptedException {
        return events.poll(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Ends the request within the scheduler's next round, with {@link Finish#CANCELLED} unless it is at its end already. */
    public void cancel() {
        cancelled = true;
        wake.run();
    }

    /** Waits for all of it. Throws what {@link Event.Failed} holds. */
    public Result await() throws InterruptedException {
        var tokens = new ArrayList<Event.Token>();
        var text = new StringBuilder();
        while (true) {
            switch (next()) {
                case Event.Token token -> {
                    tokens.add(token);
                    text.append(token.text());
                }
                case Event.Finished finished -> {
                    return new Result(tokens, text.append(finished.text()).toString(), finished.reason(), finished.usage());
                }
                case Event.Failed failed -> throw failed.error();
            }
        }
    }

    /** What {@link #next} would give at once; null if nothing. */
    @Nullable
    Event peek() {
        return events.peek();
    }

    boolean cancelled() {
        return cancelled;
    }

    void send(Event event) {
        events.add(event);
    }

    /**
     * A finished request.
     *
     * @param tokens in order, without one that ended the text
     * @param text all of it
     * @param reason why it ended
     * @param usage what it took
     */
    public record Result(List<Event.Token> tokens, String text, Finish reason, Usage usage) {
        /** The ids of the tokens. */
        public List<Integer> ids() {
            return tokens.stream().map(Event.Token::id).toList();
        }
    }
}
