package org.lyceum.worlds.episodes;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.lyceum.worlds.episodes.Verdict.Outcome;
import org.lyceum.worlds.episodes.Verdict.Support;

/**
 * Decides by rule what an action is, whoever chose it. A wrong belief takes something for granted that is false in the reference world. A
 * bad plan takes only true things for granted and yet begins no shortest plan, whichever of the worlds that agree with the view is the
 * real one; so to go the shortest way to where what is needed may be is never a bad plan, and to look again where one has looked always
 * is.
 */
final class ActionChecker {
    private final Play play;
    private final Episode episode;
    private final EpisodeWorld world;
    private final Task task;

    ActionChecker(Play play) {
        this.play = play;
        this.episode = play.episode();
        this.world = episode.world();
        this.task = world.task();
    }

    Verdict judge(String command) {
        var parsed = world.parse(command, play.belief().settled());
        if (parsed.isEmpty()) {
            return new Verdict(Outcome.INVALID, false, Support.UNSEEN, episode.tongue().noCommand(), left(play.belief()));
        }
        var action = parsed.get();
        var all = Stream.concat(action.needs().stream(), action.claims().stream()).toList();
        var wrong = all.stream().filter(one -> !isSo(one)).findFirst();
        var support = support(all);
        if (action.abstains()) {
            boolean right = wrong.isEmpty() && support == Support.SUPPORTED;
            return new Verdict(Outcome.ABSTENTION, right, support,
                    right ? "" : wrong.map(this::isFalse).orElseGet(() -> unseen(all.getFirst())),
                    right ? 0 : -1);
        }
        if (wrong.isPresent()) {
            boolean refused = action.needs().contains(wrong.get());
            return new Verdict(Outcome.WRONG_BELIEF, false, support(wrong.get()), isFalse(wrong.get()),
                    left(refused ? play.belief() : after(action)));
        }
        var after = after(action);
        int left = left(after);
        int before = left(play.belief());
        boolean good = left >= 0 && left < before || begins(play.belief(), action) || begins(task.trusting(play.belief()), action);
        return new Verdict(good ? Outcome.GOOD : Outcome.BAD_PLAN, good, support,
                good ? "" : episode.tongue().say("no shortest way begins so", "ningún camino más corto empieza así"), left);
    }

    private String isFalse(Presupposition wrong) {
        return episode.tongue().say("it takes this for granted, which is false: ", "da por hecho esto, que es falso: ") + wrong.says();
    }

    private String unseen(Presupposition right) {
        return episode.tongue().say("it takes this for granted, which nothing seen so far shows: ",
                "da por hecho esto, que nada de lo visto muestra: ")
                + right.says();
    }

    /** Whether what is presupposed is so in the reference world. */
    boolean isSo(Presupposition one) {
        return one instanceof Presupposition.Holds holds && task.holds(holds.atom(), play.belief().settled(), task.reference());
    }

    private Support support(List<Presupposition> all) {
        return all.isEmpty() ? Support.SUPPORTED : Collections.max(all.stream().map(this::support).toList(), Comparator.naturalOrder());
    }

    private Support support(Presupposition one) {
        if (play.told(one)) {
            return isSo(one) ? Support.SUPPORTED : Support.CONTRADICTED;
        }
        var trusted = task.trusting(play.belief());
        return switch (one) {
            case Presupposition.Missing missing -> play.looked(missing.place()) ? Support.CONTRADICTED : Support.UNSEEN;
            case Presupposition.Another another -> task.known(another.variable(), trusted) >= 0 ? Support.CONTRADICTED : Support.UNSEEN;
            case Presupposition.Holds holds -> {
                long yes = task.allowing(holds.atom(), trusted.settled());
                yield !play.looked(holds.place()) || (trusted.possible() & yes) != 0 && (trusted.possible() & ~yes) != 0
                        ? Support.UNSEEN
                        : (trusted.possible() & yes) != 0 ? Support.SUPPORTED : Support.CONTRADICTED;
            }
        };
    }

    /** What is believed after an action that the world accepts, whose needs are then known to have held. */
    private Belief after(Action action) {
        var belief = play.belief();
        for (var need : action.needs()) {
            if (need instanceof Presupposition.Holds holds) {
                belief = belief.with(belief.possible() & task.allowing(holds.atom(), belief.settled()));
            }
        }
        return task.outcome(belief, action, task.reference());
    }

    private int left(Belief belief) {
        int left = episode.graph(belief).distance(belief, task.reference());
        return left == BeliefGraph.NEVER ? -1 : left;
    }

    /** Whether a shortest plan begins with {@code action} in one of the worlds that {@code belief} has. */
    private boolean begins(Belief belief, Action action) {
        if (!task.knows(belief, action)) {
            return false;
        }
        var graph = episode.graph(belief);
        for (long left = belief.possible(); left != 0; left &= left - 1) {
            int in = Long.numberOfTrailingZeros(left);
            int distance = graph.distance(belief, in);
            if (distance != BeliefGraph.NEVER && graph.distance(task.outcome(belief, action, in), in) == distance - 1) {
                return true;
            }
        }
        return false;
    }
}
