package org.lyceum.worlds;

import static org.lyceum.worlds.Asking.pick;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.lyceum.worlds.Question.Expected;
import org.lyceum.worlds.Question.Step;
import org.lyceum.worlds.Question.Type;

/** Word problems with steps, right and wrong. */
final class Arithmetic {
    private final Asking asking;

    Arithmetic(Asking asking) {
        this.asking = asking;
    }

    /** The ages of two people in a year, added or subtracted, step by step; a wrong step has one slip. */
    Optional<Question> ages(RandomGenerator random) {
        int a = pick(asking.people, random).id();
        int b = pick(asking.people, random).id();
        int year = 1960 + random.nextInt(World.NOW - 1959);
        int bornA = born(a);
        int bornB = born(b);
        if (a == b || bornA >= year || bornB >= year || bornA == bornB) {
            return Optional.empty();
        }
        boolean sum = random.nextBoolean();
        int ageA = year - bornA;
        int ageB = year - bornB;
        int result = sum ? ageA + ageB : Math.abs(ageA - ageB);
        int slip = (random.nextBoolean() ? 1 : -1) * (1 + random.nextInt(3));
        int slipped = Math.max(0, ageA + slip);
        var steps = new ArrayList<Step>();
        steps.add(new Step(age(a, bornA, year, ageA), true));
        steps.add(new Step(age(b, bornB, year, ageB), true));
        steps.add(new Step(combined(sum, ageA, ageB, result), true));
        steps.add(new Step(age(a, bornA, year, slipped == ageA ? ageA + 1 : slipped), false));
        steps.add(new Step(combined(sum, ageA, ageB, result + 1 + random.nextInt(4)), false));
        var now = asking.world.now();
        var proofs = List.of(now.prove(Relation.BORN_IN_YEAR, a, asking.world.year(bornA)).orElseThrow(),
                now.prove(Relation.BORN_IN_YEAR, b, asking.world.year(bornB)).orElseThrow());
        return Optional.of(new Question(Type.ARITHMETIC, asking.language,
                Wording.ages(sum, asking.realiser.name(a), asking.realiser.name(b), year, asking.language), new Expected.Number(result),
                List.of(String.valueOf(result)), proofs, List.copyOf(steps), asking.world, asking.view(proofs, random), List.of()));
    }

    private String age(int person, int born, int year, int age) {
        return (asking.language == Language.EN ? "%s was %d - %d = %d years old in %d." : "%s tenía %d - %d = %d años en %d.")
                .formatted(asking.realiser.name(person), year, born, age, year);
    }

    private String combined(boolean sum, int a, int b, int result) {
        var expression = sum ? a + " + " + b : Math.max(a, b) + " - " + Math.min(a, b);
        var words = switch (asking.language) {
            case EN -> sum ? "Together that makes %s = %d." : "The difference is %s = %d.";
            case ES -> sum ? "En total son %s = %d." : "La diferencia es %s = %d.";
        };
        return words.formatted(expression, result);
    }

    private int born(int person) {
        return asking.world.number(asking.world.now().objects(Relation.BORN_IN_YEAR, person)[0]);
    }
}
