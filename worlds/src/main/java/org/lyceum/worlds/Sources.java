package org.lyceum.worlds;

import static org.lyceum.worlds.Asking.pick;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.lyceum.worlds.Asking.Asked;
import org.lyceum.worlds.Question.Expected;
import org.lyceum.worlds.Question.Type;
import org.lyceum.worlds.Relation.Sort;
import org.lyceum.worlds.View.Policy;
import org.lyceum.worlds.View.Shown;

/**
 * Questions to be answered from sources with names and dates, among passages that have nothing to do with them and say what was so in their year.
 * What the winning source says is true; what differs from it was true once (a stale source) or never was.
 */
final class Sources {
    /** How the sources stand to each other. */
    private enum Case {
        AGREED, STALE, TRUSTED, MAJORITY, SILENT
    }

    private static final int MOST_PASSAGES = 5;
    private static final List<Relation> ASKED = List.of(Relation.LIVES_IN, Relation.WORKS_AS, Relation.WORKS_AT, Relation.OWNED_BY,
            Relation.CARRIED_BY, Relation.KEPT_IN, Relation.LIVES_IN_COUNTRY, Relation.WORKS_IN_TOWN, Relation.THING_IN_TOWN);

    private final Asking asking;
    private final World world;
    private final List<Entity> towns;

    Sources(Asking asking) {
        this.asking = asking;
        this.world = asking.world;
        this.towns = world.entities(Kind.TOWN);
    }

    /** One thing that a source says, before it has a name and other things to say. */
    private record Said(Fact fact, int date) {
    }

    /** A question about a state, or about what follows from one, and sources that speak of it. */
    Optional<Question> ask(RandomGenerator random) {
        var relation = pick(ASKED, random);
        var subject = pick(world.entities(relation.subject()), random);
        return asking.about(world, subject.id(), List.of(), relation, Gender.MASCULINE)
                .flatMap(asked -> ask(asked, pick(Arrays.asList(Case.values()), random), random));
    }

    private Optional<Question> ask(Asked asked, Case how, RandomGenerator random) {
        var needed = new LinkedHashSet<Fact>();
        states(asked.chain().getLast(), needed);
        var turning = needed.stream().filter(fact -> fact.relation().sort() == Sort.STATE).findFirst();
        if (turning.isEmpty()) {
            return Optional.empty();
        }
        var state = turning.get();
        int since = since(state);
        var other = how == Case.STALE ? before(state, since, random) : how == Case.SILENT ? Optional.<Said>empty() : never(state, random);
        if (other.isEmpty() && how != Case.SILENT && how != Case.AGREED) {
            return Optional.empty();
        }
        var says = new ArrayList<Said>();
        var known = new Said(state, dated(since, random));
        switch (how) {
            case AGREED -> says.addAll(List.of(known, new Said(state, dated(since, random))));
            case STALE, TRUSTED -> says.addAll(List.of(known, other.get()));
            case MAJORITY -> says.addAll(List.of(known, new Said(state, dated(since, random)), other.get()));
            case SILENT -> {
            }
        }
        needed.remove(state);
        needed.forEach(fact -> says.add(new Said(fact, dated(Math.max(since(fact), World.NOW - 20), random))));
        while (says.size() < MOST_PASSAGES) {
            int date = dated(World.NOW - 30, random);
            says.add(new Said(aside(state, date, random), date));
        }
        var names = names(says.size(), random);
        var policy = switch (how) {
            case TRUSTED -> Policy.TRUSTED;
            case MAJORITY -> Policy.MAJORITY;
            default -> Policy.NEWEST;
        };
        var view = view(says, names, state, policy, policy == Policy.TRUSTED ? names.getFirst() : "", random);
        if (view.known(world).holds(asked.answer()) == (how == Case.SILENT)) {
            return Optional.empty(); // a passage aside gives the answer, or takes it away
        }
        return Optional.of(question(asked, how, view, random));
    }

