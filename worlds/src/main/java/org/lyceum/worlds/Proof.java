package org.lyceum.worlds;

import java.util.List;

/** Why a fact holds: a tree whose leaves are facts that the world was given. */
public sealed interface Proof {
    /** What is shown. */
    Fact fact();

    /** The fact was given. */
    record Given(Fact fact) implements Proof {
    }

    /** An event began it, and no later event up to the year in question ended it. */
    record Persists(Fact fact, Fact event) implements Proof {
    }

    /** It follows by {@code rule} from {@code premises}, in the order of the rule's path, then the births that its guard compares. */
    record Follows(Fact fact, Rule rule, List<Proof> premises) implements Proof {
    }

    /** How many given facts it rests on, counted at each place where they stand: the hops of a question about it. */
    default int hops() {
        return switch (this) {
            case Given _,Persists _ -> 1;
            case Follows follows -> follows.premises().stream().mapToInt(Proof::hops).sum();
        };
    }

    /** The given facts at its leaves, left to right. */
    default List<Fact> leaves() {
        return switch (this) {
            case Given given -> List.of(given.fact());
            case Persists persists -> List.of(persists.event());
            case Follows follows -> follows.premises().stream().flatMap(p -> p.leaves().stream()).toList();
        };
    }
}
