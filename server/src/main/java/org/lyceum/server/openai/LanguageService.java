package org.lyceum.server.openai;

import java.time.Duration;
import org.lyceum.inference.LanguageModel;
import org.lyceum.inference.chat.ChatPrompt;
import org.lyceum.inference.constraint.JsonConstraints;
import org.lyceum.inference.serving.Scheduler;
import org.lyceum.inference.serving.SchedulerConfig;

/** A language model that answers under a name, many requests at once. */
public final class LanguageService implements AutoCloseable {
    private final String name;
    private final LanguageModel model;
    private final Scheduler scheduler;
    private final Duration timeout;
    private final TokenTexts texts;
    private final ChatPrompt chat;
    private final JsonConstraints json;

    /**
     * Takes {@code model} over until it is closed, and closes it then.
     *
     * @param name what requests call it
     * @param timeout what one request may take from its arrival to its last token
     */
    public LanguageService(String name, LanguageModel model, SchedulerConfig config, Duration timeout) {
        this.name = name;
        this.model = model;
        this.timeout = timeout;
        this.texts = new TokenTexts(model.tokenizer());
        this.chat = ChatPrompt.of(model);
        this.json = new JsonConstraints(model.tokenizer());
        this.scheduler = new Scheduler(model, config);
    }

    /** What requests call it. */
    public String name() {
        return name;
    }

    /** What computes its answers. */
    public Scheduler scheduler() {
        return scheduler;
    }

    /** The model itself. Its engine belongs to the scheduler. */
    public LanguageModel model() {
        return model;
    }

    Duration timeout() {
        return timeout;
    }

    TokenTexts texts() {
        return texts;
    }

    JsonConstraints json() {
        return json;
    }

    ChatPrompt chat() {
        return chat;
    }

    /** Takes no more requests, lets those that run go on for at most {@code grace}, and frees the model. */
    public void shutdown(Duration grace) {
        scheduler.shutdown(grace);
        model.close();
    }

    @Override
    public void close() {
        shutdown(Duration.ZERO);
    }
}
