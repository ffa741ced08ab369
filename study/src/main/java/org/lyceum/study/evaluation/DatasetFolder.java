package org.lyceum.study.evaluation;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.IoErrors;

/**
 * A data set as the Hugging Face hub lays it out, in a folder: that of a {@code dataset_path} under the data folder, or a copy in the hub's
 * own cache, {@code HF_HUB_CACHE}, else {@code HF_HOME/hub}, else {@code ~/.cache/huggingface/hub}. Which files are of a split follows from
 * their names, as in the datasets library: {@code train-00000-of-00002.parquet}, {@code test.jsonl}, {@code validation/part.csv}.
 */
final class DatasetFolder {
    private static final Set<String> ENDINGS = Set.of("parquet", "jsonl", "json", "csv", "tsv", "txt");
    private static final List<List<String>> SPLITS = List.of(List.of("train", "training"), List.of("validation", "valid", "dev", "val"),
            List.of("test", "testing", "eval", "evaluation"));
    private static final Pattern APART = Pattern.compile("[^a-z0-9]+");

    private DatasetFolder() {
    }

    /**
     * Where the data set is.
     *
     * @param data what {@code name} is relative to
     * @param name a folder, or ORG/NAME on the hub
     * @param subset {@code dataset_name}: a folder in it, where there is one
     */
    static Optional<Path> find(Path data, String name, @Nullable String subset) {
        return find(data, name, subset, cache());
    }

    static Optional<Path> find(Path data, String name, @Nullable String subset, Path cache) {
        return Optional.of(data.resolve(name)).filter(Files::isDirectory).or(() -> cached(cache, name)).map(root -> {
            var inside = subset == null ? root : root.resolve(subset);
            return Files.isDirectory(inside) ? inside : root;
        });
    }

    /** Where the hub's cache is. */
    static Path cache() {
        var environment = System.getenv();
        return environment.containsKey("HF_HUB_CACHE")
                ? Path.of(environment.get("HF_HUB_CACHE"))
                : Path.of(environment.getOrDefault("HF_HOME", System.getProperty("user.home") + "/.cache/huggingface")).resolve("hub");
    }

    private static Optional<Path> cached(Path cache, String name) {
        var folder = cache.resolve("datasets--" + name.replace("/", "--"));
        var main = folder.resolve("refs/main");
        try {
            return Files.isRegularFile(main)
                    ? Optional.of(folder.resolve("snapshots").resolve(Files.readString(main).strip())).filter(Files::isDirectory)
                    : Optional.empty();
        } catch (IOException e) {
            throw IoErrors.reading(main, e);
        }
    }

    /** The files of {@code split}, by their paths. */
    static List<Path> files(Path root, String split) {
        var names = SPLITS.stream().filter(each -> each.contains(split)).findFirst().orElse(List.of(split.toLowerCase(Locale.ROOT)));
        try (var all = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) { // the cache's files are links
            return all.filter(Files::isRegularFile).filter(file -> ENDINGS.contains(ending(file)))
                    .filter(file -> Arrays.stream(APART.split(root.relativize(file).toString().toLowerCase(Locale.ROOT)))
                            .anyMatch(names::contains))
                    .sorted().toList();
        } catch (IOException e) {
            throw IoErrors.reading(root, e);
        }
    }

    private static String ending(Path file) {
        var name = file.getFileName().toString().toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
        return name.substring(name.lastIndexOf('.') + 1);
    }
}