    private Question question(Asked asked, Case how, View view, RandomGenerator random) {
        var text = Wording.policy(view.policy(), view.trusted(), asking.language) + " " + asked.text();
        return how == Case.SILENT
                ? new Question(Type.SOURCES, asking.language, text, new Expected.Abstain(Set.of(asked.answer().object())),
                        List.of(Wording.notSaid(asking.language)), List.of(), List.of(), world, view, List.of())
                : new Question(Type.SOURCES, asking.language, text, new Expected.Entities(Set.of(asked.answer().object())),
                        asking.answers(asked.answer(), random), asked.chain(), List.of(), world, view, List.of());
    }

    /** The states and lasting facts that a proof rests on, as they are told now. */
    private static void states(Proof proof, Set<Fact> into) {
        switch (proof) {
            case Proof.Follows follows -> follows.premises().forEach(premise -> states(premise, into));
            case Proof.Persists persists -> into.add(persists.fact());
            case Proof.Given given -> into.add(Asking.told(given.fact()));
        }
    }

    /** The year from which on what holds now holds. */
    private int since(Fact fact) {
        return world.prove(fact).orElseThrow().leaves().getFirst().year();
    }

    private static int dated(int since, RandomGenerator random) {
        return since + random.nextInt(World.NOW - since + 1);
    }

    /** What a source says that is older than the state: what held then. */
    private Optional<Said> before(Fact state, int since, RandomGenerator random) {
        int date = since - 1 - random.nextInt(5);
        if (date < World.FIRST_YEAR) {
            return Optional.empty();
        }
        return Arrays.stream(world.at(date).objects(state.relation(), state.subject())).filter(object -> object != state.object()).boxed()
                .findFirst().map(object -> new Said(new Fact(state.relation(), state.subject(), object, World.NOW), date));
    }

    /** What never was: another object, said in any year up to now. */
    private Optional<Said> never(Fact state, RandomGenerator random) {
        var object = pick(world.entities(state.relation().object()), random).id();
        var wrong = new Fact(state.relation(), state.subject(), object, World.NOW);
        int date = dated(World.NOW - 20, random);
        return world.holds(wrong) || world.at(date).holds(state.relation(), state.subject(), object) || object == state.subject()
                ? Optional.empty()
                : Optional.of(new Said(wrong, date));
    }

    /** Something of the same kind about something else, as it was in the year of the source. */
    private Fact aside(Fact state, int date, RandomGenerator random) {
        for (int tries = 0; tries < 50; tries++) {
            var subject = pick(world.entities(state.relation().subject()), random).id();
            var objects = world.at(date).objects(state.relation(), subject);
            if (subject != state.subject() && objects.length > 0) {
                return new Fact(state.relation(), subject, objects[0], World.NOW);
            }
        }
        return Asking.told(world.given().getFirst());
    }

    /** Names of newspapers and registers of towns, all different. */
    private List<String> names(int count, RandomGenerator random) {
        var names = new ArrayList<String>();
        for (var town : towns) {
            names.addAll(Wording.sources(town.name(asking.language), asking.language));
        }
        Collections.shuffle(names, Random.from(random));
        return names.subList(0, count);
    }

    /** A passage for each thing said, with something else in it before or after, in any order. */
    private View view(List<Said> says, List<String> names, Fact state, Policy policy, String trusted, RandomGenerator random) {
        var passages = new ArrayList<List<Shown>>();
        for (int i = 0; i < says.size(); i++) {
            var said = says.get(i);
            var source = names.get(i);
            var lines = new ArrayList<Fact>(List.of(said.fact(), aside(state, said.date(), random)));
            Collections.shuffle(lines, Random.from(random));
            passages.add(lines.stream().map(fact -> new Shown(asking.sentence(fact, random), fact, source, said.date())).toList());
        }
        Collections.shuffle(passages, Random.from(random));
        return new View(passages.stream().flatMap(List::stream).toList(), policy, trusted);
    }
}
