package org.lyceum.study.evaluation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Digest;
import org.lyceum.foundation.IoErrors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code answers.jsonl}: a line for each block of documents that was answered, by a digest of the model and of everything that was asked. A
 * run that goes on, or one that asks more documents of the same, finds them; of a line that a killed process left torn nothing is read.
 */
final class AnswerLog {
    static final String FILE_NAME = "answers.jsonl";
    private static final JsonMapper JSON = new JsonMapper();

    /**
     * A block.
     *
     * @param answers of each document, in order
     * @param seconds what they took
     */
    record Block(List<List<Answer>> answers, double seconds) {
    }

    private final Path file;
    private final Map<String, Block> blocks = new HashMap<>();

    private AnswerLog(Path file) {
        this.file = file;
    }

    /** What {@code folder} holds of it. */
    static AnswerLog open(Path folder) {
        var log = new AnswerLog(folder.resolve(FILE_NAME));
        try {
            Files.createDirectories(folder);
            if (Files.exists(log.file)) {
                var text = Files.readString(log.file);
                int whole = text.lastIndexOf('\n') + 1;
                text.substring(0, whole).lines().forEach(log::read);
                if (whole < text.length()) {
                    Files.writeString(log.file, text.substring(0, whole));
                }
            }
        } catch (IOException e) {
            throw IoErrors.reading(log.file, e);
        }
        return log;
    }

    private void read(String line) {
        try {
            var node = JSON.readTree(line);
            var answers = node.path("answers").valueStream()
                    .map(document -> document.valueStream().map(AnswerLog::answer).toList()).toList();
            blocks.put(node.path("key").asString(""), new Block(answers, node.path("seconds").asDouble(0)));
        } catch (JacksonException _) {
            // a damaged line: its block is asked again
        }
    }

    private static Answer answer(JsonNode node) {
        return new Answer(node.path("logprob").asDouble(0), node.path("greedy").asBoolean(false), node.path("text").asString(""),
                node.path("numbers").valueStream().map(JsonNode::doubleValue).toList());
    }

    @Nullable
    Block get(String key) {
        return blocks.get(key);
    }

    void put(String key, Block block) {
        var node = JSON.createObjectNode();
        node.put("key", key);
        node.put("seconds", block.seconds());
        var documents = node.putArray("answers");
        for (var document : block.answers()) {
            var answers = documents.addArray();
            for (var answer : document) {
                var written = answers.addObject();
                written.put("logprob", answer.logProbability());
                written.put("greedy", answer.greedy());
                if (!answer.text().isEmpty()) {
                    written.put("text", answer.text());
                }
                if (!answer.numbers().isEmpty()) {
                    var numbers = written.putArray("numbers");
                    answer.numbers().forEach(numbers::add);
                }
            }
        }
        try {
            Files.write(file, (JSON.writeValueAsString(node) + "\n").getBytes(StandardCharsets.UTF_8), StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw IoErrors.writing(file, e);
        }
        blocks.put(key, block);
    }

    /** The name of a block: the same for the same model and questions only. */
    static String key(String identity, List<Item> items) {
        var asked = new ArrayList<>();
        items.forEach(item -> asked.add(item.requests()));
        return Digest.sha256(identity + JSON.writeValueAsString(asked)).substring(0, 32);
    }
}
