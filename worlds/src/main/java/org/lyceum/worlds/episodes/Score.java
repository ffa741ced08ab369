package org.lyceum.worlds.episodes;

import java.util.List;
import org.lyceum.foundation.Seeds;
import org.lyceum.worlds.Language;
import org.lyceum.worlds.episodes.Verdict.Outcome;

/**
 * How an agent does on episodes of one kind.
 *
 * @param agent who
 * @param kind on what
 * @param episodes how many
 * @param success the share of episodes in which it reached the goal or rightly gave up
 * @param reward the mean reward
 * @param error the standard error of the mean reward
 * @param steps the mean number of steps
 * @param good the share of steps that should have been done
 * @param badPlan the share of steps that are bad plans
 * @param wrongBelief the share of steps that rest on a wrong belief
 * @param hallucinated the share of steps that rest on a wrong belief which the view does not support
 */
public record Score(Agent agent, EpisodeWorld.Kind kind, int episodes, double success, double reward, double error, double steps,
        double good,
        double badPlan, double wrongBelief, double hallucinated) {
    /** Runs {@code agent} through the episodes of the seeds from {@code seed} on. */
    public static Score of(Agent agent, EpisodeWorld.Kind kind, long seed, int difficulty, int episodes, Language language) {
        double sum = 0;
        double squares = 0;
        int succeeded = 0;
        var steps = new java.util.ArrayList<Play.Step>();
        for (int i = 0; i < episodes; i++) {
            var play = run(agent, Episode.of(kind, seed + i, difficulty, language));
            sum += play.reward();
            squares += play.reward() * play.reward();
            succeeded += play.succeeded() ? 1 : 0;
            steps.addAll(play.steps());
        }
        double mean = sum / episodes;
        double variance = episodes < 2 ? 0 : Math.max(0, squares - episodes * mean * mean) / (episodes - 1);
        return new Score(agent, kind, episodes, (double) succeeded / episodes, mean, Math.sqrt(variance / episodes),
                (double) steps.size() / episodes,
                share(steps, steps.stream().filter(s -> s.verdict().good()).count()), share(steps, Outcome.BAD_PLAN),
                share(steps, Outcome.WRONG_BELIEF), share(steps, steps.stream().filter(s -> s.verdict().hallucination()).count()));
    }

    /** One run to the end. */
    public static Play run(Agent agent, Episode episode) {
        var play = new Play(episode);
        var random = Seeds.generator(episode.seed(), "episodes: " + agent, episode.difficulty());
        while (!play.over()) {
            play.take(agent.choose(play, random));
        }
        return play;
    }

    private static double share(List<Play.Step> steps, Outcome outcome) {
        return share(steps, steps.stream().filter(s -> s.verdict().outcome() == outcome).count());
    }

    private static double share(List<Play.Step> steps, long count) {
        return steps.isEmpty() ? 0 : (double) count / steps.size();
    }
}
