package org.lyceum.app;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.lyceum.foundation.UserError;
import org.lyceum.worlds.Export;
import org.lyceum.worlds.Kind;
import org.lyceum.worlds.Language;
import org.lyceum.worlds.Readability;
import org.lyceum.worlds.Teller.Order;
import org.lyceum.worlds.Teller.Switching;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lyceum worlds generate}. */
@Command(name = "generate", mixinStandardHelpOptions = true, description = "Make a world from a seed and write what can be said and asked "
        + "about it.", footer = {"", "Examples:", "  lyceum worlds generate --size 200 --language es --out stories.txt",
                "  lyceum worlds generate --level 3 --words 1 --out story.txt",
                "  lyceum worlds generate --format jsonl --documents story,dialogue --switching speaker --out world.jsonl",
                "  lyceum worlds generate --format page --out world.html", "",
                "The formats: text (documents), jsonl (documents, and questions with their reasons), chat (messages), preferences (prompt,",
                "chosen, rejected), pairs (sentence_good, sentence_bad), page (to look at). The same arguments write the same bytes. What the",
                "documents come to is printed as lyceum worlds levels explains it."})
final class WorldsGenerate implements Callable<Integer> {
    @Mixin
    private WorldOptions which = new WorldOptions();

    @Option(names = "--language", paramLabel = "en|es", description = "What it is told in (${DEFAULT-VALUE}).")
    private Language language = Language.EN;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The file to write.")
    @SuppressWarnings("NullAway.Init") // required
    private Path out;

    @Option(names = "--format", paramLabel = "FORMAT", description = "text, jsonl, chat, preferences, pairs or page (text).")
    private Export.Format format = Export.Format.TEXT;

    @Option(names = "--questions", paramLabel = "N", description = "Questions of each of ten types; of pairs, for each relation "
            + "(${DEFAULT-VALUE}).")
    private int questions = 10;

    @Mixin
    private WorldsLevel level = new WorldsLevel();

    @Option(names = "--order", paramLabel = "ORDER", description = "Of events in stories and dialogues: chronological, reversed, nearly (moved "
            + "by two places at most) or shuffled (chronological).")
    private Order order = Order.CHRONOLOGICAL;

    @Option(names = "--switching", paramLabel = "HOW", description = "Where dialogues change the language: never, speaker, sentence or word "
            + "(never).")
    private Switching switching = Switching.NEVER;

    @Option(names = "--pronouns", description = "Call whom a text is about by a pronoun once named; in Spanish, leave the subject out.")
    private boolean pronouns;

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        if (questions < 0) {
            throw UserError.usage("--questions cannot be below 0.");
        }
        var plan = new Export.Plan(language, level.style(pronouns), order, switching, which.documents, questions, level.hops());
        var world = which.world();
        var export = new Export(world, plan);
        long written = export.write(out, format);
        long facts = world.given().size() + world.now().size();
        var measures = export.readability();
        if (output.json()) {
            var result = new LinkedHashMap<String, Object>();
            result.put("out", out.toString());
            result.put("format", format.name().toLowerCase(Locale.ROOT));
            result.put("people", world.entities(Kind.PERSON).size());
            result.put("facts", facts);
            result.put("items", written);
            if (measures.documents() > 0) {
                result.put("readability", json(measures));
            }
            output.print(result);
        } else {
            output.out().printf(Locale.ROOT, "Wrote %s: %,d items about %,d people and %,d facts.%n", out, written,
                    world.entities(Kind.PERSON).size(), facts);
            if (measures.documents() > 0) {
                output.out().printf(Locale.ROOT,
                        "%,d documents of %.0f words, %.1f a sentence with %.2f subordinate clauses, %.1f%% of them rare: "
                                + "readability index %.1f. Said outright: %.0f%% of what can be asked.%n",
                        measures.documents(), measures.words(),
                        measures.sentenceWords(), measures.clauses(), 100 * measures.rare(), measures.index(), 100 * measures.outright());
            }
        }
        return 0;
    }

    static LinkedHashMap<String, Object> json(Readability.Measures measures) {
        var row = new LinkedHashMap<String, Object>();
        row.put("documents", measures.documents());
        row.put("words_per_document", measures.words());
        row.put("words_per_sentence", measures.sentenceWords());
        row.put("clauses_per_sentence", measures.clauses());
        row.put("rare_words", measures.rare());
        row.put("automated_readability_index", measures.index());
        row.put("said_outright", measures.outright());
        return row;
    }
}
