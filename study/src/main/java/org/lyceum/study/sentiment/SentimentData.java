package org.lyceum.study.sentiment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.lyceum.foundation.Nearest;
import org.lyceum.foundation.UserError;
import org.lyceum.text.labelled.LabelledConfig;
import org.lyceum.text.labelled.LabelledFile;

/**
 * The sentences of a task.
 *
 * @param labels their names, by number
 */
record SentimentData(SentimentConfig.Task task, List<String> labels, List<Sentence> train, List<Sentence> validation, List<Sentence> test) {

    /**
     * Reads the three files, which {@code file} finds. Throws {@link UserError} naming file and line of a label that stands for none of the
     * task's, and a label of the task that no training sentence has.
     */
    static SentimentData read(SentimentConfig.Task task, Function<String, Path> file) {
        // The order in which the files number them, whatever order the keys came in.
        var labels = task.labels().entrySet().stream().sorted(Comparator.comparing(label -> String.join(" ", label.getValue())))
                .map(label -> label.getKey()).toList();
        var data = new SentimentData(task, labels, read(task, labels, file.apply(task.train())),
                read(task, labels, file.apply(task.validation())), read(task, labels, file.apply(task.test())));
        for (int label = 0; label < labels.size(); label++) {
            int wanted = label;
            if (data.train().stream().noneMatch(sentence -> sentence.label() == wanted)) {
                throw new UserError("No sentence in " + file.apply(task.train()) + " has the label " + labels.get(label) + " ("
                        + String.join(", ", written(task, labels.get(label))) + "), so it cannot be learned; mend the labels of '"
                        + task.name() + "'.");
            }
        }
        return data;
    }

    private static List<Sentence> read(SentimentConfig.Task task, List<String> labels, Path file) {
        var numbers = new HashMap<String, Integer>();
        for (int number = 0; number < labels.size(); number++) {
            for (var written : written(task, labels.get(number))) {
                if (numbers.put(written, number) != null) {
                    throw UserError.usage("sentiment.tasks: the label '" + written + "' of '" + task.name() + "' stands for two labels.");
                }
            }
        }
        var sentences = new ArrayList<Sentence>();
        for (var example : LabelledFile.read(file, LabelledConfig.DEFAULT)) {
            var number = numbers.get(example.label());
            if (number == null) {
                throw new UserError(file + ": line " + example.line() + " has the label '" + example.label() + "', which '" + task.name()
                        + "' does not know; " + Nearest.hint(example.label(), numbers.keySet()));
            }
            sentences.add(new Sentence(example.text(), List.of(example.text().toLowerCase(Locale.ROOT).split("\\s+")), number));
        }
        return sentences;
    }

    /** What {@code label} stands for in the files. */
    private static List<String> written(SentimentConfig.Task task, String label) {
        return Objects.requireNonNull(task.labels().get(label), label);
    }

    /** The share of the largest class among the test sentences: what saying always the same would reach. */
    double majority() {
        var counts = new long[labels.size()];
        test.forEach(sentence -> counts[sentence.label()]++);
        long most = 0;
        for (long count : counts) {
            most = Math.max(most, count);
        }
        return (double) most / test.size();
    }
}
