package org.lyceum.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.lyceum.worlds.Export;
import org.lyceum.worlds.Language;
import org.lyceum.worlds.Style;
import org.lyceum.worlds.Teller.Order;
import org.lyceum.worlds.Teller.Switching;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lyceum worlds levels}: what the levels of difficulty come to. */
@Command(name = "levels", mixinStandardHelpOptions = true, description = "Measure the documents of a world at each level of difficulty, in both "
        + "languages.", footer = {"", "Example:", "  lyceum worlds levels --size 100", "",
                "words      per document", "/sentence  words per sentence", "clauses    subordinate clauses per sentence",
                "rare       words that stand less than once in ten thousand words",
                "ARI        the automated readability index: the school year that a text is for",
                "outright   of what can be asked and follows from a document, the share that it says in so many words"})
final class WorldsLevels implements Callable<Integer> {
    @Mixin
    private WorldOptions which = new WorldOptions();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        var world = which.world();
        var rows = new ArrayList<Map<String, Object>>();
        if (!output.json()) {
            output.out().printf(Locale.ROOT, "%-8s %5s %6s %9s %8s %6s %6s %9s%n", "language", "level", "words", "/sentence", "clauses",
                    "rare",
                    "ARI", "outright");
        }
        for (var language : Language.values()) {
            for (int level = 1; level <= Style.HARDEST; level++) {
                var plan = new Export.Plan(language, Style.ofLevel(level), Order.CHRONOLOGICAL, Switching.NEVER, which.documents, 0, 0);
                var measures = new Export(world, plan).measured();
                if (output.json()) {
                    var row = new LinkedHashMap<String, Object>();
                    row.put("language", language.code());
                    row.put("level", level);
                    row.putAll(WorldsGenerate.json(measures));
                    rows.add(row);
                } else {
                    output.out().printf(Locale.ROOT, "%-8s %5d %6.0f %9.1f %8.2f %5.1f%% %6.1f %8.0f%%%n", language.code(), level,
                            measures.words(), measures.sentenceWords(), measures.clauses(), 100 * measures.rare(), measures.index(),
                            100 * measures.outright());
                }
            }
        }
        if (output.json()) {
            output.print(Map.of("results", rows));
        }
        return 0;
    }
}
