package org.lyceum.study.evaluation;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.text.corpus.TableRows;
import org.lyceum.text.corpus.WholeText;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The documents of one file of a task's data. */
final class RowReader {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern SPACE = Pattern.compile("\\s+");
    /** {@code .I 12}, {@code .T}: a field of a SMART collection begins. */
    private static final Pattern FIELD = Pattern.compile("\\.([A-Z])(?:\\s+(\\S+))?\\s*");
    private static final Map<String, String> FIELDS = Map.of("T", "title", "A", "author", "B", "source", "W", "text");

    private final TaskData data;
    private final String name;
    private final String text;
    private final List<Document> rows = new ArrayList<>();

    private RowReader(TaskData data, String name, String text) {
        this.data = data;
        this.name = name;
        this.text = text;
    }

    /** All of {@code file}'s, in order; each has the column {@code file} beside its own. Throws {@link UserError} naming the line that is wrong. */
    static List<Document> read(TaskData data, Path file, Path folder) {
        var name = file.startsWith(folder) ? folder.relativize(file).toString() : file.getFileName().toString(); // or in the hub's cache
        if (name.toLowerCase(Locale.ROOT).endsWith(".parquet")) {
            var reader = new RowReader(data, name, "");
            ParquetRows.read(file, columns -> reader.row(reader.rows.size() + 1, columns));
            return reader.rows;
        }
        var reader = new RowReader(data, name, WholeText.read(file));
        switch (reader.format()) {
            case "json" -> reader.json();
            case "csv" -> reader.table(',');
            case "tsv" -> reader.table('\t');
            case "pairs" -> reader.pairs();
            case "judged" -> reader.judged();
            case "smart" -> reader.smart();
            default -> reader.texts();
        }
        return reader.rows;
    }

    private String format() {
        if (List.of("text", "pairs", "judged", "smart").contains(data.builder())) {
            return data.builder();
        }
        var plain = name.toLowerCase(Locale.ROOT).replaceFirst("\\.(gz|zst)$", "");
        return plain.endsWith(".csv") ? "csv" : plain.endsWith(".tsv") ? "tsv" : plain.endsWith(".txt") ? "text" : "json";
    }

    private void row(long line, Map<String, Object> columns) {
        var all = new LinkedHashMap<String, Object>();
        all.put("file", name.substring(name.lastIndexOf('/') + 1).replaceFirst("\\.[^.]*$", ""));
        all.putAll(columns);
        rows.add(new Document(rows.size(), name + ":" + line, all));
    }

    private void json() {
        if (data.field() instanceof String field) {
            var list = parsed(text, 1).path(field);
            if (!list.isArray()) {
                throw new UserError(name + " has no list under the key '" + field + "'; name the one that holds the documents as field.");
            }
            int at = 0;
            for (var node : list) {
                object(node, ++at);
            }
            return;
        }
        if (text.stripLeading().startsWith("[")) {
            int at = 0;
            for (var node : parsed(text, 1)) {
                object(node, ++at);
            }
            return;
        }
        int number = 0;
        for (var line : text.split("\n", -1)) { // not lines(): a JSON text may hold other line breaks
            number++;
            if (!line.isBlank()) {
                object(parsed(line, number), number);
            }
        }
    }

    private JsonNode parsed(String json, int line) {
        try {
            return JSON.readTree(json);
        } catch (JacksonException e) {
            throw new UserError(name + " is not valid JSON on line " + line + "; mend or leave out that line.", e);
        }
    }

    private void object(JsonNode node, int line) {
        if (!node.isObject()) {
            throw new UserError(name + ":" + line + " holds no JSON object; each document is one, with the columns as its keys.");
        }
        var columns = new LinkedHashMap<String, Object>();
        node.properties().forEach(each -> {
            if (!each.getValue().isNull()) {
                columns.put(each.getKey(), JSON.convertValue(each.getValue(), Object.class));
            }
        });
        row(line, columns);
    }

