package org.lyceum.langchain4j;

import java.util.List;
import java.util.Set;
import org.lyceum.inference.LanguageModel;
import org.lyceum.inference.chat.ChatMessage;
import org.lyceum.inference.chat.ChatPrompt;
import org.lyceum.inference.chat.ToolFormat;
import org.lyceum.inference.chat.ToolFunction;
import org.lyceum.inference.serving.SchedulerConfig;
import org.lyceum.text.tokenizer.BytePairTrainer;
import org.lyceum.text.tokenizer.Tokenizer;

/** A model that answers what LangChain4j's contract tests ask, by heart. */
final class Toys {
    static final String NAME = "toy";

    private Toys() {
    }

    static LyceumModel model() {
        var tokenizer = BytePairTrainer.of(257).train(List.of("some text"));
        var language = new LanguageModel(new ScriptedEngine(tokenizer, prompt -> List.of(answer(prompt), "{\"city\": \"Berlin\"}")),
                tokenizer,
                Set.of(tokenizer.endOfText().orElseThrow()), null);
        return new LyceumModel(NAME, language, SchedulerConfig.DEFAULT, new Tagged(tokenizer));
    }

    /** The phrase book: {@code prompt} is all that was said, in {@link Tagged}'s form. */
    private static String answer(String prompt) {
        boolean schema = prompt.contains("<tool>");
        var last = prompt.substring(Math.max(prompt.lastIndexOf("<user>"), prompt.lastIndexOf("<tool-result>")));
        if (last.startsWith("<tool-result>")) {
            return prompt.contains("14:35")
                    ? "It is sunny in Munich, and 14:35 in France."
                    : last.contains("10:14") ? "It is 10:14." : "It is sunny.";
        }
        if (schema) {
            if (prompt.contains("in parallel")) {
                return call("getWeather", "{\"city\": \"Munich\"}") + "\n" + call("getTime", "{\"country\": \"France\"}");
            }
            if (prompt.contains("time now")) {
                return call("get_current_time", "{}");
            }
            if (prompt.contains("2+2") || prompt.contains("calculate") || prompt.contains("sum")) {
                return call("add", "{\"a\": 2, \"b\": 2}");
            }
            return call("getWeather", "{\"city\": \"Munich\"}");
        }
        if (prompt.contains("Answer with a JSON object")) {
            return "{\"city\": \"Berlin\"}";
        }
        if (prompt.contains("into German")) {
            return "Ich liebe dich";
        }
        if (prompt.contains("favorite color")) {
            return "Your favorite color is green.";
        }
        if (prompt.contains("Hello World")) {
            return "Hello World";
        }
        if (prompt.contains("story")) {
            return "Once upon a time there was a very long story. ".repeat(20);
        }
        return "The capital of Germany is Berlin.";
    }

    private static String call(String name, String arguments) {
        return "<tool_call>\n{\"name\": \"" + name + "\", \"arguments\": " + arguments + "}\n</tool_call>";
    }

    /** A conversation with tags before each turn, and tools as Hermes models call them. */
    record Tagged(Tokenizer tokenizer) implements ChatPrompt {
        @Override
        public int[] ids(List<ChatMessage> messages, List<ToolFunction> tools, String begun) {
            var text = new StringBuilder();
            tools.forEach(tool -> text.append("<tool>").append(tool.tool()));
            for (var message : messages) {
                text.append(message.role().equals("tool") ? "<tool-result>" : "<" + message.role() + ">").append(message.content());
                message.toolCalls().forEach(call -> text.append("<called>").append(call.name()).append(call.arguments()));
            }
            return tokenizer.encode(text + ScriptedEngine.TURN + begun);
        }

        @Override
        public Set<Integer> endIds() {
            return Set.of();
        }

        @Override
        public List<String> stops() {
            return List.of("<user>");
        }

        @Override
        public boolean takesTools() {
            return true;
        }

        @Override
        public ToolFormat toolFormat() {
            return ToolFormat.HERMES;
        }
    }
}
