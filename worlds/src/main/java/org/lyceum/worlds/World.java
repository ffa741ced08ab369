package org.lyceum.worlds;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.lyceum.foundation.UserError;
import org.lyceum.worlds.Relation.Sort;

/**
 * Entities and the facts that are given about them; {@link State} holds what follows in a year. A world never changes: an edit or a
 * supposition is another world over the same entities. Not for several threads at once.
 */
public final class World {
    /** The first year that people are born in. */
    public static final int FIRST_YEAR = 1920;
    /** The present of every world: sentences in the present tense are about it. */
    public static final int NOW = 2000;

    private static final int KEPT_STATES = 8;

    private final long seed;
    private final List<Entity> entities;
    private final List<Fact> given;
    private final Set<Fact> all;
    private final Map<Integer, State> states = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, State> eldest) {
            return size() > KEPT_STATES;
        }
    };

    /** A world of what is given, in any order; each subject has at most one event of a slot in a year. */
    World(long seed, List<Entity> entities, List<Fact> given) {
        this.seed = seed;
        this.entities = List.copyOf(entities);
        this.given = given.stream().distinct().sorted(Comparator.comparingInt(Fact::year)).toList();
        this.all = new HashSet<>(this.given);
    }

    /**
     * A world of about so many people, with the places, things and jobs that go with them; the same for the same arguments.
     *
     * @throws UserError if {@code people} is below 4 or above ten million
     */
    public static World of(long seed, int people) {
        if (people < 4 || people > 10_000_000) {
            throw UserError.usage("A world has from 4 to 10000000 people, not " + people + ".");
        }
        return new WorldMaker(seed, people).make();
    }

    /** The seed that it was made from. */
    public long seed() {
        return seed;
    }

    /** Everything that it knows of, by id. */
    public List<Entity> entities() {
        return entities;
    }

    /** The entity of that id. */
    public Entity entity(int id) {
        return entities.get(id);
    }

    /** Everything of a kind, in order. */
    public List<Entity> entities(Kind kind) {
        return entities.stream().filter(e -> e.kind() == kind).toList();
    }

    /** Years come first: the id of a year is its distance from this one. */
    static final int YEAR_ZERO = FIRST_YEAR - 20;

    /** The id of a year from {@link #YEAR_ZERO} to {@link #NOW}. */
    public int year(int number) {
        return number - YEAR_ZERO;
    }

    /** The number of the year with that id. */
    public int number(int id) {
        return id + YEAR_ZERO;
    }

    /** The facts that it was given, by year. */
    public List<Fact> given() {
        return given;
    }

    /** What holds in a year. */
    public State at(int year) {
        var known = states.get(year);
        if (known == null) {
            known = new State(this, year);
            states.put(year, known);
        }
        return known;
    }

    /** What holds now. */
    public State now() {
        return at(NOW);
    }

    /** Whether a claim is true: an event of that year, or any other relation in that year. */
    public boolean holds(Fact claim) {
        return claim.relation().sort() == Sort.EVENT
                ? all.contains(claim)
                : at(claim.year()).holds(claim.relation(), claim.subject(), claim.object());
    }

    /** Why a claim is true, or nothing if it is not. */
    public Optional<Proof> prove(Fact claim) {
        if (claim.relation().sort() == Sort.EVENT) {
            return all.contains(claim) ? Optional.of(new Proof.Given(claim)) : Optional.empty();
        }
        return at(claim.year()).prove(claim.relation(), claim.subject(), claim.object());
    }

    /** Every claim that is true now, with every event: for small worlds. */
    public List<Fact> truths() {
        var truths = new ArrayList<Fact>();
        for (var relation : Relation.values()) {
            if (relation.sort() == Sort.EVENT) {
                given.stream().filter(f -> f.relation() == relation).forEach(truths::add);
            } else {
                now().each(relation, truths::add);
            }
        }
        return truths;
    }

    /** The world in which each given fact is what {@code edit} makes of it, or is left out. */
    public World edited(Function<Fact, Optional<Fact>> edit) {
        return new World(seed, entities, given.stream().flatMap(f -> edit.apply(f).stream()).toList());
    }

    /**
     * The world of the same entities in which only {@code facts} are given: what somebody knows who was told just these, states and what follows
     * by rules among them.
     */
    public World knowingOnly(List<Fact> facts) {
        return new World(seed, entities, facts);
    }
}
