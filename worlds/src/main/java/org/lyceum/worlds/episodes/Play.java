package org.lyceum.worlds.episodes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lyceum.worlds.View.Policy;

/** One run through an episode: what was done, what was seen, and what could be known when. */
public final class Play {
    /**
     * Something that the agent was shown.
     *
     * @param step after how many of its actions
     * @param source {@code task}, {@code note} or {@code screen}
     * @param date the day that it is of
     * @param text what was shown
     */
    public record Shown(int step, String source, int date, String text) {
    }

    /** From where the agent could know something. */
    public enum Source {
        /** It was shown. */
        SEEN,
        /** It follows from what was shown: everything else is ruled out. */
        INFERRED,
        /** A note says so, and nothing seen speaks against it. */
        NOTE,
        /** It did it itself. */
        DONE
    }

    /**
     * Something hidden that could be known.
     *
     * @param what the variable's name
     * @param value its value, in words
     * @param source from where
     * @param since the step after which it could be known
     */
    public record Known(String what, String value, Source source, int since) {
    }

    /**
     * One step.
     *
     * @param number from 0
     * @param reference the real world before it, by variable
     * @param view all that had been shown
     * @param policy which source wins
     * @param known what could be known of what is hidden
     * @param possible how many worlds agreed with what had been seen
     * @param legal the commands of the menu that the world would accept
     * @param good those that the checker finds good
     * @param action the command
     * @param verdict the checker's
     * @param observation what was seen after it
     * @param reward what it brought
     * @param over whether the episode ended with it
     */
    public record Step(int number, Map<String, String> reference, List<Shown> view, Policy policy, List<Known> known, int possible,
            List<String> legal, List<String> good, String action, Verdict verdict, String observation, double reward, boolean over) {
    }

    private final Episode episode;
    private final EpisodeWorld world;
    private final Task task;
    private final ActionChecker checker;
    private final List<Step> steps = new ArrayList<>();
    private final List<Shown> view = new ArrayList<>();
    private final Set<String> looked = new LinkedHashSet<>();
    private final Set<Presupposition> told = new LinkedHashSet<>(); // what the world showed to hold or not by accepting an action or not
    private final Map<Integer, Known> known = new LinkedHashMap<>();
    private final List<Long> evidence = new ArrayList<>(); // the worlds that agree with what each step showed
    private Belief belief;
    private double reward;
    private boolean over;

    /** Begins {@code episode}. */
    public Play(Episode episode) {
        this.episode = episode;
        this.world = episode.world();
        this.task = world.task();
        this.checker = new ActionChecker(this);
        this.belief = episode.start();
        view.add(new Shown(0, "task", Task.TODAY, world.instruction()));
        var note = task.note();
        if (note != null) {
            view.add(new Shown(0, "note", note.date(), note.text()));
        }
        view.add(new Shown(0, "screen", Task.TODAY, world.observe(null, values())));
        looked.add(world.place(belief.settled()));
        evidence.add(shown(world.looks(belief.settled())));
        learn(world.looks(belief.settled()));
    }

    /** Which it is a run through. */
    public Episode episode() {
        return episode;
    }

    /** Judges {@code command} without doing it. */
    public Verdict judge(String command) {
        return checker.judge(command);
    }

    /** Does {@code command}, which counts as a step even if the world does not accept it. */
    public Step take(String command) {
        if (over) {
            throw new IllegalStateException("the episode is over");
        }
        var verdict = checker.judge(command);
        var before = new Step(steps.size(), reference(), List.copyOf(view), task.policy(), List.copyOf(known.values()), possible(), legal(),
                good(), command, verdict, "", 0, false);
        var action = world.parse(command, belief.settled());
        var seen = action.isEmpty() ? episode.tongue().noCommand() : act(action.get());
        double brought = 0;
        if (world.over(belief.settled())) {
            over = true;
            brought = world.succeeded(values()) ? 1 - 0.9 * (steps.size() + 1) / episode.limit() : 0;
        }
        over |= steps.size() + 1 >= episode.limit();
        reward += brought;
        view.add(new Shown(steps.size() + 1, "screen", Task.TODAY, seen));
        var step = new Step(before.number, before.reference, before.view, before.policy, before.known, before.possible, before.legal,
                before.good, command, verdict, seen, brought, over);
        steps.add(step);
        return step;
    }

