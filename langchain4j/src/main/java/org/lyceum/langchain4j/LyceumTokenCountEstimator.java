package org.lyceum.langchain4j;

import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.model.TokenCountEstimator;
import java.util.ArrayList;
import java.util.List;

/** Counts tokens with the model's own tokenizer and chat template: no estimate but the very number. */
public final class LyceumTokenCountEstimator implements TokenCountEstimator {
    private final LyceumModel model;

    public LyceumTokenCountEstimator(LyceumModel model) {
        this.model = model;
    }

    @Override
    public int estimateTokenCountInText(String text) {
        return model.model().tokenizer().encode(text).length;
    }

    /** With what the template writes around it, the invitation to answer included. */
    @Override
    public int estimateTokenCountInMessage(ChatMessage message) {
        return estimateTokenCountInMessages(List.of(message));
    }

    @Override
    public int estimateTokenCountInMessages(Iterable<ChatMessage> messages) {
        var ours = new ArrayList<org.lyceum.inference.chat.ChatMessage>();
        messages.forEach(message -> ours.add(Messages.of(message)));
        return model.prompt().ids(ours, List.of(), "").length;
    }
}
