package org.lyceum.text.labelled;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Nearest;
import org.lyceum.foundation.UserError;
import org.lyceum.text.corpus.TableRows;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads labelled texts, all of a file at once: lines of "label text", JSON lines, and tables. Blank lines are passed over; every complaint
 * is a {@link UserError} with the number of the line.
 */
public final class LabelledFile {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path file;
    private final LabelledConfig config;
    private final List<Example> examples = new ArrayList<>();

    private LabelledFile(Path file, LabelledConfig config) {
        this.file = file;
        this.config = config;
    }

    /** The examples of {@code file} in their order, at least one. */
    public static List<Example> read(Path file, LabelledConfig config) {
        var reading = new LabelledFile(file, config);
        var text = TextLines.read(file, config.charset());
        switch (reading.format()) {
            case LINES -> reading.lines(text);
            case JSONL -> reading.objects(text);
            case TSV -> reading.tabs(text);
            case CSV, AUTO -> reading.commas(text);
        }
        if (reading.examples.isEmpty()) {
            throw new UserError(file + " holds no examples; name a file with some.");
        }
        return reading.examples;
    }

    private LabelledConfig.Format format() {
        if (config.format() != LabelledConfig.Format.AUTO) {
            return config.format();
        }
        var name = file.toString().toLowerCase(Locale.ROOT);
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "jsonl", "ndjson", "json" -> LabelledConfig.Format.JSONL;
            case "csv" -> LabelledConfig.Format.CSV;
            case "tsv" -> LabelledConfig.Format.TSV;
            default -> LabelledConfig.Format.LINES;
        };
    }

    private void lines(String text) {
        if (config.second() != null) {
            throw new UserError(file + " holds lines of a label and one text, and there is no '" + config.second()
                    + "' in them; give pairs as JSON lines or a table.");
        }
        long line = 0;
        for (var row : text.split("\n", -1)) {
            line++;
            var stripped = row.strip();
            if (!stripped.isEmpty()) {
                var parts = stripped.split("\\s+", 2);
                if (parts.length < 2) {
                    throw new UserError(file + ": line " + line + " holds '" + shown(stripped)
                            + "' alone, and should be a label, a space and a text; mend or leave out that line.");
                }
                examples.add(new Example(parts[1], null, parts[0], line));
            }
        }
    }

    private void objects(String text) {
        long line = 0;
        for (var row : text.split("\n", -1)) {
            line++;
            if (!row.isBlank()) {
                var object = object(file, row, line);
                var second = config.second();
                examples.add(new Example(text(object, config.text(), line), second == null ? null : text(object, second, line),
                        text(object, config.label(), line), line));
            }
        }
    }

    /** The JSON object on {@code line} of {@code file}. */
    static ObjectNode object(Path file, String row, long line) {
        try {
            if (JSON.readTree(row) instanceof ObjectNode object) {
                return object;
            }
            throw new UserError(file + " must hold one JSON object a line, and line " + line + " is something else.");
        } catch (JacksonException e) {
            throw new UserError(file + " is not valid JSON on line " + line + "; each line must hold one JSON object.", e);
        }
    }

    private String text(ObjectNode object, String field, long line) {
        return text(file, object, field, line).asString();
    }

    /** What {@code field} holds on {@code line}: a text, a number, true or false. */
    static JsonNode text(Path file, ObjectNode object, String field, long line) {
        var value = object.get(field);
        if (value == null || value.isNull()) {
            throw new UserError(file + " has no field '" + field + "' on line " + line + "; "
                    + hint(field, List.copyOf(object.propertyNames())));
        }
        if (value.isContainer()) {
            throw new UserError(file + ": field '" + field + "' on line " + line + " is neither a text nor a number; name another field.");
        }
        return value;
    }

    private void tabs(String text) {
        var rows = text.split("\n", -1);
        @Nullable
        Columns columns = null;
        for (int i = 0; i < rows.length; i++) {
            var row = rows[i].endsWith("\r") ? rows[i].substring(0, rows[i].length() - 1) : rows[i];
            if (!row.isBlank()) {
                var cells = Arrays.asList(row.split("\t", -1));
                if (columns == null) {
                    columns = new Columns(cells);
                } else {
                    columns.add(cells, i + 1);
                }
            }
        }
    }

    private void commas(String text) {
        try (var rows = new TableRows(new StringReader(text), file.toString(), ',')) {
            if (!rows.columns().isEmpty()) {
                var columns = new Columns(rows.columns());
                while (rows.next() instanceof TableRows.Row row) {
                    columns.add(row.cells(), row.line());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("closing a text in memory", e);
        }
    }

    /** Where the columns that we want are. */
    private final class Columns {
        private final int width;
        private final int text;
        private final int second;
        private final int label;

        Columns(List<String> names) {
            width = names.size();
            text = index(names, config.text());
            second = config.second() == null ? -1 : index(names, config.second());
            label = index(names, config.label());
        }

        private int index(List<String> names, String wanted) {
            int at = names.indexOf(wanted);
            if (at < 0) {
                throw new UserError(file + " has no column '" + wanted + "' in its first row; " + hint(wanted, names));
            }
            return at;
        }

        void add(List<String> cells, long line) {
            if (cells.size() != width) {
                throw new UserError(file + ": the row on line " + line + " has " + cells.size() + " columns and the first row names "
                        + width + "; mend or leave out that row.");
            }
            if (cells.get(label).isEmpty()) {
                throw new UserError(file + ": the row on line " + line + " has no label in its column '" + config.label()
                        + "'; mend or leave out that row.");
            }
            examples.add(new Example(cells.get(text), second < 0 ? null : cells.get(second), cells.get(label), line));
        }
    }

    private static String hint(String wanted, List<String> known) {
        return known.isEmpty() ? "there are none at all." : Nearest.hint(wanted, known);
    }

    private static String shown(String text) {
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }
}
