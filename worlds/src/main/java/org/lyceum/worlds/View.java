package org.lyceum.worlds;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a model was shown.
 *
 * @param shown the sentences, in order
 * @param policy which source wins where two differ
 */
public record View(List<Shown> shown, Policy policy) {
    /** A sentence, what it says, where it stood, and the year that its source is of. */
    public record Shown(String sentence, Fact fact, String source, int date) {
    }

    /** Which of two sources wins that give one thing two answers. NONE believes both. */
    public enum Policy {
        NEWEST, FIRST, NONE
    }

    /** What somebody knows who was shown this, and knows the rules and the names of everything in {@code world}. */
    public World known(World world) {
        Map<List<Object>, Shown> winners = new HashMap<>();
        var facts = new ArrayList<Fact>();
        for (var one : shown) {
            if (policy == Policy.NONE || !one.fact.relation().single()) {
                facts.add(one.fact);
            } else {
                winners.merge(List.of(one.fact.relation(), one.fact.subject(), one.fact.year()), one,
                        (a, b) -> policy == Policy.NEWEST && b.date > a.date ? b : a);
            }
        }
        winners.values().forEach(one -> facts.add(one.fact));
        return world.knowingOnly(facts.stream().map(View::since).toList());
    }

    /** A lasting fact that is told now was so all along. */
    private static Fact since(Fact fact) {
        return fact.relation().sort() == Relation.Sort.LASTING ? new Fact(fact.relation(), fact.subject(), fact.object(), 0) : fact;
    }
}
