package org.lyceum.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.lyceum.worlds.Language;
import org.lyceum.worlds.episodes.Agent;
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
    @Mixin
    private EpisodeOptions which = new EpisodeOptions();

    @Option(names = "--agent", split = ",", paramLabel = "AGENT", description = "random, forgetful, careful, optimal (all four).")
    private List<Agent> agents = List.of(Agent.values());

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        int episodes = which.episodes(20);
        var rows = new ArrayList<Map<String, Object>>();
        if (!output.json()) {
            output.out().printf(Locale.ROOT, "%-6s %-10s %8s %14s %6s %6s %9s %13s %13s%n", "world", "agent", "success", "reward", "steps",
                    "good",
                    "bad plan", "wrong belief", "hallucinated");
        }
        for (var kind : which.kinds) {
            for (var agent : agents) {
                var score = Score.of(agent, kind, which.seed, which.difficulty, episodes, Language.EN);
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
