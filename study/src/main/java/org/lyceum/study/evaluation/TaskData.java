package org.lyceum.study.evaluation;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.apache.commons.csv.CSVFormat;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where a task's documents are. Files are read by their endings, {@code .jsonl}, {@code .json} (one list, or an object a line), {@code .csv},
 * {@code .tsv}, each also {@code .gz}, or as {@code dataset_path} says; each document has a column {@code file} beside its own.
 *
 * @param where the task's file, for errors
 * @param builder {@code dataset_path}: json, csv, text (a column {@code text}), pairs (two lines each, {@code sentence_bad} and then
 *     {@code sentence_good}, as Zorro's), parallel (the lines of several files side by side), or a folder
 * @param files patterns of file names by split, relative to the data folder
 * @param split the one that is asked
 * @param shotsSplit the one that examples come from
 * @param sampleBy for text: {@code line}, {@code paragraph}, {@code document}
 * @param documentStart for text: a document begins at each line that matches
 * @param fetch what the data are and where they come from, in words
 */
record TaskData(Where where, String builder, Map<String, List<String>> files, String split, String shotsSplit, String sampleBy,
        @Nullable Pattern documentStart, String fetch) {

    private static final JsonMapper JSON = new JsonMapper();

    String described() {
        return String.join(" ", files.getOrDefault(split, List.of(builder)));
    }

    /** The documents that are asked, files taking turns so that a limited run sees all of them. */
    List<Document> test(Path folder) {
        return read(split, folder);
    }

    /** The documents that examples come from. */
    List<Document> shots(Path folder) {
        return read(shotsSplit, folder);
    }

    /** Whether examples come from the documents that are asked. */
    boolean shotsAmongTest() {
        return split.equals(shotsSplit);
    }

    private List<Document> read(String wanted, Path folder) {
        if (builder.equals("parallel")) {
            return parallel(paths(wanted, folder), folder);
        }
        var tables = new ArrayList<List<Document>>();
        for (var file : paths(wanted, folder)) {
            var rows = new ArrayList<Document>();
            read(file, folder, rows::add);
            tables.add(rows);
        }
        var documents = new ArrayList<Document>();
        for (int row = 0, before = -1; documents.size() > before; row++) {
            before = documents.size();
            for (var table : tables) {
                if (row < table.size()) {
                    documents.add(new Document(documents.size(), table.get(row).origin(), table.get(row).columns()));
                }
            }
        }
        if (documents.isEmpty()) {
            throw new UserError(where.at("dataset_path") + ": there are no documents in " + described() + ".");
        }
        return documents;
    }

    /** The lines of several files side by side, each file's in the column that its name ends with: {@code test.en.gz}'s in {@code en}. */
    private List<Document> parallel(List<Path> files, Path folder) {
        var documents = new ArrayList<Document>();
        for (var file : files) {
            var lines = text(file).lines().toList();
            var column = file.getFileName().toString().replaceFirst("\\.gz$", "").replaceFirst("^.*\\.", "");
            if (!documents.isEmpty() && documents.size() != lines.size()) {
                throw new UserError(file + " has " + lines.size() + " lines, but " + files.getFirst() + " " + documents.size()
                        + "; parallel files have as many.");
            }
            for (int i = 0; i < lines.size(); i++) {
                if (file.equals(files.getFirst())) {
                    documents.add(new Document(i, folder.relativize(file) + ":" + (i + 1), new LinkedHashMap<>()));
                }
                documents.get(i).columns().put(column, lines.get(i));
            }
        }
        return documents;
    }

    private List<Path> paths(String wanted, Path folder) {
        var patterns = files.get(wanted);
        if (patterns == null) {
            throw where.wrong("dataset_kwargs", "there are no files of the split '" + wanted + "'; known are "
                    + String.join(", ", files.keySet()) + " (dataset_kwargs.data_files).");
        }
        var found = new ArrayList<Path>();
        for (var pattern : patterns) {
            found.addAll(matching(folder, pattern));
        }
        return found;
    }

    private List<Path> matching(Path folder, String pattern) {
        var path = folder.resolve(pattern);
        if (!pattern.contains("*")) {
            if (!Files.isRegularFile(path)) {
                throw absent(path);
            }
            return List.of(path);
        }
        var parent = path.getParent();
        var matcher = FileSystems.getDefault().getPathMatcher("glob:" + path.getFileName());
        if (parent == null || !Files.isDirectory(parent)) {
            throw absent(path);
        }
        try (var entries = Files.list(parent)) {
            var found = entries.filter(entry -> matcher.matches(entry.getFileName()) && Files.isRegularFile(entry)).sorted().toList();
            if (found.isEmpty()) {
                throw absent(path);
            }
            return found;
        } catch (IOException e) {
            throw IoErrors.reading(parent, e);
        }
    }

    private UserError absent(Path path) {
        return new UserError(where.file() + ": there is no " + path + "; " + (fetch.isEmpty() ? "fetch the task's data" : "fetch " + fetch)
                + " and name the folder above it: --data DIR.");
    }

    private void read(Path file, Path folder, Consumer<Document> rows) {
        var name = folder.relativize(file).toString();
        var text = text(file);
        switch (format(file)) {
            case "json" -> json(text, name, file, rows);
            case "csv" -> table(text, name, ',', rows);
            case "tsv" -> table(text, name, '\t', rows);
            case "pairs" -> pairs(text, name, rows);
            default -> texts(text, name, rows);
        }
    }

    private static String text(Path file) {
        try (var in = Files.newInputStream(file);
                var plain = file.toString().toLowerCase(Locale.ROOT).endsWith(".gz") ? new GZIPInputStream(in) : in) {
            return new String(plain.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw IoErrors.reading(file, e);
        }
    }

    private String format(Path file) {
        if (builder.equals("text") || builder.equals("pairs")) {
            return builder;
        }
        var name = file.toString().toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
        return name.endsWith(".csv") ? "csv" : name.endsWith(".tsv") ? "tsv" : name.endsWith(".txt") ? "text" : "json";
    }

    private void json(String text, String name, Path file, Consumer<Document> rows) {
        if (text.stripLeading().startsWith("[")) {
            int row = 0;
            for (var node : parsed(text, name, 1)) {
                rows.accept(row(node, name, ++row, file));
            }
            return;
        }
        int number = 0;
        for (var line : text.split("\n", -1)) { // not lines(): a JSON text may hold other line breaks
            number++;
            if (!line.isBlank()) {
                rows.accept(row(parsed(line, name, number), name, number, file));
            }
        }
    }

    private static JsonNode parsed(String json, String name, int line) {
        try {
            return JSON.readTree(json);
        } catch (JacksonException e) {
            throw new UserError(name + " is not valid JSON on line " + line + "; mend or leave out that line.", e);
        }
    }

    private static Document row(JsonNode node, String name, int line, Path file) {
        if (!node.isObject()) {
            throw new UserError(name + ":" + line + " holds no JSON object; each document is one, with the columns as its keys.");
        }
        var columns = new LinkedHashMap<String, Object>();
        columns.put("file", stem(name));
        node.properties().forEach(each -> {
            if (!each.getValue().isNull()) {
                columns.put(each.getKey(), JSON.convertValue(each.getValue(), Object.class));
            }
        });
        return new Document(0, name + ":" + line, columns);
    }

    private static String stem(String name) {
        return name.substring(name.lastIndexOf('/') + 1).replaceFirst("\\.[^.]*$", "");
    }

    private static void table(String text, String name, char delimiter, Consumer<Document> rows) {
        try (var parser = CSVFormat.RFC4180.builder().setDelimiter(delimiter).setHeader().setSkipHeaderRecord(true).get()
                .parse(new StringReader(text))) {
            for (var record : parser) {
                var columns = new LinkedHashMap<String, Object>();
                columns.put("file", stem(name));
                columns.putAll(record.toMap());
                rows.accept(new Document(0, name + ":" + parser.getCurrentLineNumber(), columns));
            }
        } catch (IOException | RuntimeException e) {
            throw new UserError(name + " is not a valid table; look for a stray or missing quote (\") in it.", e);
        }
    }

    private static void pairs(String text, String name, Consumer<Document> rows) {
        var lines = text.lines().filter(line -> !line.isBlank()).toList();
        if (lines.size() % 2 != 0) {
            throw new UserError(name + " has " + lines.size() + " lines; of pairs there must be an even number.");
        }
        for (int i = 0; i < lines.size(); i += 2) {
            rows.accept(new Document(0, name + ":" + (i + 1),
                    Map.of("file", stem(name), "sentence_bad", lines.get(i), "sentence_good", lines.get(i + 1))));
        }
    }

    private void texts(String text, String name, Consumer<Document> rows) {
        var lines = text.split("(?<=\n)", -1);
        var document = new StringBuilder();
        int from = 1;
        for (int i = 0; i < lines.length; i++) {
            var bare = lines[i].replaceFirst("\r?\n$", "");
            boolean begins = documentStart != null ? documentStart.matcher(bare).find() : switch (sampleBy) {
                case "line" -> true;
                case "paragraph" -> i > 0 && lines[i - 1].isBlank() && !bare.isBlank();
                default -> false;
            };
            if (begins) {
                finish(document, name, from, rows);
                from = i + 1;
            }
            document.append(sampleBy.equals("line") && documentStart == null ? bare : lines[i]);
        }
        finish(document, name, from, rows);
    }

    private static void finish(StringBuilder document, String name, int line, Consumer<Document> rows) {
        if (!document.toString().isBlank()) {
            rows.accept(new Document(0, name + ":" + line, Map.of("file", stem(name), "text", document.toString())));
        }
        document.setLength(0);
    }
}
