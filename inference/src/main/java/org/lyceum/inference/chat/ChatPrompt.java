package org.lyceum.inference.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.LanguageModel;
import org.lyceum.inference.jinja.JinjaChat;
import org.lyceum.text.tokenizer.Tokenizer;

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

    /**
     * As {@code model} was trained to read conversations: by its own chat template, else by its tokenizer's turn tokens (nanochat's), else
     * as a transcript in plain text.
     *
     * @throws UserError if the model's chat template is none
     */
    static ChatPrompt of(LanguageModel model) {
        var tokenizer = model.tokenizer();
        if (model.chatTemplate() != null) {
            return new Templated(tokenizer, JinjaChat.of(tokenizer, model.chatTemplate()),
                    ToolFormat.of(model.chatTemplate()).orElse(null));
        }
        var user = tokenizer.id("<|user_start|>");
        var userEnd = tokenizer.id("<|user_end|>");
        var assistant = tokenizer.id("<|assistant_start|>");
        var assistantEnd = tokenizer.id("<|assistant_end|>");
        if (user.isPresent() && userEnd.isPresent() && assistant.isPresent() && assistantEnd.isPresent()) {
            return new TurnTokens(tokenizer, user.getAsInt(), userEnd.getAsInt(), assistant.getAsInt(), assistantEnd.getAsInt());
        }
        return new Transcript(tokenizer);
    }

    /** The model's own template. What messages say never becomes a special token. */
    record Templated(Tokenizer tokenizer, JinjaChat template, @Nullable ToolFormat toolFormat) implements ChatPrompt {
        @Override
        public int[] ids(List<ChatMessage> messages, List<ToolFunction> tools, String begun) {
            return template.ids(messages.stream().map(ChatMessage::forTemplate).toList(), tools.stream().map(ToolFunction::tool).toList(),
                    begun, Map.of());
        }

        @Override
        public Set<Integer> endIds() {
            return tokenizer.endIds();
        }

        @Override
        public List<String> stops() {
            return List.of();
        }

        @Override
        public boolean takesTools() {
            return template.takesTools();
        }
    }

    /** Special tokens around each turn; what a system says, or a tool, is said by the user. */
    record TurnTokens(Tokenizer tokenizer, int user, int userEnd, int assistant, int assistantEnd) implements ChatPrompt {
        @Override
        public int[] ids(List<ChatMessage> messages, List<ToolFunction> tools, String begun) {
            var ids = Transcript.opening(tokenizer);
            for (var message : messages) {
                boolean answers = message.role().equals("assistant");
                ids.add(answers ? assistant : user);
                Transcript.append(ids, tokenizer.encode(message.content()));
                ids.add(answers ? assistantEnd : userEnd);
            }
            ids.add(assistant);
            Transcript.append(ids, tokenizer.encode(begun));
            return ids.stream().mapToInt(Integer::intValue).toArray();
        }

        @Override
        public Set<Integer> endIds() {
            return Set.of(assistantEnd, user);
        }

        @Override
        public List<String> stops() {
            return List.of();
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

    /** For models that only know text: "User: …", a line break, "Assistant: …". */
    record Transcript(Tokenizer tokenizer) implements ChatPrompt {
        @Override
        public int[] ids(List<ChatMessage> messages, List<ToolFunction> tools, String begun) {
            var ids = opening(tokenizer);
            for (var message : messages) {
                var speaker = switch (message.role()) {
                    case "system" -> "System: ";
                    case "user" -> "User: ";
                    case "tool" -> "Tool: ";
                    default -> "Assistant: ";
                };
                append(ids, tokenizer.encode(speaker + message.content() + "\n")); // turn by turn, so that a longer conversation begins the same
            }
            append(ids, tokenizer.encode("Assistant:" + begun));
            return ids.stream().mapToInt(Integer::intValue).toArray();
        }

        private static List<Integer> opening(Tokenizer tokenizer) {
            var bos = tokenizer.id("<|bos|>");
            var first = bos.isPresent() ? bos : tokenizer.endOfText();
            return first.isPresent() ? new ArrayList<>(List.of(first.getAsInt())) : new ArrayList<>();
        }

        private static void append(List<Integer> ids, int[] more) {
            for (int id : more) {
                ids.add(id);
            }
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
