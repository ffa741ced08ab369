package org.lyceum.worlds;

import org.jspecify.annotations.Nullable;

/** What a sentence says of a world, true or not. */
public sealed interface Claim {
    /**
     * That a fact holds.
     *
     * @param agrees whether the words fit the genders of those that they are about: false of "Ana is Luis's brother", which is then not true
     */
    record Holds(Fact fact, boolean agrees) implements Claim {
    }

    /** That nobody of {@code gender} is the subject's {@code relation} now. */
    record Nobody(Relation relation, int subject, Gender gender) implements Claim {
    }

    /** Whether it is true. */
    default boolean trueIn(World world) {
        return switch (this) {
            case Holds holds -> holds.agrees() && world.holds(holds.fact());
            case Nobody nobody -> witness(world, nobody) == null;
        };
    }

    private static @Nullable Integer witness(World world, Nobody nobody) {
        for (int object : world.now().objects(nobody.relation(), nobody.subject())) {
            if (world.entity(object).gender() == nobody.gender()) {
                return object;
            }
        }
        return null;
    }
}
