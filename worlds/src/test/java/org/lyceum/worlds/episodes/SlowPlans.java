package org.lyceum.worlds.episodes;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The slow twin of {@link BeliefGraph}: keeps every world that there may be as an array of its own, and searches forward from one
 * situation in one world until the first goal, trying every sequence of actions that never guesses.
 */
final class SlowPlans {
    private final EpisodeWorld world;

    SlowPlans(EpisodeWorld world) {
        this.world = world;
    }

    /** The real world, and all that there may be, the real one among them. */
    record Situation(int[] real, List<int[]> may) {
        String key() {
            var all = new TreeSet<String>();
            may.forEach(one -> all.add(Arrays.toString(one)));
            return Arrays.toString(real) + all;
        }
    }

    /** {@code belief} with the world {@code in} for the real one. */
    Situation situation(Belief belief, int in) {
        var task = world.task();
        var may = new ArrayList<int[]>();
        for (int w = 0; w < task.size(); w++) {
            if ((belief.possible() >>> w & 1) != 0) {
                may.add(task.values(belief.settled(), w));
            }
        }
        return new Situation(task.values(belief.settled(), in), may);
    }

    static boolean holds(Presupposition one, int[] values) {
        return one instanceof Presupposition.Holds holds && holds(holds.atom(), values);
    }

    private static boolean holds(Atom atom, int[] values) {
        return atom.equal() == (values[atom.variable()] == atom.value());
    }

    private static boolean known(Action action, Situation at) {
        return Stream.concat(action.needs().stream(), action.claims().stream()).allMatch(p -> at.may.stream().allMatch(v -> holds(p, v)));
    }

    private static int[] done(Action action, int[] values) {
        int[] after = values.clone();
        action.effects().forEach(e -> after[e.variable()] = e.value());
        return after;
    }

    private static Situation after(Situation at, Action action) {
        int[] real = done(action, at.real);
        return new Situation(real, at.may.stream().map(v -> done(action, v))
                .filter(v -> action.looks().stream().allMatch(look -> holds(look, v) == holds(look, real))).toList());
    }

    /** The fewest actions to the goal, or {@link BeliefGraph#NEVER}. */
    int distance(Situation from) {
        if (world.over(from.real)) {
            return world.succeeded(from.real) ? 0 : BeliefGraph.NEVER;
        }
        var seen = new HashSet<>(Set.of(from.key()));
        var open = new ArrayDeque<>(List.of(from));
        for (int steps = 1; !open.isEmpty(); steps++) {
            for (int left = open.size(); left > 0; left--) {
                var at = open.remove();
                for (var action : world.menu(at.real)) {
                    if (known(action, at)) {
                        var next = after(at, action);
                        if (world.over(next.real)) {
                            if (world.succeeded(next.real)) {
                                return steps;
                            }
                        } else if (seen.add(next.key())) {
                            open.add(next);
                        }
                    }
                }
            }
        }
        return BeliefGraph.NEVER;
    }

    /** The actions that never guess and begin a shortest plan in one of the worlds of {@code belief}. */
    Set<String> good(Belief belief) {
        var good = new TreeSet<String>();
        for (int w = 0; w < world.task().size(); w++) {
            if ((belief.possible() >>> w & 1) != 0) {
                var at = situation(belief, w);
                int distance = distance(at);
                for (var action : world.menu(at.real)) {
                    if (distance != BeliefGraph.NEVER && known(action, at) && distance(after(at, action)) == distance - 1) {
                        good.add(action.text());
                    }
                }
            }
        }
        return good;
    }
}
