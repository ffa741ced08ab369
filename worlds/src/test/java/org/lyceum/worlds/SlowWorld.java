package org.lyceum.worlds;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.lyceum.worlds.Relation.Sort;
import org.lyceum.worlds.Rule.Step;

/**
 * The oracle: states by going through the years one by one, each beginning with what the year before left, and rules by naive forward
 * chaining: every rule over every pair of known facts, again and again, until a round adds nothing.
 */
final class SlowWorld {
    private SlowWorld() {
    }

    static Set<Fact> at(World world, int year) {
        var states = new HashMap<String, Fact>();
        var facts = new HashSet<Fact>();
        for (int now = 0; now <= year; now++) {
            for (var fact : world.given()) {
                if (fact.year() != now) {
                    continue;
                }
                var begins = fact.relation().begins();
                if (begins != null) {
                    var slot = begins == Relation.KEPT_IN || begins == Relation.CARRIED_BY ? "whereabouts" : begins.name();
                    states.put(slot + " " + fact.subject(), new Fact(begins, fact.subject(), fact.object(), year));
                }
                if (fact.relation().sort() == Sort.LASTING) {
                    facts.add(new Fact(fact.relation(), fact.subject(), fact.object(), year));
                }
            }
        }
        facts.addAll(states.values());
        var born = new HashMap<Integer, Integer>();
        facts.stream().filter(f -> f.relation() == Relation.BORN_IN_YEAR).forEach(f -> born.put(f.subject(), world.number(f.object())));
        while (facts.addAll(round(facts, born, year))) {
            continue;
        }
        return facts;
    }

    private static Set<Fact> round(Set<Fact> facts, Map<Integer, Integer> born, int year) {
        var fresh = new HashSet<Fact>();
        for (var rule : Rule.ALL) {
            for (var a : facts) {
                if (a.relation() != rule.path().getFirst().relation()) {
                    continue;
                }
                int x = from(rule.path().getFirst(), a);
                int y = to(rule.path().getFirst(), a);
                if (rule.path().size() == 1) {
                    conclude(rule, x, y, born, year, fresh);
                    continue;
                }
                for (var b : facts) {
                    if (b.relation() == rule.path().getLast().relation() && from(rule.path().getLast(), b) == y) {
                        conclude(rule, x, to(rule.path().getLast(), b), born, year, fresh);
                    }
                }
            }
        }
        return fresh;
    }

    private static void conclude(Rule rule, int x, int z, Map<Integer, Integer> born, int year, Set<Fact> fresh) {
        boolean guarded = switch (rule.guard()) {
            case NONE -> true;
            case DIFFERENT -> x != z;
            case OBJECT_BORN_EARLIER -> born.get(z) < born.get(x);
        };
        if (guarded) {
            fresh.add(new Fact(rule.head(), x, z, year));
        }
    }

    private static int from(Step step, Fact fact) {
        return step.backwards() ? fact.object() : fact.subject();
    }

    private static int to(Step step, Fact fact) {
        return step.backwards() ? fact.subject() : fact.object();
    }
}
