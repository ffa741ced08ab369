package org.lyceum.langchain4j;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.lyceum.inference.Engine;
import org.lyceum.models.DecoderConfig;
import org.lyceum.text.tokenizer.Tokenizer;

/**
 * An engine that has learnt its answers by heart: the logits favour the next byte of what {@code answers} says to the conversation so far, and
 * the end of the text behind it; a second answer is for where a constraint forbids the first. So LangChain4j's contract, which asks for the
 * capital of Germany, can be held against everything but the network itself. Answers are ASCII, so that a character is a token.
 */
final class ScriptedEngine implements Engine {
    /** What the prompt ends with where the assistant's turn begins. */
    static final String TURN = "<assistant>";

    private final Tokenizer tokenizer;
    private final int end;
    private final Function<String, List<String>> answers;
    private final DecoderConfig config;

    ScriptedEngine(Tokenizer tokenizer, Function<String, List<String>> answers) {
        this.tokenizer = tokenizer;
        this.end = tokenizer.endOfText().orElseThrow();
        this.answers = answers;
        this.config = DecoderConfig.llama(tokenizer.vocabularySize(), 4096, 8, 1, 1, 1);
    }

    @Override
    public DecoderConfig config() {
        return config;
    }

    @Override
    public Sequence open() {
        return new Read();
    }

    @Override
    public List<float[][]> forward(List<Part> parts) {
        return parts.stream().map(part -> {
            var read = (Read) part.sequence();
            int before = read.ids.length;
            read.ids = Arrays.copyOf(read.ids, before + part.ids().length);
            System.arraycopy(part.ids(), 0, read.ids, before, part.ids().length);
            var logits = new float[part.wanted()][];
            for (int i = 0; i < logits.length; i++) {
                logits[i] = after(Arrays.copyOf(read.ids, read.ids.length - logits.length + 1 + i));
            }
            return logits;
        }).toList();
    }

    private float[] after(int[] ids) {
        var text = tokenizer.decode(ids);
        int turn = text.lastIndexOf(TURN) + TURN.length();
        var said = text.substring(turn);
        var logits = new float[tokenizer.vocabularySize()];
        logits[end] = 50; // where no script has anything to say
        float favour = 200;
        for (var script : answers.apply(text.substring(0, turn))) {
            if (script.startsWith(said) && script.length() > said.length()) {
                int next = tokenizer.encode(script.substring(said.length(), said.length() + 1))[0];
                logits[next] = Math.max(logits[next], favour);
            }
            favour -= 50;
        }
        return logits;
    }

    @Override
    public void close() {
        // holds nothing
    }

    private static final class Read implements Sequence {
        private int[] ids = {};

        @Override
        public int length() {
            return ids.length;
        }

        @Override
        public void truncate(int length) {
            ids = Arrays.copyOf(ids, length);
        }

        @Override
        public void copyFrom(Sequence other, int length) {
            ids = Arrays.copyOf(((Read) other).ids, length);
        }

        @Override
        public void close() {
            ids = new int[0];
        }
    }
}
