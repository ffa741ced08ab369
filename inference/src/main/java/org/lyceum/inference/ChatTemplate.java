package org.lyceum.inference;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.lyceum.inference.ChatSession.Role;
import org.lyceum.inference.ChatSession.Turn;
import org.lyceum.text.tokenizer.Tokenizer;

/** How a conversation is written for a model. */
sealed interface ChatTemplate {
    /** The tokens that a conversation begins with. */
    int[] opening();

    /** One finished turn. */
    int[] turn(Turn turn);

    /** What makes the model answer. */
    int[] invitation();

    /** Tokens that end an answer. */
    Set<Integer> endIds();

    /** Strings that end an answer. */
    List<String> stops();

    /** The tokenizer's own turn tokens if it has them (as nanochat's), else a transcript in plain text. */
    static ChatTemplate of(Tokenizer tokenizer) {
        var user = tokenizer.id("<|user_start|>");
        var userEnd = tokenizer.id("<|user_end|>");
        var assistant = tokenizer.id("<|assistant_start|>");
        var assistantEnd = tokenizer.id("<|assistant_end|>");
        if (user.isPresent() && userEnd.isPresent() && assistant.isPresent() && assistantEnd.isPresent()) {
            return new TurnTokens(tokenizer, user.getAsInt(), userEnd.getAsInt(), assistant.getAsInt(), assistantEnd.getAsInt());
        }
        return new Transcript(tokenizer);
    }

    /** Special tokens around each turn. */
    record TurnTokens(Tokenizer tokenizer, int user, int userEnd, int assistant, int assistantEnd) implements ChatTemplate {
        @Override
        public int[] opening() {
            return first(tokenizer);
        }

        @Override
        public int[] turn(Turn turn) {
            boolean fromUser = turn.role() == Role.USER;
            return IntStream
                    .concat(IntStream.concat(IntStream.of(fromUser ? user : assistant), Arrays.stream(tokenizer.encode(turn.content()))),
                            IntStream.of(fromUser ? userEnd : assistantEnd))
                    .toArray();
        }

        @Override
        public int[] invitation() {
            return new int[]{assistant};
        }

        @Override
        public Set<Integer> endIds() {
            return Set.of(assistantEnd, user);
        }

        @Override
        public List<String> stops() {
            return List.of();
        }
    }

    /** For models that only know text: "User: …", a line break, "Assistant: …". */
    record Transcript(Tokenizer tokenizer) implements ChatTemplate {
        @Override
        public int[] opening() {
            return first(tokenizer);
        }

        @Override
        public int[] turn(Turn turn) {
            return tokenizer.encode((turn.role() == Role.USER ? "User: " : "Assistant: ") + turn.content() + "\n");
        }

        @Override
        public int[] invitation() {
            return tokenizer.encode("Assistant:");
        }

        @Override
        public Set<Integer> endIds() {
            return Set.of();
        }

        @Override
        public List<String> stops() {
            return List.of("\nUser:", "\nAssistant:");
        }
    }

    private static int[] first(Tokenizer tokenizer) {
        var bos = tokenizer.id("<|bos|>");
        OptionalInt first = bos.isPresent() ? bos : tokenizer.endOfText();
        return first.isPresent() ? new int[]{first.getAsInt()} : new int[0];
    }
}
