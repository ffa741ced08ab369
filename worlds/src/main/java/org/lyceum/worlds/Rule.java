package org.lyceum.worlds;

import static org.lyceum.worlds.Relation.ANCESTOR;
import static org.lyceum.worlds.Relation.AUNT_OR_UNCLE;
import static org.lyceum.worlds.Relation.BUILDING_IN;
import static org.lyceum.worlds.Relation.CARRIED_BY;
import static org.lyceum.worlds.Relation.CHILD;
import static org.lyceum.worlds.Relation.COLLEAGUE;
import static org.lyceum.worlds.Relation.COUSIN;
import static org.lyceum.worlds.Relation.GRANDCHILD;
import static org.lyceum.worlds.Relation.GRANDPARENT;
import static org.lyceum.worlds.Relation.KEPT_IN;
import static org.lyceum.worlds.Relation.LIVES_IN;
import static org.lyceum.worlds.Relation.LIVES_IN_COUNTRY;
import static org.lyceum.worlds.Relation.NIECE_OR_NEPHEW;
import static org.lyceum.worlds.Relation.OLDER_SIBLING;
import static org.lyceum.worlds.Relation.PARENT;
import static org.lyceum.worlds.Relation.PARENT_IN_LAW;
import static org.lyceum.worlds.Relation.SIBLING;
import static org.lyceum.worlds.Relation.SPOUSE;
import static org.lyceum.worlds.Relation.THING_IN_TOWN;
import static org.lyceum.worlds.Relation.TOWN_IN;
import static org.lyceum.worlds.Relation.WORKS_AT;
import static org.lyceum.worlds.Relation.WORKS_IN_TOWN;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A Horn clause whose body is a path: {@code head(x, z)} follows from {@code first(x, y)} and {@code second(y, z)}, each taken forwards or
 * backwards, if the guard lets it. A path of one step has no y. Only {@link Relation#ANCESTOR} stands in its own body, as the second step.
 *
 * @param head what follows
 * @param path one step or two
 * @param guard what must hold besides
 */
public record Rule(Relation head, List<Step> path, Guard guard) {
    /** One atom of the body, backwards for {@code relation(y, x)}. */
    public record Step(Relation relation, boolean backwards) {
        @Override
        public String toString() {
            return relation + (backwards ? "⁻¹" : "");
        }
    }

    /** What must hold of x and z besides the body. */
    public enum Guard {
        NONE, DIFFERENT, OBJECT_BORN_EARLIER
    }

    /** Every rule, what a head needs before the head. */
    public static final List<Rule> ALL = List.of(
            rule(CHILD, Guard.NONE, back(PARENT)),
            rule(SIBLING, Guard.DIFFERENT, step(PARENT), back(PARENT)),
            rule(OLDER_SIBLING, Guard.OBJECT_BORN_EARLIER, step(SIBLING)),
            rule(GRANDPARENT, Guard.NONE, step(PARENT), step(PARENT)),
            rule(GRANDCHILD, Guard.NONE, back(GRANDPARENT)),
            rule(AUNT_OR_UNCLE, Guard.NONE, step(PARENT), step(SIBLING)),
            rule(NIECE_OR_NEPHEW, Guard.NONE, back(AUNT_OR_UNCLE)),
            rule(COUSIN, Guard.NONE, step(AUNT_OR_UNCLE), step(CHILD)),
            rule(PARENT_IN_LAW, Guard.NONE, step(SPOUSE), step(PARENT)),
            rule(ANCESTOR, Guard.NONE, step(PARENT)),
            rule(ANCESTOR, Guard.NONE, step(PARENT), step(ANCESTOR)),
            rule(LIVES_IN_COUNTRY, Guard.NONE, step(LIVES_IN), step(TOWN_IN)),
            rule(WORKS_IN_TOWN, Guard.NONE, step(WORKS_AT), step(BUILDING_IN)),
            rule(COLLEAGUE, Guard.DIFFERENT, step(WORKS_AT), back(WORKS_AT)),
            rule(THING_IN_TOWN, Guard.NONE, step(CARRIED_BY), step(LIVES_IN)),
            rule(THING_IN_TOWN, Guard.NONE, step(KEPT_IN), step(BUILDING_IN)));

    /** The rules for {@code head}. */
    static List<Rule> of(Relation head) {
        return ALL.stream().filter(rule -> rule.head == head).toList();
    }

    boolean recursive() {
        return path.getLast().relation() == head;
    }

    private static Rule rule(Relation head, Guard guard, Step... path) {
        return new Rule(head, List.of(path), guard);
    }

    private static Step step(Relation relation) {
        return new Step(relation, false);
    }

    private static Step back(Relation relation) {
        return new Step(relation, true);
    }

    @Override
    public String toString() {
        return head + " ← " + path.stream().map(Step::toString).collect(Collectors.joining(" ∘ "))
                + (guard == Guard.NONE ? "" : " [" + guard + "]");
    }
}
