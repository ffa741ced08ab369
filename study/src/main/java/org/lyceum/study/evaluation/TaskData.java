package org.lyceum.study.evaluation;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;
import org.lyceum.text.corpus.ParallelText;

/**
 * Where a task's documents are. Files are read by their endings, {@code .jsonl}, {@code .json} (one list, or an object a line), {@code .csv},
 * {@code .tsv}, each also {@code .gz} or {@code .zst}, {@code .parquet}, or as {@code dataset_path} says; each document has a column {@code file}
 * beside its own.
 *
 * @param where the task's file, for errors
 * @param builder {@code dataset_path}: json, csv, text (a column {@code text}), pairs (two lines each, {@code sentence_bad} and then
 *     {@code sentence_good}, as Zorro's), parallel (the lines of several files side by side), judged (two words and a number a line), smart
 *     (Cranfield's and its like), or a {@link DatasetFolder}
 * @param subset {@code dataset_name}; null where there is none
 * @param files patterns of file names by split, relative to the data folder
 * @param split the one that is asked
 * @param shotsSplit the one that examples come from
 * @param sampleBy for text: {@code line}, {@code paragraph}, {@code document}
 * @param documentStart for text: a document begins at each line that matches
 * @param field for json: the key of an object, under which the list is that holds the documents
 * @param fetch what the data are and where they come from, in words
 */
record TaskData(Where where, String builder, @Nullable String subset, Map<String, List<String>> files, String split, String shotsSplit,
        String sampleBy,
        @Nullable Pattern documentStart, @Nullable String field, String fetch) {

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

    /** The documents of a split of whatever name. */
    List<Document> read(String wanted, Path folder) {
        if (builder.equals("parallel")) {
            return parallel(paths(wanted, folder), folder);
        }
        var tables = paths(wanted, folder).stream().map(file -> RowReader.read(this, file, folder)).toList();
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
    private static List<Document> parallel(List<Path> files, Path folder) {
        var lines = ParallelText.aligned(files);
        var documents = new ArrayList<Document>();
        for (int i = 0; i < lines.getFirst().size(); i++) {
            var columns = new LinkedHashMap<String, Object>();
            for (int f = 0; f < files.size(); f++) {
                columns.put(String.valueOf(files.get(f).getFileName()).replaceFirst("\\.(gz|zst)$", "").replaceFirst("^.*\\.", ""),
                        lines.get(f).get(i));
            }
            documents.add(new Document(i, folder.relativize(files.getFirst()) + ":" + (i + 1), columns));
        }
        return documents;
    }

    /** The files of a split. Throws {@link UserError} where they are not there. */
    List<Path> paths(String wanted, Path folder) {
        var patterns = files.get(wanted);
        if (patterns == null) {
            throw where.wrong("dataset_kwargs", "there are no files of the split '" + wanted + "'; known are "
                    + String.join(", ", files.keySet()) + " (dataset_kwargs.data_files).");
        }
        if (patterns.isEmpty()) {
            return inDataset(wanted, folder);
        }
        var found = new ArrayList<Path>();
        for (var pattern : patterns) {
            found.addAll(matching(folder, pattern));
        }
        return found;
    }

    private List<Path> inDataset(String wanted, Path folder) {
        var root = DatasetFolder.find(folder, builder, subset)
                .orElseThrow(() -> new UserError(where.at("dataset_path") + ": there is no folder "
                        + folder.resolve(builder) + ", nor a data set " + builder + " in " + DatasetFolder.cache() + "; "
                        + (fetch.isEmpty() ? "download it (hf download --repo-type dataset " + builder + ")" : "fetch " + fetch)
                        + ", or name the folder above it: --data DIR."));
        var found = DatasetFolder.files(root, wanted);
        if (found.isEmpty()) {
            throw new UserError(
                    where.at("dataset_path") + ": " + root + " holds no .parquet, .jsonl, .json, .csv, .tsv or .txt file whose name "
                            + "says that it is of the split '" + wanted + "'.");
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
}
