package org.lyceum.app;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.lyceum.foundation.UserError;
import org.lyceum.worlds.Language;
import org.lyceum.worlds.episodes.Agent;
import org.lyceum.worlds.episodes.EpisodeExport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lyceum worlds episodes}: worlds to act in, and what an agent did in them, every step judged. */
@Command(name = "episodes", mixinStandardHelpOptions = true, description = "Make small worlds to act in (rooms, a form, a file system) and write what "
        + "an agent does there, every step judged: good, a wrong belief, or a bad plan.", footer = {"", "Examples:",
                "  lyceum worlds episodes --episodes 20 --out episodes.jsonl",
                "  lyceum worlds episodes --world form --language es --slips 0.3 --format preferences --out pairs.jsonl",
                "  lyceum worlds episodes --difficulty 2 --agent careful --slips 0.2 --format page --out episodes.html", "",
                "The formats: jsonl (a step a line, with the reference world, the view, the policy, what could be known, the verdict), chat (messages),",
                "preferences (prompt, chosen, rejected, why), page (to look at). The same arguments write the same bytes."})
final class WorldsEpisodes implements Callable<Integer> {
    @Mixin
    private EpisodeOptions which = new EpisodeOptions();

    @Option(names = "--language", paramLabel = "en|es", description = "What they are told in (${DEFAULT-VALUE}).")
    private Language language = Language.EN;

    @Option(names = "--agent", paramLabel = "AGENT", description = "Who acts: random, forgetful, careful or optimal (optimal).")
    private Agent agent = Agent.OPTIMAL;

    @Option(names = "--slips", paramLabel = "P", description = "The share of steps at which a wrong belief or a bad plan is done instead "
            + "(${DEFAULT-VALUE}).")
    private double slips = 0;

    @Option(names = "--format", paramLabel = "FORMAT", description = "jsonl, chat, preferences or page (jsonl).")
    private EpisodeExport.Format format = EpisodeExport.Format.JSONL;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The file to write.")
    @SuppressWarnings("NullAway.Init") // required
    private Path out;

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        int episodes = which.episodes(1);
        if (!(slips >= 0 && slips <= 1)) {
            throw UserError.usage("--slips is a share from 0 to 1, not " + slips + ".");
        }
        var plan = new EpisodeExport.Plan(which.kinds, which.seed, which.difficulty, language, episodes, agent, slips);
        long written = new EpisodeExport(plan).write(out, format);
        if (output.json()) {
            var result = new LinkedHashMap<String, Object>();
            result.put("out", out.toString());
            result.put("format", format.name().toLowerCase(Locale.ROOT));
            result.put("episodes", episodes * which.kinds.size());
            result.put("items", written);
            output.print(result);
        } else {
            output.out().printf(Locale.ROOT, "Wrote %s: %,d items of %,d episodes.%n", out, written, episodes * which.kinds.size());
        }
        return 0;
    }
}
