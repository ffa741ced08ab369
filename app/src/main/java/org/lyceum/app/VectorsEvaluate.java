package org.lyceum.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;
import org.lyceum.models.vectors.WordTests;
import org.lyceum.models.vectors.WordVectorFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lyceum vectors evaluate}. */
@Command(name = "evaluate", description = "How well vectors agree with people: similarity of words, and "
        + "analogies.", mixinStandardHelpOptions = true, footer = {"", "Example:",
                "  lyceum vectors evaluate --vectors words.vec --similarity word-sim/ --analogies questions-words.txt",
                "",
                "Spearman's rank correlation is over the pairs of which both words have a vector; 'missing' is the share that has not. An",
                "analogy is solved when the fourth word is the nearest to b - a + c; the accuracy is the share that is."})
final class VectorsEvaluate implements Callable<Integer> {
    @Option(names = "--vectors", required = true, arity = "1..*", paramLabel = "FILE", description = "A .vec, .txt, .vec.gz or .bin file of "
            + "vectors; of several, one for each seed for instance, the mean and the range are shown.")
    private List<Path> vectors = new ArrayList<>();

    @Option(names = "--similarity", arity = "1..*", paramLabel = "PATH", description = "Lists of pairs, two words and a number on a line, or "
            + "folders of them.")
    private List<Path> similarity = new ArrayList<>();

    @Option(names = "--analogies", paramLabel = "FILE", description = "Four words on a line, sections after a colon.")
    private @Nullable Path analogies;

    @Option(names = "--among", paramLabel = "N", description = "Analogies: only among so many of the most frequent words (${DEFAULT-VALUE}).")
    private int among = 300_000;

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        if (similarity.isEmpty() && analogies == null) {
            throw UserError.usage("Name lists with --similarity, analogies with --analogies, or both.");
        }
        if (among < 1) {
            throw UserError.usage("--among must be above 0.");
        }
        var lists = new ArrayList<Path>();
        similarity.forEach(path -> lists.addAll(files(path)));
        var similarities = new LinkedHashMap<String, List<WordTests.Similarity>>();
        var solved = new LinkedHashMap<String, List<WordTests.Analogies>>();
        for (var file : vectors) {
            var loaded = WordVectorFiles.read(file);
            lists.forEach(list -> similarities.computeIfAbsent(name(list), _ -> new ArrayList<>()).add(WordTests.similarity(loaded, list)));
            if (analogies != null) {
                WordTests.analogies(loaded, analogies, among)
                        .forEach((section, test) -> solved.computeIfAbsent(section, _ -> new ArrayList<>()).add(test));
            }
        }
        var table = new Table();
        similarities.forEach((name, tests) -> table.add("similarity", name, "spearman",
                tests.stream().mapToDouble(WordTests.Similarity::spearman).toArray(),
                tests.getFirst().pairs(), tests.getFirst().missing()));
        solved.forEach((name, tests) -> table.add("analogies", name, "accuracy",
                tests.stream().mapToDouble(WordTests.Analogies::accuracy).toArray(),
                tests.getFirst().asked(), tests.getFirst().missing()));
        if (output.json()) {
            output.print(table.json);
        } else {
            output.out().print(table.text);
            output.out().flush();
        }
        return 0;
    }

    /** What is printed, as text and as JSON. */
    private static final class Table {
        private final StringBuilder text = new StringBuilder();
        private final Map<String, Map<String, Object>> json = new LinkedHashMap<>();

        void add(String part, String name, String figure, double[] values, int asked, int missing) {
            if (!json.containsKey(part)) {
                text.append(
                        String.format(Locale.ROOT, "%s%-28s %9s %7s %8s%s%n", text.isEmpty() ? "" : "\n", part, figure, "pairs", "missing",
                                values.length > 1 ? "  from … to" : ""));
            }
            double share = (double) missing / Math.max(1, asked + missing);
            var known = DoubleStream.of(values).filter(value -> !Double.isNaN(value)).summaryStatistics();
            double mean = known.getCount() == 0 ? Double.NaN : known.getAverage();
            var entry = new LinkedHashMap<String, Object>();
            entry.put(figure, mean);
            entry.put("pairs", asked);
            entry.put("missing", share);
            if (values.length > 1) {
                entry.put("least", known.getMin());
                entry.put("most", known.getMax());
            }
            json.computeIfAbsent(part, _ -> new LinkedHashMap<>()).put(name, entry);
            text.append(String.format(Locale.ROOT, "%-28s %9s %7d %7.1f%%%s%n", name, shown(mean), asked, 100 * share,
                    values.length > 1 && known.getCount() > 0 ? "  " + shown(known.getMin()) + " … " + shown(known.getMax()) : ""));
        }
    }

    private static String name(Path list) {
        return Objects.toString(list.getFileName(), "").replaceFirst("\\.[a-z]+$", "");
    }

    private static String shown(double value) {
        return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%.4f", value);
    }

    private static List<Path> files(Path path) {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (var files = Files.list(path)) {
            var lists = files.filter(file -> Files.isRegularFile(file) && !file.getFileName().toString().startsWith(".")).sorted().toList();
            if (lists.isEmpty()) {
                throw new UserError("The folder " + path + " holds no lists of pairs.");
            }
            return lists;
        } catch (IOException e) {
            throw IoErrors.reading(path, e);
        }
    }
}
