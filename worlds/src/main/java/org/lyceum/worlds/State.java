package org.lyceum.worlds;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.lyceum.worlds.Relation.Sort;
import org.lyceum.worlds.Rule.Guard;
import org.lyceum.worlds.Rule.Step;
import org.lyceum.worlds.Table.Pairs;

/**
 * Everything that holds in one year but events, derived bottom-up: the states from the last event of each slot, then each rule's head as a
 * composition of two {@link Table}s, in the order of {@link Rule#ALL}; a recursive head in rounds of what the last round added (semi-naive
 * evaluation; Bancilhon and Ramakrishnan 1986, section 3.2).
 */
public final class State {
    private final World world;
    private final int year;
    private final Map<Relation, Table> tables = new EnumMap<>(Relation.class);
    /** For each slot, the event that each subject's state comes from, as a place in the world's given facts, or -1. */
    private final Map<Relation, int[]> last = new EnumMap<>(Relation.class);

    State(World world, int year) {
        this.world = world;
        this.year = year;
        given();
        for (var relation : Relation.values()) {
            if (relation.sort() == Sort.DERIVED) {
                tables.put(relation, derive(relation));
            }
        }
    }

    /** The year in which all this holds. */
    public int year() {
        return year;
    }

    /** Whether the relation, which is not an event, holds. */
    public boolean holds(Relation relation, int subject, int object) {
        return table(relation).contains(subject, object);
    }

    /** What {@code subject} has for {@code relation}, by id, in order. */
    public int[] objects(Relation relation, int subject) {
        return table(relation).objects(subject);
    }

    /** What has {@code object} for {@code relation}, by id, in order. */
    public int[] subjects(Relation relation, int object) {
        return table(relation).inverse().objects(object);
    }

    /** How many facts hold. */
    public long size() {
        return tables.values().stream().mapToLong(Table::size).sum();
    }

    /** How many facts of one relation hold. */
    public int size(Relation relation) {
        return table(relation).size();
    }

    /** Goes through every fact of {@code relation}. */
    public void each(Relation relation, Consumer<Fact> action) {
        var table = table(relation);
        for (int s = 0; s < world.entities().size(); s++) {
            for (int i = table.from(s); i < table.to(s); i++) {
                action.accept(new Fact(relation, s, table.object(i), year));
            }
        }
    }

    /** Every fact that holds: for small worlds. */
    public Set<Fact> facts() {
        var facts = new HashSet<Fact>();
        tables.keySet().forEach(relation -> each(relation, facts::add));
        return facts;
    }

    /** Why the relation holds, or nothing if it does not. */
    public Optional<Proof> prove(Relation relation, int subject, int object) {
        if (!holds(relation, subject, object)) {
            return Optional.empty();
        }
        var fact = new Fact(relation, subject, object, year);
        return Optional.of(switch (relation.sort()) {
            case STATE -> new Proof.Persists(fact, world.given().get(slot(relation)[subject]));
            case DERIVED -> follows(fact);
            case LASTING, EVENT -> new Proof.Given(fact);
        });
    }

    private Table table(Relation relation) {
        var table = tables.get(relation);
        if (table == null) {
            throw new IllegalArgumentException(relation + " is an event; ask the world.");
        }
        return table;
    }

    private int[] slot(Relation relation) {
        return last.computeIfAbsent(relation.slot(), _ -> {
            var none = new int[world.entities().size()];
            Arrays.fill(none, -1);
            return none;
        });
    }

    private void given() {
        var pairs = new EnumMap<Relation, Pairs>(Relation.class);
        for (var relation : Relation.values()) {
            if (relation.sort() != Sort.EVENT) {
                pairs.put(relation, new Pairs());
            }
        }
        var given = world.given();
        for (int i = 0; i < given.size() && given.get(i).year() <= year; i++) {
            var fact = given.get(i);
            var state = begun(fact);
            if (state != null) {
                slot(state)[fact.subject()] = i;
            }
            if (fact.relation().sort() == Sort.LASTING || fact.relation().sort() == Sort.DERIVED) {
                pairsOf(pairs, fact.relation()).add(fact.subject(), fact.object());
            }
        }
        for (var events : last.values()) {
            for (int event : events) {
                if (event >= 0) {
                    var fact = given.get(event);
                    pairsOf(pairs, Objects.requireNonNull(begun(fact))).add(fact.subject(), fact.object());
                }
            }
        }
        pairs.forEach((relation, list) -> tables.put(relation, Table.of(world.entities().size(), list)));
    }

    /** The state that a given fact begins: an event's, or itself where somebody was told of a state. */
    private static @Nullable Relation begun(Fact fact) {
        return fact.relation().sort() == Sort.STATE ? fact.relation() : fact.relation().begins();
    }

    private static Pairs pairsOf(Map<Relation, Pairs> pairs, Relation relation) {
        return pairs.computeIfAbsent(relation, _ -> new Pairs());
    }

