package org.lyceum.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;
import org.lyceum.models.vectors.FastTextFiles;
import org.lyceum.models.vectors.FastTextModel.Loss;
import org.lyceum.models.vectors.Subwords;
import org.lyceum.text.words.WordSplit;
import org.lyceum.training.vectors.FastTextClassifier;
import org.lyceum.training.vectors.FastTextClassifier.Example;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lyceum vectors classifier}. */
@Command(name = "classifier", description = "Learn to label texts, as fastText does.", mixinStandardHelpOptions = true, footer = {"",
        "Example:",
        "  lyceum vectors classifier --data train.txt --test test.txt --runs 2 --out topics.bin",
        "",
        "On each line a label, a space and a text; a label may begin with __label__, as in fastText's files. The model is fastText's .bin."})
final class VectorsClassifier implements Callable<Integer> {
    @Option(names = "--data", required = true, paramLabel = "FILE", description = "Labelled texts.")
    @SuppressWarnings("NullAway.Init") // required
    private Path data;

    @Option(names = "--test", paramLabel = "FILE", description = "Others, on which to measure it.")
    private @Nullable Path test;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The .bin file to write.")
    @SuppressWarnings("NullAway.Init") // required
    private Path out;

    @Option(names = "--dimensions", paramLabel = "N", description = "Numbers in a vector (${DEFAULT-VALUE}).")
    private int dimensions = 100;

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the texts (${DEFAULT-VALUE}).")
    private int epochs = 5;

    @Option(names = "--rate", paramLabel = "R", description = "The learning rate at the beginning (${DEFAULT-VALUE}).")
    private double rate = 0.1;

    @Option(names = "--min-count", paramLabel = "N", description = "Words that come less often have no vector (${DEFAULT-VALUE}).")
    private int minCount = 1;

    @Option(names = "--runs", paramLabel = "N", description = "Words of the longest run that counts; 1 for single words (${DEFAULT-VALUE}).")
    private int runs = 1;

    @Option(names = "--min-n", paramLabel = "N", description = "Characters of the shortest n-gram (${DEFAULT-VALUE}).")
    private int minN;

    @Option(names = "--max-n", paramLabel = "N", description = "Characters of the longest n-gram; 0 for none (${DEFAULT-VALUE}).")
    private int maxN;

    @Option(names = "--buckets", paramLabel = "N", description = "Vectors that runs and n-grams share (${DEFAULT-VALUE}).")
    private int buckets = 200_000;

    @Option(names = "--loss", paramLabel = "LOSS", description = "softmax, hierarchical, negative or one_against_all (${DEFAULT-VALUE}).")
    private Loss loss = Loss.SOFTMAX;

    @Option(names = "--split", paramLabel = "words|spaces", description = "Runs of letters and digits in lower case, or whatever stands "
            + "between spaces (${DEFAULT-VALUE}).")
    private WordSplit split = WordSplit.SPACES;

    @Option(names = "--threads", paramLabel = "N", description = "With more than one, two runs are never quite the same (${DEFAULT-VALUE}).")
    private int threads = 1;

    @Option(names = "--seed", paramLabel = "N", description = "Of every random choice (${DEFAULT-VALUE}).")
    private long seed = 1;

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        if (maxN != 0 && (minN < 1 || maxN < minN) || buckets < 1) {
            throw UserError.usage("--min-n must be above 0 and --max-n not below it, and --buckets above 0.");
        }
        boolean hashes = maxN > 0 || runs > 1;
        var config = new FastTextClassifier.Config(dimensions, epochs, rate, minCount, runs,
                hashes ? new Subwords(minN, maxN, buckets) : Subwords.NONE, loss, 5, threads, seed);
        var examples = read(data, split);
        var tests = test == null ? List.<Example>of() : read(test, split);
        long begin = System.nanoTime();
        var model = FastTextClassifier.train(examples, config, new VectorsProgress(output.err(), "words"));
        double seconds = (System.nanoTime() - begin) / 1e9;
        FastTextFiles.write(model, out);
        double accuracy = FastTextClassifier.accuracy(model, tests);
        if (output.json()) {
            var result = new LinkedHashMap<String, @Nullable Object>();
            result.put("file", out.toString());
            result.put("labels", model.labels());
            result.put("examples", examples.size());
            result.put("seconds", seconds);
            result.put("accuracy", accuracy);
            output.print(result);
        } else {
            output.out().printf(Locale.ROOT, "Wrote %s, %,d words and %d labels.%n", out, model.words().size(), model.labels().size());
            if (!tests.isEmpty()) {
                output.out().printf(Locale.ROOT, "%.2f%% of the %,d texts in %s get the right label.%n", 100 * accuracy, tests.size(),
                        test);
            }
        }
        return 0;
    }

    private static List<Example> read(Path file, WordSplit split) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw IoErrors.reading(file, e);
        }
        var examples = new ArrayList<Example>();
        for (int i = 0; i < lines.size(); i++) {
            var parts = lines.get(i).strip().split("\\s+", 2);
            if (parts[0].isEmpty()) {
                continue;
            }
            if (parts.length < 2) {
                throw new UserError("Line " + (i + 1) + " of " + file + " should have a label, a space and a text.");
            }
            examples.add(new Example(words(split, parts[1]), parts[0].replaceFirst("^__label__", "")));
        }
        if (examples.isEmpty()) {
            throw new UserError("There are no labelled texts in " + file + ".");
        }
        return examples;
    }

    private static List<String> words(WordSplit split, String text) {
        var words = new ArrayList<String>();
        split.words(text, words::add);
        return words;
    }

    /** {@code lyceum vectors classify}. */
    @Command(name = "classify", description = "Label a text by a classifier of fastText's kind.", mixinStandardHelpOptions = true, footer = {
            "",
            "Example:", "  lyceum vectors classify --model topics.bin --text \"the match was decided in the last minute\"",
            "",
            "With --file, each line is a text, and each gets a line of output."})
    static final class Classify implements Callable<Integer> {
        @Option(names = "--model", required = true, paramLabel = "FILE", description = "The .bin file of a classifier.")
        @SuppressWarnings("NullAway.Init") // required
        private Path model;

        @ArgGroup(multiplicity = "1")
        @SuppressWarnings("NullAway.Init") // required
        private TextInput input;

        @Option(names = "--count", paramLabel = "N", description = "How many labels of each text (${DEFAULT-VALUE}).")
        private int count = 1;

        @Option(names = "--split", paramLabel = "words|spaces", description = "As in training (${DEFAULT-VALUE}).")
        private WordSplit split = WordSplit.SPACES;

        @Mixin
        private Output output = new Output();

        @Override
        public Integer call() {
            if (count < 1) {
                throw UserError.usage("--count must be above 0.");
            }
            var loaded = FastTextFiles.read(model);
            var results = new ArrayList<Object>();
            input.read().lines().forEach(line -> {
                var labels = loaded.predict(words(split, line), count);
                if (output.json()) {
                    results.add(labels.stream().map(one -> Map.of("label", one.label(), "probability", one.probability())).toList());
                } else {
                    output.out().println(String.join("  ", labels.stream()
                            .map(one -> String.format(Locale.ROOT, "%s %.4f", one.label(), one.probability())).toList()));
                }
            });
            if (output.json()) {
                output.print(Map.of("predictions", results));
            }
            output.out().flush();
            return 0;
        }
    }
}
