package org.lyceum.app;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.inference.translation.BeamConfig;
import org.lyceum.inference.translation.Translator;
import org.lyceum.inference.translation.Translator.Translation;
import org.lyceum.inference.translation.TranslatorFolder;
import org.lyceum.study.translation.AttentionPicture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lyceum translate}. */
@Command(name = "translate", description = "Translate sentences, a line each.", mixinStandardHelpOptions = true, footer = {"", "Examples:",
        "  echo \"A man rides a bike.\" | lyceum translate --model runs/multi30k-en-de",
        "  lyceum translate --model runs/multi30k-en-de --beam 8 captions.txt > übersetzt.txt",
        "", "Prints a line for each line; with --json one object with the best translations of each."})
final class Translate implements Callable<Integer> {
    /** Lines that are read before the first is translated. */
    private static final int LINES = 1000;

    @Option(names = "--model", required = true, paramLabel = "M", description = "The folder of a translator, or the run folder of the "
            + "recipe that trained one.")
    @SuppressWarnings("NullAway.Init") // required
    private Path model;

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "Sentences in UTF-8, a line each; standard input by default.")
    private @Nullable Path file;

    @Option(names = "--beam", paramLabel = "N", description = "Hypotheses kept at each length (5); 1 takes the most probable token each "
            + "time.")
    private int beam = 5;

    @Option(names = "--length-penalty", paramLabel = "α", description = "How much longer translations are favoured (1.0).")
    private double lengthPenalty = 1;

    @Option(names = "--best", paramLabel = "N", description = "Translations of each sentence in the JSON, at most the beam (1).")
    private int best = 1;

    @Option(names = "--attention", paramLabel = "OUT.svg", description = "Draw what the first sentence's translation attended to.")
    private @Nullable Path attention;

    @Mixin
    private EngineOptions engine = new EngineOptions();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        var config = new BeamConfig(beam, lengthPenalty, best, 50); // a wrong setting is said before the model is read
        if (best > 1 && !output.json()) {
            throw UserError.usage("--best prints a line for each line, one translation; add --json for several.");
        }
        var sentences = new SentenceInput(file).read();
        var folder = TranslatorFolder.find(model);
        engine.apply();
        var translator = TranslatorFolder.read(folder, engine.matmulType());
        var all = new ArrayList<Map<String, Object>>();
        for (int from = 0; from < sentences.size(); from += LINES) {
            var some = sentences.subList(from, Math.min(sentences.size(), from + LINES));
            var found = translator.translate(some, config);
            if (from == 0) {
                draw(translator, some.getFirst(), found.getFirst().getFirst());
            }
            for (int i = 0; i < some.size(); i++) {
                if (output.json()) {
                    all.add(report(some.get(i), found.get(i)));
                } else {
                    output.out().println(found.get(i).getFirst().text());
                }
            }
            output.out().flush();
        }
        if (output.json()) {
            output.print(Map.of("translations", all));
        }
        return 0;
    }

    private void draw(Translator translator, String sentence, Translation translation) {
        if (attention == null) {
            return;
        }
        if (sentence.isBlank()) {
            throw new UserError("There is nothing to draw for --attention: the first line is blank.");
        }
        WholeFiles.write(attention, out -> out
                .write(AttentionPicture.of(translator.weights(sentence, translation.hypothesis())).svg().getBytes(StandardCharsets.UTF_8)));
    }

    private static Map<String, Object> report(String sentence, List<Translation> found) {
        var result = new LinkedHashMap<String, Object>();
        result.put("source", sentence);
        result.put("text", found.getFirst().text());
        result.put("hypotheses", found.stream().map(one -> {
            var each = new LinkedHashMap<String, Object>();
            each.put("text", one.text());
            each.put("tokens", one.hypothesis().ids());
            each.put("logprob", one.hypothesis().logProbability());
            each.put("score", one.hypothesis().score());
            return each;
        }).toList());
        return result;
    }
}
