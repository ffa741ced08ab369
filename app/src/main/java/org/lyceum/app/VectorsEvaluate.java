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
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;
import org.lyceum.models.vectors.WordTests;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lyceum vectors evaluate}. */
@Command(name = "evaluate", description = "How well vectors agree with people: similarity of words, and "
        + "analogies.", mixinStandardHelpOptions = true, footer = {"", "Example:",
                "  lyceum vectors evaluate --vectors words.vec --similarity word-sim/ --analogies questions-words.txt",
                "",
                "Spearman's rank correlation is over the pairs of which both words have a vector; 'missing' is the share that has not. An",
                "analogy is solved when the fourth word is the nearest to b - a + c."})
final class VectorsEvaluate implements Callable<Integer> {
    @Mixin
    private VectorsVerb.Source source = new VectorsVerb.Source();

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
        var vectors = source.load();
        var out = output.out();
        var result = new LinkedHashMap<String, Object>();
        var byList = new LinkedHashMap<String, Object>();
        if (!lists.isEmpty() && !output.json()) {
            out.printf(Locale.ROOT, "%-28s %9s %7s %8s%n", "similarity", "Spearman", "pairs", "missing");
        }
        for (var list : lists) {
            var name = Objects.toString(list.getFileName(), "").replaceFirst("\\.[a-z]+$", "");
            var test = WordTests.similarity(vectors, list);
            double missing = (double) test.missing() / Math.max(1, test.pairs() + test.missing());
            if (output.json()) {
                byList.put(name, Map.of("spearman", test.spearman(), "pairs", test.pairs(), "missing", missing));
            } else {
                out.printf(Locale.ROOT, "%-28s %9s %7d %7.1f%%%n", name, shown(test.spearman()), test.pairs(), 100 * missing);
            }
        }
        result.put("similarity", byList);
        if (analogies != null) {
            var sections = new LinkedHashMap<String, Object>();
            if (!output.json()) {
                out.printf(Locale.ROOT, "%s%-28s %9s %7s %8s%n", lists.isEmpty() ? "" : System.lineSeparator(), "analogies", "solved", "asked",
                        "missing");
            }
            WordTests.analogies(vectors, analogies, among).forEach((section, test) -> {
                double missing = (double) test.missing() / Math.max(1, test.asked() + test.missing());
                if (output.json()) {
                    sections.put(section, Map.of("accuracy", test.accuracy(), "correct", test.correct(), "asked", test.asked(), "missing", missing));
                } else {
                    out.printf(Locale.ROOT, "%-28s %9s %7d %7.1f%%%n", section,
                            Double.isNaN(test.accuracy()) ? "–" : String.format(Locale.ROOT, "%.1f%%", 100 * test.accuracy()), test.asked(),
                            100 * missing);
                }
            });
            result.put("analogies", sections);
        }
        if (output.json()) {
            output.print(result);
        }
        out.flush();
        return 0;
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
