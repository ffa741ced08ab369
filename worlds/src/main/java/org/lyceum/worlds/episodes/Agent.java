package org.lyceum.worlds.episodes;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Agents that follow a rule, to compare others with. */
public enum Agent {
    /** Any command that the world accepts, but never to give up. */
    RANDOM {
        @Override
        public String choose(Play play, RandomGenerator random) {
            return any(play, random);
        }
    },
    /**
     * Plans like {@link #CAREFUL}, but remembers only what it did and what the last two steps showed, and believes the note, which it has
     * before its eyes, until what it remembers speaks against it.
     */
    FORGETFUL {
        @Override
        public String choose(Play play, RandomGenerator random) {
            return hopeful(play, play.episode().world().task().trusting(play.belief(MEMORY))).orElseGet(() -> any(play, random));
        }
    },
    /**
     * Never guesses, believes only what it saw, and plans as if the best of the worlds that there may be were the real one, anew at each
     * step: the free-space assumption (Koenig and Smirnov 2005, section 1).
     */
    CAREFUL {
        @Override
        public String choose(Play play, RandomGenerator random) {
            return hopeful(play, play.belief()).orElseGet(() -> any(play, random));
        }
    },
    /** Follows the optimal plan, which knows where to look first. No agent that never guesses is faster. */
    OPTIMAL {
        @Override
        public String choose(Play play, RandomGenerator random) {
            var task = play.episode().world().task();
            var best = play.episode().graph(play.belief()).shortest(play.belief(), task.reference());
            return best.isEmpty() ? any(play, random) : best.getFirst().text();
        }
    };

    private static final int MEMORY = 2;

    /** The next command, in an episode that is not over. */
    public abstract String choose(Play play, RandomGenerator random);

    private static String any(Play play, RandomGenerator random) {
        var giveUp = play.episode().tongue().giveUp();
        var legal = play.legal().stream().filter(text -> !text.equals(giveUp)).toList();
        return legal.get(random.nextInt(legal.size()));
    }

    private record Path(Belief belief, String first) {
    }

    /** How a shortest way begins that leads to the goal if all turns out for the best. */
    private static Optional<String> hopeful(Play play, Belief from) {
        var world = play.episode().world();
        var task = world.task();
        var seen = new HashSet<>(List.of(from));
        var open = new ArrayDeque<>(List.of(new Path(from, "")));
        while (!open.isEmpty()) {
            var path = open.remove();
            for (var action : world.menu(path.belief.settled())) {
                if (!task.knows(path.belief, action)) {
                    continue;
                }
                for (var belief : task.outcomes(path.belief, action)) {
                    var first = path.first.isEmpty() ? action.text() : path.first;
                    if (!world.over(belief.settled())) {
                        if (seen.add(belief)) {
                            open.add(new Path(belief, first));
                        }
                    } else if (world.succeeded(task.values(belief.settled(), Long.numberOfTrailingZeros(belief.possible())))) {
                        return Optional.of(first);
                    }
                }
            }
        }
        return Optional.empty();
    }
}
