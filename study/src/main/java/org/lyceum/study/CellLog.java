package org.lyceum.study;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code cells.jsonl}: a line for each part of a study that is done, {@code {"cell":"lstm, seed 1","figures":{"accuracy":0.8}}}. A line is
 * written at once; one that a killed process left torn at the end is passed over and cut off.
 */
final class CellLog {
    static final String FILE_NAME = "cells.jsonl";
    private static final JsonMapper JSON = new JsonMapper();

    private final Path file;
    private final Map<String, Map<String, Double>> done = new LinkedHashMap<>();

    private CellLog(Path file) {
        this.file = file;
    }

    /** Reads what {@code folder} holds of it. Throws {@link UserError} for a file that is damaged elsewhere than at its end. */
    static CellLog open(Path folder) {
        var log = new CellLog(folder.resolve(FILE_NAME));
        if (!Files.exists(log.file)) {
            return log;
        }
        try {
            var text = Files.readString(log.file);
            int whole = text.lastIndexOf('\n') + 1;
            int line = 0;
            for (var json : text.substring(0, whole).lines().toList()) {
                line++;
                log.read(json, line);
            }
            if (whole < text.length()) {
                Files.writeString(log.file, text.substring(0, whole));
            }
        } catch (IOException e) {
            throw IoErrors.reading(log.file, e);
        }
        return log;
    }

    private void read(String json, int line) {
        try {
            var node = JSON.readTree(json);
            var key = node.path("cell").stringValue(null);
            if (key != null && node.path("figures").isObject()) {
                var figures = new LinkedHashMap<String, Double>();
                node.path("figures").properties().forEach(figure -> figures.put(figure.getKey(), number(figure.getValue())));
                done.put(key, figures);
                return;
            }
        } catch (JacksonException _) {
            // said below
        }
        throw new UserError("Line " + line + " of " + file + " is damaged; delete that line, and its part of the study is done again.");
    }

    private static double number(JsonNode node) {
        return node.isNumber() ? node.doubleValue() : Double.NaN;
    }

    @Nullable
    Map<String, Double> get(String key) {
        return done.get(key);
    }

    void put(String key, Map<String, Double> figures) {
        var node = JSON.createObjectNode();
        node.put("cell", key);
        var values = node.putObject("figures");
        figures.forEach((name, value) -> {
            if (Double.isFinite(value)) {
                values.put(name, value);
            } else {
                values.putNull(name);
            }
        });
        try {
            Files.write(file, (JSON.writeValueAsString(node) + "\n").getBytes(StandardCharsets.UTF_8), StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw IoErrors.writing(file, e);
        }
        done.put(key, figures);
    }
}
