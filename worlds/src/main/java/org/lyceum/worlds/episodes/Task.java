package org.lyceum.worlds.episodes;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.worlds.View.Policy;

/**
 * A task in variables of finitely many values, with what is hidden: the worlds that the agent is told there may be. One of them, the
 * reference world, is the real one. At most 64 of them, so that a set of worlds is a {@code long}.
 */
final class Task {
    /** The day on which an episode takes place and things are seen. */
    static final int TODAY = 6;
    /** The day of the records that pages and files show. */
    static final int RECORDED = 3;

    private final List<Variable> variables;
    private final List<int[]> worlds;
    private final int reference;
    private final int[] start;
    private final Policy policy;
    private final @Nullable Note note;
    private final long[][] having; // by variable and value: the worlds that have it

    /**
     * {@code worlds} give every variable a value; where all agree, or {@code start} has a value, nothing is hidden. {@code start} has -1
     * for what depends on the world.
     */
    Task(List<Variable> variables, List<int[]> worlds, int reference, int[] start, Policy policy, @Nullable Note note) {
        if (worlds.isEmpty() || worlds.size() > Long.SIZE) {
            throw new IllegalArgumentException(worlds.size() + " worlds");
        }
        this.variables = List.copyOf(variables);
        this.worlds = List.copyOf(worlds);
        this.reference = reference;
        this.start = start;
        this.policy = policy;
        this.note = note;
        this.having = new long[variables.size()][];
        for (int v = 0; v < having.length; v++) {
            having[v] = new long[variables.get(v).values().size()];
            for (int w = 0; w < worlds.size(); w++) {
                having[v][worlds.get(w)[v]] |= 1L << w;
            }
        }
    }

    List<Variable> variables() {
        return variables;
    }

    int reference() {
        return reference;
    }

    Policy policy() {
        return policy;
    }

    @Nullable
    Note note() {
        return note;
    }

    /** How many worlds there may be. */
    int size() {
        return worlds.size();
    }

    /** Before anything was seen. */
    Belief start() {
        return new Belief(start, all());
    }

    private long all() {
        return worlds.size() == Long.SIZE ? -1L : (1L << worlds.size()) - 1;
    }

    /** The worlds in which {@code atom} holds when the agent has settled {@code settled}. */
    long allowing(Atom atom, int[] settled) {
        int value = settled[atom.variable()];
        if (value >= 0) {
            return atom.allows(value) ? -1L : 0L;
        }
        long same = having[atom.variable()][atom.value()];
        return atom.equal() ? same : ~same;
    }

    boolean holds(Atom atom, int[] settled, int world) {
        return (allowing(atom, settled) >>> world & 1) != 0;
    }

    /** All variables' values in {@code world}. */
    int[] values(int[] settled, int world) {
        var values = settled.clone();
        for (int v = 0; v < values.length; v++) {
            values[v] = values[v] < 0 ? worlds.get(world)[v] : values[v];
        }
        return values;
    }

    /** The value of {@code variable} if it is the same in all worlds of {@code belief}, else -1. */
    int known(int variable, Belief belief) {
        int value = belief.settled()[variable];
        if (value < 0) {
            value = worlds.get(Long.numberOfTrailingZeros(belief.possible()))[variable];
            return (belief.possible() & ~having[variable][value]) == 0 ? value : -1;
        }
        return value;
    }

    /** Whether {@code belief} knows that all that {@code action} takes for granted is so. */
    boolean knows(Belief belief, Action action) {
        return knows(belief, action.needs()) && knows(belief, action.claims());
    }

    private boolean knows(Belief belief, List<Presupposition> all) {
        for (var one : all) {
            if (!(one instanceof Presupposition.Holds holds)
                    || (belief.possible() & ~allowing(holds.atom(), belief.settled())) != 0) {
                return false;
            }
        }
        return true;
    }

    /** What may be believed after {@code action}, which the world accepts: one belief for each thing that may then be seen. */
    List<Belief> outcomes(Belief belief, Action action) {
        var settled = after(belief, action);
        var parts = new ArrayList<Long>(List.of(belief.possible()));
        for (var look : action.looks()) {
            long yes = allowing(look, settled);
            if ((belief.possible() & yes) == 0 || (belief.possible() & ~yes) == 0) {
                continue; // known before
            }
            for (int i = parts.size() - 1; i >= 0; i--) {
                long part = parts.get(i);
                if ((part & yes) != 0 && (part & ~yes) != 0) {
                    parts.set(i, part & yes);
                    parts.add(part & ~yes);
                }
            }
        }
        return parts.size() == 1
                ? List.of(new Belief(settled, parts.getFirst()))
                : parts.stream().map(p -> new Belief(settled, p)).toList();
    }

    /** What is believed after {@code action} in {@code world}, which accepts it. */
    Belief outcome(Belief belief, Action action, int world) {
        var settled = after(belief, action);
        long possible = belief.possible();
        for (var look : action.looks()) {
            long yes = allowing(look, settled);
            possible &= (yes >>> world & 1) != 0 ? yes : ~yes;
        }
        return new Belief(settled, possible);
    }

    private static int[] after(Belief belief, Action action) {
        if (action.effects().isEmpty()) {
            return belief.settled();
        }
        var settled = belief.settled().clone();
        action.effects().forEach(effect -> settled[effect.variable()] = effect.value());
        return settled;
    }

    /**
     * The worlds that one takes to be possible who goes by the policy: of those that agree with what was seen, those that agree with the
     * note, if there are any: a note is believed until something is seen that differs. A note that wins even then, by {@link #noteWins},
     * is true in all of them.
     */
    Belief trusting(Belief belief) {
        if (note == null || policy == Policy.NONE) {
            return belief;
        }
        long told = belief.possible() & allowing(note.atom(), belief.settled());
        return told == 0 || told == belief.possible() ? belief : belief.with(told);
    }

    /** Whether a note of {@code date}, told first, wins over a record that says something else. */
    static boolean noteWins(Policy policy, int date) {
        return policy == Policy.FIRST || policy == Policy.NEWEST && date > RECORDED;
    }
}
