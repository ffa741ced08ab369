package org.lyceum.app;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.lyceum.foundation.UserError;
import org.lyceum.worlds.Document;
import org.lyceum.worlds.Export;
import org.lyceum.worlds.Kind;
import org.lyceum.worlds.Language;
import org.lyceum.worlds.Style;
import org.lyceum.worlds.Teller.Order;
import org.lyceum.worlds.Teller.Switching;
import org.lyceum.worlds.World;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lyceum worlds}: text and questions about a world whose truth is known. */
@Command(name = "worlds", mixinStandardHelpOptions = true, subcommands = {WorldsVerb.Generate.class, WorldsEpisodes.class,
        WorldsAgents.class}, description = "Texts and questions about "
                + "invented worlds whose truth is known.", footer = {"", "Example:",
                        "  lyceum worlds generate --seed 1 --size 30 --out world.html --format page",
                        "  lyceum worlds episodes --seed 1 --out episodes.html --format page"})
final class WorldsVerb implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name what to do: generate, episodes or agents.");
    }

    /** {@code lyceum worlds generate}. */
    @Command(name = "generate", mixinStandardHelpOptions = true, description = "Make a world from a seed and write what can be said and asked "
            + "about it.", footer = {"", "Examples:", "  lyceum worlds generate --size 200 --language es --out stories.txt",
                    "  lyceum worlds generate --format jsonl --documents story,dialogue --switching speaker --out world.jsonl",
                    "  lyceum worlds generate --format page --out world.html", "",
                    "The formats: text (documents), jsonl (documents, and questions with their reasons), chat (messages), preferences (prompt,",
                    "chosen, rejected), pairs (sentence_good, sentence_bad), page (to look at). The same arguments write the same bytes."})
    static final class Generate implements Callable<Integer> {
        @Option(names = "--seed", paramLabel = "N", description = "Of everything in the world (${DEFAULT-VALUE}).")
        private long seed = 1;

        @Option(names = "--size", paramLabel = "N", description = "People in the world, from 4 (${DEFAULT-VALUE}).")
        private int size = 30;

        @Option(names = "--language", paramLabel = "en|es", description = "What it is told in (${DEFAULT-VALUE}).")
        private Language language = Language.EN;

        @Option(names = "--out", required = true, paramLabel = "FILE", description = "The file to write.")
        @SuppressWarnings("NullAway.Init") // required
        private Path out;

        @Option(names = "--format", paramLabel = "FORMAT", description = "text, jsonl, chat, preferences, pairs or page (text).")
        private Export.Format format = Export.Format.TEXT;

        @Option(names = "--documents", split = ",", paramLabel = "KIND", description = "story, entry, dialogue: what is written about each person "
                + "(story and entry).")
        private List<Document.Kind> documents = List.of(Document.Kind.STORY, Document.Kind.ENTRY);

        @Option(names = "--questions", paramLabel = "N", description = "Questions of each of ten types; of pairs, for each relation "
                + "(${DEFAULT-VALUE}).")
        private int questions = 10;

        @Option(names = "--level", paramLabel = "1|2|3", description = "How hard the sentences are to read (${DEFAULT-VALUE}).")
        private int level = 1;

        @Option(names = "--order", paramLabel = "ORDER", description = "Of events in stories and dialogues: chronological, reversed, nearly (moved "
                + "by two places at most) or shuffled (chronological).")
        private Order order = Order.CHRONOLOGICAL;

        @Option(names = "--switching", paramLabel = "HOW", description = "Where dialogues change the language: never, speaker, sentence or word "
                + "(never).")
        private Switching switching = Switching.NEVER;

        @Option(names = "--pronouns", description = "Call whom a text is about by a pronoun once named; in Spanish, leave the subject out.")
        private boolean pronouns;

        @Option(names = "--sentences", paramLabel = "N", description = "At most in a document; 0 for as many as there are (${DEFAULT-VALUE}).")
        private int sentences = 0;

        @Mixin
        private Output output = new Output();

        @Override
        public Integer call() {
            if (level < 1 || level > 3) {
                throw UserError.usage("--level is 1, 2 or 3, not " + level + ".");
            }
            if (questions < 0 || sentences < 0) {
                throw UserError.usage((questions < 0 ? "--questions" : "--sentences") + " cannot be below 0.");
            }
            var world = World.of(seed, size);
            var plan = new Export.Plan(language, new Style(level, 0, pronouns, sentences), order, switching, documents, questions);
            long written = new Export(world, plan).write(out, format);
            long facts = world.given().size() + world.now().size();
            if (output.json()) {
                var result = new LinkedHashMap<String, Object>();
                result.put("out", out.toString());
                result.put("format", format.name().toLowerCase(Locale.ROOT));
                result.put("people", world.entities(Kind.PERSON).size());
                result.put("facts", facts);
                result.put("items", written);
                output.print(result);
            } else {
                output.out().printf(Locale.ROOT, "Wrote %s: %,d items about %,d people and %,d facts.%n", out, written,
                        world.entities(Kind.PERSON).size(), facts);
            }
            return 0;
        }
    }
}