    private String act(Action action) {
        long shown = -1;
        var looks = new ArrayList<Atom>();
        String seen = null;
        for (var need : action.needs()) {
            told.add(need);
            if (need instanceof Presupposition.Holds holds) {
                shown &= shown(List.of(holds.atom()));
                belief = belief.with(belief.possible() & shown);
                looks.add(holds.atom());
            }
            if (!checker.isSo(need)) {
                seen = episode.tongue().refused(need.says());
                break;
            }
        }
        if (seen == null) {
            belief = task.outcome(belief, action, task.reference());
            looks.addAll(action.looks());
            shown &= shown(action.looks());
            looked.add(world.place(belief.settled()));
            if (action.place() != null) {
                looked.add(action.place());
            }
            seen = world.observe(action, values());
        }
        evidence.add(shown);
        learn(looks);
        return seen;
    }

    /** The worlds that agree with the real one on {@code atoms}. */
    private long shown(List<Atom> atoms) {
        long shown = -1;
        for (var atom : atoms) {
            long yes = task.allowing(atom, belief.settled());
            shown &= task.holds(atom, belief.settled(), task.reference()) ? yes : ~yes;
        }
        return shown;
    }

    /** Writes down what can be known now, and from where. */
    private void learn(List<Atom> seen) {
        int now = evidence.size() - 1;
        var trusted = task.trusting(belief);
        for (int v = 0; v < task.variables().size(); v++) {
            if (task.start().settled()[v] >= 0) {
                continue; // it was never hidden
            }
            int value = task.known(v, trusted);
            if (value < 0) {
                known.remove(v); // a note said so that was found wrong
                continue;
            }
            boolean certain = task.known(v, belief) >= 0;
            int variable = v;
            var source = belief.settled()[v] >= 0
                    ? Source.DONE
                    : !certain
                            ? Source.NOTE
                            : seen.stream().anyMatch(a -> a.equals(Atom.is(variable, value))) ? Source.SEEN : Source.INFERRED;
            var words = task.variables().get(v).values().get(value);
            var old = known.get(v);
            if (old == null || !old.value.equals(words) || old.source == Source.NOTE && source != Source.NOTE
                    || old.source == Source.INFERRED && source == Source.SEEN) {
                known.put(v, new Known(task.variables().get(v).name(), words, source, now));
            }
        }
    }

    /** The commands of the menu that the world would accept. */
    public List<String> legal() {
        return world.menu(belief.settled()).stream().filter(a -> a.needs().stream().allMatch(checker::isSo)).map(Action::text).toList();
    }

    /** The commands of the menu that the checker finds good. */
    public List<String> good() {
        return world.menu(belief.settled()).stream().map(Action::text).filter(text -> checker.judge(text).good()).toList();
    }

    /** The real world, by variable. */
    public Map<String, String> reference() {
        var all = new LinkedHashMap<String, String>();
        int[] values = values();
        for (int v = 0; v < values.length; v++) {
            var variable = task.variables().get(v);
            all.put(variable.name(), variable.values().get(values[v]));
        }
        return all;
    }

    /** All that was done. */
    public List<Step> steps() {
        return List.copyOf(steps);
    }

    /** All that was shown. */
    public List<Shown> view() {
        return List.copyOf(view);
    }

    /** What can be known of what is hidden. */
    public List<Known> known() {
        return List.copyOf(known.values());
    }

    /** How many worlds agree with all that was seen. */
    public int possible() {
        return Long.bitCount(belief.possible());
    }

    /** Whether it has ended. */
    public boolean over() {
        return over;
    }

    /** The sum so far: at the goal 1 − 0.9·steps/limit, as in MiniGrid, else 0. */
    public double reward() {
        return reward;
    }

    /** Whether it ended at the goal. */
    public boolean succeeded() {
        return over && reward > 0;
    }

    /** The values of all variables. */
    int[] values() {
        return task.values(belief.settled(), task.reference());
    }

    Belief belief() {
        return belief;
    }

    /** What somebody believes who remembers what the last {@code memory} steps showed, and all that was done. */
    Belief belief(int memory) {
        long possible = task.start().possible();
        for (var one : evidence.subList(Math.max(0, evidence.size() - memory), evidence.size())) {
            possible &= one;
        }
        return belief.with(possible);
    }

    /** Whether the world has answered this before; only the agent has changed it since. */
    boolean told(Presupposition one) {
        return told.contains(one);
    }

    boolean looked(@Nullable String place) {
        return place == null || looked.contains(place);
    }
}
