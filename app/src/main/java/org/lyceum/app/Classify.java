package org.lyceum.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.classification.TextClassifier;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lyceum classify}. */
@Command(name = "classify", description = "Give texts the labels of a fine-tuned encoder.", mixinStandardHelpOptions = true, footer = {"",
        "Examples:",
        "  lyceum classify --model runs/sentiment --text \"a fine film\"",
        "  lyceum classify --model runs/paraphrases --file pairs.tsv --pairs",
        "",
        "Each line of the input is a text; with --pairs, two texts with a tab between them. Prints a line for each: the label, its",
        "probability, the text."})
final class Classify implements Callable<Integer> {
    @Option(names = "--model", required = true, paramLabel = "M", description = "A folder with a fine-tuned encoder, a run of "
            + "lyceum encoder tune, or the org/name of a pulled model.")
    @SuppressWarnings("NullAway.Init") // required
    private Path model;

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // required
    private TextInput input;

    @Option(names = "--pairs", description = "Lines are pairs of texts with a tab between them.")
    private boolean pairs;

    @Mixin
    private EngineOptions engine = new EngineOptions();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        var texts = texts(input.read());
        engine.apply();
        var found = TextClassifier.load(EncoderVerb.best(model), engine.matmulType()).classify(texts);
        if (output.json()) {
            var results = new ArrayList<Object>();
            for (var labels : found) {
                var result = new LinkedHashMap<String, Object>();
                labels.forEach(label -> result.put(label.name(), label.probability()));
                results.add(result);
            }
            output.print(new LinkedHashMap<>(Map.of("labels", found.stream().map(labels -> labels.getFirst().name()).toList(),
                    "probabilities", results)));
            return 0;
        }
        for (int i = 0; i < found.size(); i++) {
            var best = found.get(i).getFirst();
            var second = texts.get(i).second();
            output.out().printf(Locale.ROOT, "%s\t%.4f\t%s%n", best.name(), best.probability(),
                    texts.get(i).first() + (second == null ? "" : "\t" + second));
        }
        output.out().flush();
        return 0;
    }

    private List<TextClassifier.Text> texts(String all) {
        var texts = new ArrayList<TextClassifier.Text>();
        int line = 0;
        for (var row : all.split("\n", -1)) {
            line++;
            var text = row.strip();
            if (text.isEmpty()) {
                continue;
            }
            int tab = text.indexOf('\t');
            if (pairs && tab < 0) {
                throw new UserError("Line " + line + " holds one text, and --pairs wants two with a tab between them; mend that line.");
            }
            texts.add(
                    pairs ? new TextClassifier.Text(text.substring(0, tab), text.substring(tab + 1)) : new TextClassifier.Text(text, null));
        }
        if (texts.isEmpty()) {
            throw new UserError("There is no text to classify; give at least one line.");
        }
        return texts;
    }
}
