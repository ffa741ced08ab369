package org.lyceum.worlds;

import static org.lyceum.worlds.Asking.pick;
import static org.lyceum.worlds.Asking.told;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.lyceum.worlds.Asking.Asked;
import org.lyceum.worlds.Question.Type;
import org.lyceum.worlds.Relation.Sort;

/** Questions about another world than the one they were made in: one where something is supposed, or corrected. */
final class Changes {
    private final Asking asking;
    private final World world;
    private final List<Entity> towns;
    private final List<Fact> parents;

    Changes(Asking asking) {
        this.asking = asking;
        this.world = asking.world;
        this.towns = world.entities(Kind.TOWN);
        this.parents = world.given().stream().filter(f -> f.relation() == Relation.PARENT).toList();
    }

    /** Somebody moves, and something that follows from it is asked. */
    Optional<Question> move(RandomGenerator random) {
        var move = new Fact(Relation.MOVED_TO, pick(asking.people, random).id(), pick(towns, random).id(), World.NOW);
        var supposed = new ArrayList<>(world.given().stream().filter(f -> !(f.subject() == move.subject() && f.year() == World.NOW
                && f.relation() == Relation.MOVED_TO)).toList());
        supposed.add(move);
        var other = new World(world.seed(), world.entities(), supposed);
        return changed(Type.COUNTERFACTUAL, asking.language == Language.EN ? "Suppose this: " : "Imagina lo siguiente: ", move, other,
                random);
    }

    /** Somebody's father or mother is now somebody else, and something that follows from it is asked. */
    Optional<Question> parent(RandomGenerator random) {
        if (parents.isEmpty()) {
            return Optional.empty();
        }
        var old = pick(parents, random);
        var fresh = pick(asking.people, random);
        var edit = new Fact(Relation.PARENT, old.subject(), fresh.id(), old.year());
        if (fresh.gender() != world.entity(old.object()).gender() || fresh.id() == old.object() || born(fresh.id()) + 16 > old.year()
                || world.now().holds(Relation.ANCESTOR, fresh.id(), old.subject())) {
            return Optional.empty();
        }
        var edited = world.edited(f -> Optional.of(f.equals(old) ? edit : f));
        return changed(Type.EDIT, asking.language == Language.EN ? "Correction: " : "Corrección: ", told(edit), edited, random);
    }

    private int born(int person) {
        return world.number(world.now().objects(Relation.BORN_IN_YEAR, person)[0]);
    }

    private Optional<Question> changed(Type type, String before, Fact change, World other, RandomGenerator random) {
        var dependents = new ArrayList<Fact>();
        for (var relation : Relation.values()) {
            if (relation.sort() == Sort.DERIVED) {
                other.now().each(relation, fact -> {
                    if (!world.holds(fact)) {
                        dependents.add(fact);
                    }
                });
            }
        }
        var askable = dependents.stream().filter(f -> Wording.asked().contains(f.relation()) || f.relation().kinship()
                && asking.only(other, new Relative(f.relation(), world.entity(f.object()).gender()), f.subject()).isPresent()).toList();
        if (askable.isEmpty()) {
            return Optional.empty();
        }
        var fact = pick(askable, random);
        var text = Wording.ask(fact.relation(), asking.realiser.name(fact.subject()), world.entity(fact.object()).gender(),
                asking.language);
        var asked = new Asked(text, fact, List.of(other.prove(fact).orElseThrow()));
        var stated = asking.realiser.sentence(change, Phrasebook.of(asking.language).of(change.relation()).getFirst());
        return Optional.of(asking.question(type, before + stated + " ", asked, other, random, List.copyOf(dependents)));
    }
}
