package org.lyceum.worlds.episodes;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All beliefs that can be reached by actions that take for granted only what is known, and from each, for each world, the fewest actions
 * to the goal. A plan may go by way of finding out, and which way to look first it knows only in hindsight: it is the shortest in that
 * world of those that never guess. The graph is searched breadth first from all goals at once, for all worlds at once, a bit each.
 */
final class BeliefGraph {
    /** No plan leads to the goal. */
    static final int NEVER = Integer.MAX_VALUE;

    private static final int LARGEST = 2_000_000;

    private final EpisodeWorld world;
    private final Task task;
    private final Map<Belief, Integer> ids = new HashMap<>();
    private final List<Belief> beliefs = new ArrayList<>();
    private final List<int[]> before = new ArrayList<>(); // the predecessors of each belief, in an array that grows
    private final List<byte @Nullable []> distances = new ArrayList<>(); // by world; -1 is never
    private int[] count = new int[1024]; // how many predecessors there are

    BeliefGraph(EpisodeWorld world, Belief root) {
        this.world = world;
        this.task = world.task();
        explore(root);
        measure();
    }

    boolean has(Belief belief) {
        return ids.containsKey(belief);
    }

    /** The fewest actions from {@code belief} to the goal in {@code in}, or {@link #NEVER}. */
    int distance(Belief belief, int in) {
        var id = ids.get(belief);
        if (id == null) {
            throw new IllegalArgumentException("a belief that is not in the graph");
        }
        var of = distances.get(id);
        return of == null || of[in] < 0 ? NEVER : of[in];
    }

    /** The actions that begin a shortest plan in {@code in}. */
    List<Action> shortest(Belief belief, int in) {
        int distance = distance(belief, in);
        if (distance == NEVER || distance == 0) {
            return List.of();
        }
        return world.menu(belief.settled()).stream()
                .filter(action -> task.knows(belief, action) && distance(task.outcome(belief, action, in), in) == distance - 1).toList();
    }

    private int id(Belief belief, ArrayDeque<Integer> open) {
        var known = ids.get(belief);
        if (known != null) {
            return known;
        }
        int id = beliefs.size();
        if (id >= LARGEST) {
            throw new IllegalStateException("an episode with too many beliefs");
        }
        ids.put(belief, id);
        beliefs.add(belief);
        before.add(new int[4]);
        distances.add(null);
        if (id == count.length) {
            count = Arrays.copyOf(count, 2 * id);
        }
        open.add(id);
        return id;
    }

    private void explore(Belief root) {
        var open = new ArrayDeque<Integer>();
        id(root, open);
        while (!open.isEmpty()) {
            int from = open.remove();
            var belief = beliefs.get(from);
            if (world.over(belief.settled())) {
                continue;
            }
            for (var action : world.menu(belief.settled())) {
                if (task.knows(belief, action)) {
                    for (var outcome : task.outcomes(belief, action)) {
                        int to = id(outcome, open);
                        if (to != from) {
                            predecessor(to, from);
                        }
                    }
                }
            }
        }
    }

    private void predecessor(int of, int id) {
        var list = before.get(of);
        if (count[of] == list.length) {
            list = Arrays.copyOf(list, 2 * list.length);
            before.set(of, list);
        }
        list[count[of]++] = id;
    }

    private void measure() {
        var done = new long[beliefs.size()];
        var front = new HashMap<Integer, Long>();
        for (int i = 0; i < beliefs.size(); i++) {
            long goals = goals(beliefs.get(i));
            if (goals != 0) {
                front.put(i, goals);
            }
        }
        for (byte level = 0; !front.isEmpty(); level++) {
            if (level == Byte.MAX_VALUE) {
                throw new IllegalStateException("an episode with too long a plan");
            }
            var next = new HashMap<Integer, Long>();
            for (var entry : front.entrySet()) {
                int id = entry.getKey();
                long fresh = entry.getValue() & ~done[id];
                if (fresh == 0) {
                    continue;
                }
                done[id] |= fresh;
                set(id, fresh, level);
                var list = before.get(id);
                for (int k = 0; k < count[id]; k++) {
                    if ((fresh & ~done[list[k]]) != 0) {
                        next.merge(list[k], fresh, (a, b) -> a | b);
                    }
                }
            }
            front = next;
        }
    }

    private void set(int id, long worlds, byte level) {
        var of = distances.get(id);
        if (of == null) {
            of = new byte[task.size()];
            Arrays.fill(of, (byte) -1);
            distances.set(id, of);
        }
        for (long left = worlds; left != 0; left &= left - 1) {
            of[Long.numberOfTrailingZeros(left)] = level;
        }
    }

    private long goals(Belief belief) {
        long goals = 0;
        if (world.over(belief.settled())) {
            for (long left = belief.possible(); left != 0; left &= left - 1) {
                int in = Long.numberOfTrailingZeros(left);
                goals |= world.succeeded(task.values(belief.settled(), in)) ? 1L << in : 0;
            }
        }
        return goals;
    }
}