    private Table derive(Relation head) {
        int entities = world.entities().size();
        var rules = Rule.of(head);
        var told = table(head); // facts of the head that are given, in worlds of what somebody was told
        var found = new Pairs();
        var seen = new int[entities]; // the subject, plus one, that an object was last found for
        for (int x = 0; x < entities; x++) {
            for (int i = told.from(x); i < told.to(x); i++) {
                int z = told.object(i);
                if (seen[z] != x + 1) { // told twice, in two years
                    seen[z] = x + 1;
                    found.add(x, z);
                }
            }
            for (var rule : rules) {
                if (!rule.recursive()) {
                    walk(rule, x, seen, found);
                }
            }
        }
        var all = Table.of(entities, found);
        for (var rule : rules) {
            if (rule.recursive()) {
                all = close(rule, found, all);
            }
        }
        return all;
    }

    /** Adds what the rule gives for {@code x} and was not found for it before. */
    private void walk(Rule rule, int x, int[] seen, Pairs found) {
        var first = along(rule.path().getFirst());
        for (int i = first.from(x); i < first.to(x); i++) {
            int y = first.object(i);
            if (rule.path().size() == 1) {
                keep(rule, x, y, seen, found);
                continue;
            }
            var second = along(rule.path().getLast());
            for (int j = second.from(y); j < second.to(y); j++) {
                keep(rule, x, second.object(j), seen, found);
            }
        }
    }

    private void keep(Rule rule, int x, int z, int[] seen, Pairs found) {
        if (seen[z] != x + 1 && guarded(rule, x, z)) {
            seen[z] = x + 1;
            found.add(x, z);
        }
    }

    private boolean guarded(Rule rule, int x, int z) {
        return switch (rule.guard()) {
            case NONE -> true;
            case DIFFERENT -> x != z;
            case OBJECT_BORN_EARLIER -> born(z) < born(x);
        };
    }

    private int born(int person) {
        var years = table(Relation.BORN_IN_YEAR);
        // Who has no year of birth is older and younger than nobody.
        return years.from(person) == years.to(person) ? Integer.MAX_VALUE : world.number(years.object(years.from(person)));
    }

    /** Rounds of {@code rule}, whose last step is its head, over what the round before added. */
    private Table close(Rule rule, Pairs found, Table base) {
        int entities = world.entities().size();
        var all = new HashSet<Long>();
        for (int i = 0; i < found.size(); i++) {
            all.add((long) found.subject(i) << 32 | found.object(i));
        }
        var first = along(rule.path().getFirst());
        var delta = base;
        while (delta.size() > 0) {
            var fresh = new Pairs();
            for (int x = 0; x < entities; x++) {
                for (int i = first.from(x); i < first.to(x); i++) {
                    int y = first.object(i);
                    for (int j = delta.from(y); j < delta.to(y); j++) {
                        int z = delta.object(j);
                        if (guarded(rule, x, z) && all.add((long) x << 32 | z)) {
                            fresh.add(x, z);
                            found.add(x, z);
                        }
                    }
                }
            }
            delta = Table.of(entities, fresh);
        }
        return Table.of(entities, found);
    }

    private Table along(Step step) {
        return step.backwards() ? table(step.relation()).inverse() : table(step.relation());
    }

    /** The first rule, and the first y in order, that gives the fact; else it was told. A recursive rule comes last, and its first step goes up a tree. */
    private Proof follows(Fact fact) {
        for (var rule : Rule.of(fact.relation())) {
            if (!guarded(rule, fact.subject(), fact.object())) {
                continue;
            }
            var first = rule.path().getFirst();
            if (rule.path().size() == 1) {
                if (along(first).contains(fact.subject(), fact.object())) {
                    var premises = new ArrayList<Proof>();
                    premises.add(premise(first, fact.subject(), fact.object()));
                    if (rule.guard() == Guard.OBJECT_BORN_EARLIER) {
                        premises.add(birth(fact.object()));
                        premises.add(birth(fact.subject()));
                    }
                    return new Proof.Follows(fact, rule, List.copyOf(premises));
                }
                continue;
            }
            var second = rule.path().getLast();
            for (int y : along(first).objects(fact.subject())) {
                if (along(second).contains(y, fact.object())) {
                    var premises = new ArrayList<Proof>();
                    premises.add(premise(first, fact.subject(), y));
                    premises.add(premise(second, y, fact.object()));
                    return new Proof.Follows(fact, rule, List.copyOf(premises));
                }
            }
        }
        return new Proof.Given(fact);
    }

    private Proof birth(int person) {
        return prove(Relation.BORN_IN_YEAR, person, table(Relation.BORN_IN_YEAR).objects(person)[0]).orElseThrow();
    }

    private Proof premise(Step step, int from, int to) {
        return (step.backwards() ? prove(step.relation(), to, from) : prove(step.relation(), from, to)).orElseThrow();
    }
}
