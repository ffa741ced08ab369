package org.lyceum.worlds.episodes;

import java.util.ArrayList;
import java.util.List;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.worlds.Language;

/**
 * A world to act in with a task in it, a pure function of its kind, a seed, a difficulty and a language. It is deterministic and changes
 * only by what the agent does; what is hidden is which of several worlds it is. For one thread.
 */
public final class Episode {
    /** The hardest. */
    public static final int HARDEST = 3;

    private final EpisodeWorld world;
    private final long seed;
    private final int difficulty;
    private final Tongue tongue;
    private final List<BeliefGraph> graphs = new ArrayList<>();
    private final List<String> plan;

    private Episode(EpisodeWorld world, long seed, int difficulty, Tongue tongue) {
        this.world = world;
        this.seed = seed;
        this.difficulty = difficulty;
        this.tongue = tongue;
        this.plan = shortestPlan();
    }

    /** The episode of {@code kind} and {@code seed}. Throws {@link UserError} if the difficulty is not 1, 2 or 3. */
    public static Episode of(EpisodeWorld.Kind kind, long seed, int difficulty, Language language) {
        if (difficulty < 1 || difficulty > HARDEST) {
            throw UserError.usage("--difficulty is 1, 2 or 3, not " + difficulty + ".");
        }
        var random = Seeds.generator(seed, "episodes: " + kind, difficulty);
        var tongue = new Tongue(language);
        var world = switch (kind) {
            case GRID -> new GridMaker(random, difficulty, tongue).make();
            case FORM -> new FormMaker(random, difficulty, tongue).make();
            case SHELL -> new ShellMaker(random, difficulty, tongue).make();
        };
        return new Episode(world, seed, difficulty, tongue);
    }

    /** What there is and what can be done. */
    public EpisodeWorld world() {
        return world;
    }

    /** What it is made from. */
    public long seed() {
        return seed;
    }

    /** 1 to 3: how much there is, how much of it is hidden, and whether the task may be impossible. */
    public int difficulty() {
        return difficulty;
    }

    /** What it is told in. */
    public Language language() {
        return tongue.language();
    }

    Tongue tongue() {
        return tongue;
    }

    /**
     * The optimal plan: the fewest commands that reach the goal in the real world without taking anything for granted that was not seen
     * before. Whoever follows it looks in the right place first; without luck it takes longer.
     */
    public List<String> plan() {
        return plan;
    }

    /** After how many steps it ends whatever has been done. */
    public int limit() {
        return 4 * plan.size() + 8;
    }

    /** A graph that knows the way from {@code belief}. */
    BeliefGraph graph(Belief belief) {
        for (var graph : graphs) {
            if (graph.has(belief)) {
                return graph;
            }
        }
        var graph = new BeliefGraph(world, belief);
        graphs.add(graph);
        return graph;
    }

    /** The belief at the beginning, after the first look. */
    Belief start() {
        var task = world.task();
        var told = task.start();
        return task.outcome(told, Action.looking("", List.of(), List.of(), world.looks(told.settled()), null), task.reference());
    }

    private List<String> shortestPlan() {
        var task = world.task();
        var steps = new ArrayList<String>();
        for (var belief = start();;) {
            var best = graph(belief).shortest(belief, task.reference());
            if (best.isEmpty()) {
                if (!world.over(belief.settled())) {
                    throw new IllegalStateException("an episode that cannot be solved");
                }
                return List.copyOf(steps);
            }
            steps.add(best.getFirst().text());
            belief = task.outcome(belief, best.getFirst(), task.reference());
        }
    }
}
