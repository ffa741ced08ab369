package org.lyceum.worlds;

import java.util.List;
import java.util.Set;

/**
 * A question with all that it takes to judge an answer by rule.
 *
 * @param type what it takes to answer it
 * @param language what it is asked in
 * @param text the question, after the supposition or correction that it may begin with
 * @param expected the answer
 * @param answers the answer in words; any one will do
 * @param proofs why, one for each fact that the answer says
 * @param steps the way to a number, in words, right and wrong
 * @param reference the world in which the answer is true: another than the one that it was made in for suppositions and corrections
 * @param view what was shown
 * @param dependents for a correction: what else it made true
 */
public record Question(Type type, Language language, String text, Expected expected, List<String> answers, List<Proof> proofs,
        List<Step> steps,
        World reference, View view, List<Fact> dependents) {
    /** What a question takes. */
    public enum Type {
        ONE_HOP, MANY_HOPS, TIME, COUNTING, ARITHMETIC, UNANSWERABLE, FALSE_PREMISE, COUNTERFACTUAL, EDIT, SOURCES
    }

    /** What a right answer says. */
    public sealed interface Expected {
        /** One of these entities. */
        record Entities(Set<Integer> ids) implements Expected {
        }

        /** This number. */
        record Number(int value) implements Expected {
        }

        /** That it cannot be known from what was shown; {@code hidden} is what would be true. */
        record Abstain(Set<Integer> hidden) implements Expected {
        }

        /** That the person whom the question speaks of does not exist. */
        record Nobody(Claim.Nobody claim) implements Expected {
        }
    }

    /** One line of a calculation. */
    public record Step(String text, boolean correct) {
    }

    /** How many given facts the answer rests on. */
    public int hops() {
        return proofs.stream().mapToInt(Proof::hops).sum();
    }
}
