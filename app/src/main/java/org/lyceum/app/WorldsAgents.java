package org.lyceum.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.lyceum.foundation.UserError;
import org.lyceum.worlds.Language;
import org.lyceum.worlds.episodes.Agent;
import org.lyceum.worlds.episodes.EpisodeWorld;
import org.lyceum.worlds.episodes.Score;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lyceum worlds agents}: how agents that follow a rule do in episodes. */
@Command(name = "agents", mixinStandardHelpOptions = true, description = "Run agents that follow a rule through episodes: the baselines of any other "
        + "agent.", footer = {"", "Example:", "  lyceum worlds agents --difficulty 2 --episodes 50", "",
                "The agents: random (any command that is accepted), forgetful (remembers two steps and believes the note), careful (never guesses,",
                "hopes for the best), optimal (knows where to look first). Rewards are 1 - 0.9 steps/limit at the goal, else 0, ± their standard error."})
final class WorldsAgents implements Callable<Integer> {
    @Option(names = "--seed", paramLabel = "N", description = "Of the first episode; the next has the next (${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(names = "--world", split = ",", paramLabel = "KIND", description = "grid, form, shell (all three).")
    private List<EpisodeWorld.Kind> kinds = List.of(EpisodeWorld.Kind.values());

    @Option(names = "--difficulty", paramLabel = "1|2|3", description = "How much there is and how much of it is hidden (${DEFAULT-VALUE}).")
    private int difficulty = 1;

    @Option(names = "--episodes", paramLabel = "N", description = "Of each kind (${DEFAULT-VALUE}).")
    private int episodes = 20;

    @Option(names = "--agent", split = ",", paramLabel = "AGENT", description = "random, forgetful, careful, optimal (all four).")
    private List<Agent> agents = List.of(Agent.values());

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        if (episodes < 1) {
            throw UserError.usage("--episodes cannot be below 1.");
        }
        var rows = new ArrayList<Map<String, Object>>();
        if (!output.json()) {
            output.out().printf(Locale.ROOT, "%-6s %-10s %8s %14s %6s %6s %9s %13s %13s%n", "world", "agent", "success", "reward", "steps",
                    "good",
                    "bad plan", "wrong belief", "hallucinated");
        }
        for (var kind : kinds) {
            for (var agent : agents) {
                var score = Score.of(agent, kind, seed, difficulty, episodes, Language.EN);
                if (output.json()) {
                    rows.add(json(score));
                } else {
                    output.out().printf(Locale.ROOT, "%-6s %-10s %7.0f%% %6.3f ± %.3f %6.1f %5.0f%% %8.1f%% %12.1f%% %12.1f%%%n",
                            lower(kind),
                            lower(agent), 100 * score.success(), score.reward(), score.error(), score.steps(), 100 * score.good(),
                            100 * score.badPlan(), 100 * score.wrongBelief(), 100 * score.hallucinated());
                    output.out().flush();
                }
            }
        }
        if (output.json()) {
            output.print(Map.of("results", rows));
        }
        return 0;
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, Object> json(Score score) {
        var row = new LinkedHashMap<String, Object>();
        row.put("world", lower(score.kind()));
        row.put("agent", lower(score.agent()));
        row.put("episodes", score.episodes());
        row.put("success", score.success());
        row.put("reward", score.reward());
        row.put("stderr", score.error());
        row.put("steps", score.steps());
        row.put("good", score.good());
        row.put("bad_plan", score.badPlan());
        row.put("wrong_belief", score.wrongBelief());
        row.put("hallucinated", score.hallucinated());
        return row;
    }
}
