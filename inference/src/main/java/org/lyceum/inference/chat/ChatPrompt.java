package org.lyceum.inference.chat;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lyceum.inference.LanguageModel;
import org.lyceum.foundation.UserError;

/** How a conversation is written for a model. */
public interface ChatPrompt {
    /**
     * The tokens of a conversation, up to where the assistant's next turn begins.
     *
     * @param tools that the model is told of; none where there are none
     * @param begun what that turn begins with already
     * @throws UserError where the template refuses it
     */
    int[] ids(List<ChatMessage> messages, List<ToolFunction> tools, String begun);

    /** Tokens that end a turn beside the model's own. */
    Set<Integer> endIds();

    /** Strings that end a turn. */
    List<String> stops();

    /** Whether tools can be described to the model. */
    boolean takesTools();

    /** How it calls them; null where we do not know. */
    @Nullable
    ToolFormat toolFormat();

    /** As {@code model} was trained to read conversations, as far as it says. */
    static ChatPrompt of(LanguageModel model) {
        return new Transcript(model);
    }

    /** For models that only know text: "User: …", a line break, "Assistant: …". */
    record Transcript(LanguageModel model) implements ChatPrompt {
        @Override
        public int[] ids(List<ChatMessage> messages, List<ToolFunction> tools, String begun) {
            var text = new StringBuilder();
            for (var message : messages) {
                text.append(switch (message.role()) {
                    case "system" -> "System: ";
                    case "user" -> "User: ";
                    case "tool" -> "Tool: ";
                    default -> "Assistant: ";
                }).append(message.content()).append('\n');
            }
            return model.tokenizer().encode(text.append("Assistant:").append(begun).toString());
        }

        @Override
        public Set<Integer> endIds() {
            return Set.of();
        }

        @Override
        public List<String> stops() {
            return List.of("\nUser:", "\nAssistant:", "\nSystem:");
        }

        @Override
        public boolean takesTools() {
            return false;
        }

        @Override
        public @Nullable ToolFormat toolFormat() {
            return null;
        }
    }
}
