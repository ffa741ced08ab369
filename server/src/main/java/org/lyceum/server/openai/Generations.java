package org.lyceum.server.openai;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.serving.Completion;
import org.lyceum.inference.serving.Event;
import org.lyceum.inference.serving.QueueFullException;
import org.lyceum.inference.serving.Request;
import org.lyceum.inference.serving.Scheduler;
import org.lyceum.inference.serving.SchedulerClosedException;
import org.lyceum.inference.serving.SchedulerFailedException;
import org.lyceum.server.http.HttpError;

/** The generations that one HTTP request asked for, their events in one queue. */
final class Generations {
    /** An event of the generation {@code index}. */
    record Numbered(int index, Event event) {
    }

    private static final Duration RETRY = Duration.ofSeconds(2);

    private final List<Completion> completions;
    private final BlockingQueue<Numbered> events = new LinkedBlockingQueue<>();

    private Generations(List<Completion> completions) {
        this.completions = completions;
    }

    /**
     * Hands all of {@code requests} to the scheduler or none. Throws {@link HttpError}: 400 where one does not fit the model's context, 429
     * where too many wait, 503 where the model is being shut down or has failed.
     *
     * @param prompt the field that a prompt came from, for the message
     */
    static Generations submit(Scheduler scheduler, List<Request> requests, String prompt) {
        var completions = new ArrayList<Completion>();
        try {
            for (var request : requests) {
                completions.add(scheduler.submit(request));
            }
        } catch (QueueFullException e) {
            completions.forEach(Completion::cancel);
            throw HttpError.busy(String.valueOf(e.getMessage()), RETRY);
        } catch (SchedulerClosedException _) {
            completions.forEach(Completion::cancel);
            throw HttpError.shuttingDown();
        } catch (SchedulerFailedException _) {
            throw HttpError.modelFailed(); // it has told those that were submitted
        } catch (UserError e) {
            completions.forEach(Completion::cancel);
            throw HttpError.badField(prompt, String.valueOf(e.getMessage()));
        }
        var generations = new Generations(completions);
        for (int i = 0; i < completions.size(); i++) {
            generations.pump(i);
        }
        return generations;
    }

    /** The next event of any of them; waits for it. */
    Numbered next() throws InterruptedException {
        return events.take();
    }

    /** Ends one of them. */
    void cancel(int index) {
        completions.get(index).cancel();
    }

    /** Ends all of them. */
    void cancel() {
        completions.forEach(Completion::cancel);
    }

    private void pump(int index) {
        Thread.ofVirtual().start(() -> {
            try {
                Event event;
                do {
                    event = completions.get(index).next();
                    events.add(new Numbered(index, event));
                } while (event instanceof Event.Token);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