    private void table(char delimiter) {
        try (var table = new TableRows(new StringReader(text), name, delimiter)) {
            var names = table.columns();
            while (table.next() instanceof TableRows.Row row) {
                var columns = new LinkedHashMap<String, Object>();
                for (int i = 0; i < Math.min(names.size(), row.cells().size()); i++) {
                    columns.put(names.get(i), row.cells().get(i));
                }
                row(row.line(), columns);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("closing a text in memory", e);
        }
    }

    private void pairs() {
        var lines = text.lines().filter(line -> !line.isBlank()).toList();
        if (lines.size() % 2 != 0) {
            throw new UserError(name + " has " + lines.size() + " lines; of pairs there must be an even number.");
        }
        for (int i = 0; i < lines.size(); i += 2) {
            row(i + 1, Map.of("sentence_bad", lines.get(i), "sentence_good", lines.get(i + 1)));
        }
    }

    /** Two words and a number a line; the words of a first line without a number are names of columns, and # begins a remark. */
    private void judged() {
        int line = 0;
        for (var each : text.lines().toList()) {
            line++;
            if (each.isBlank() || each.startsWith("#")) {
                continue;
            }
            var fields = SPACE.split(each.strip());
            try {
                row(line, Map.of("word1", fields[0], "word2", fields[1], "score", Double.valueOf(fields[2])));
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException _) {
                if (!rows.isEmpty() || line > 1) {
                    throw new UserError("Line " + line + " of " + name + " should have two words and a number.");
                }
            }
        }
    }

    /**
     * A collection as the SMART system kept it: {@code .I} and a number begin a document, then come fields, title {@code .T}, author
     * {@code .A}, source {@code .B}, text {@code .W}. Its place among all is the column {@code number}, from 1.
     */
    private void smart() {
        var columns = new LinkedHashMap<String, Object>();
        var field = new StringBuilder();
        var into = "";
        int began = 0;
        int line = 0;
        for (var each : text.lines().toList()) {
            line++;
            var begins = FIELD.matcher(each);
            if (!begins.matches()) {
                if (!each.isBlank() && columns.isEmpty()) {
                    throw new UserError("Line " + line + " of " + name + " stands in no document; each begins with '.I' and a number.");
                }
                field.append(field.isEmpty() ? "" : "\n").append(each);
                continue;
            }
            columns.computeIfPresent(into, (_, _) -> field.toString());
            field.setLength(0);
            if (begins.group(1).equals("I") && begins.group(2) instanceof String id) {
                smart(columns, began);
                columns = new LinkedHashMap<>(Map.of("id", id, "title", "", "text", "", "number", rows.size() + 1));
                began = line;
            }
            into = FIELDS.getOrDefault(begins.group(1), begins.group(1));
            columns.putIfAbsent(into, "");
        }
        columns.computeIfPresent(into, (_, _) -> field.toString());
        smart(columns, began);
    }

    private void smart(Map<String, Object> columns, int line) {
        if (!columns.isEmpty()) {
            row(line, columns);
        }
    }

    private void texts() {
        var lines = text.split("(?<=\n)", -1);
        var document = new StringBuilder();
        int from = 1;
        for (int i = 0; i < lines.length; i++) {
            var bare = lines[i].replaceFirst("\r?\n$", "");
            boolean begins = data.documentStart() instanceof Pattern start ? start.matcher(bare).find() : switch (data.sampleBy()) {
                case "line" -> true;
                case "paragraph" -> i > 0 && lines[i - 1].isBlank() && !bare.isBlank();
                default -> false;
            };
            if (begins) {
                finish(document, from);
                from = i + 1;
            }
            document.append(data.sampleBy().equals("line") && data.documentStart() == null ? bare : lines[i]);
        }
        finish(document, from);
    }

    private void finish(StringBuilder document, int line) {
        if (!document.toString().isBlank()) {
            row(line, Map.of("text", document.toString()));
        }
        document.setLength(0);
    }
}
