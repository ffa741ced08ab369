package org.lyceum.worlds;

import static org.lyceum.worlds.Asking.pick;
import static org.lyceum.worlds.Asking.told;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.lyceum.foundation.UserError;
import org.lyceum.worlds.Question.Expected;
import org.lyceum.worlds.Question.Type;

/** Asks about a world: what is asked is drawn, the answer is derived. */
public final class QuestionMaker {
    private static final int TRIES = 2000;

    private final World world;
    private final int hops;
    private final Asking asking;
    private final Arithmetic arithmetic;
    private final Changes changes;
    private final Sources sources;

    /** Asks in {@code language}; what is shown is told in {@code style}. */
    public QuestionMaker(World world, Language language, Style style) {
        this(world, language, style, 0);
    }

    /** The same, where a question of many hops takes {@code hops} given facts; 0 for any number above 1. */
    public QuestionMaker(World world, Language language, Style style, int hops) {
        this.world = world;
        this.hops = hops;
        this.asking = new Asking(world, language, style);
        this.arithmetic = new Arithmetic(asking);
        this.changes = new Changes(asking);
        this.sources = new Sources(asking);
    }

    /**
     * The {@code index}-th question of a type; the same for the same arguments.
     *
     * @throws UserError if the world is too small for such a question
     */
    public Question make(Type type, int index) {
        var random = asking.random(type.name(), index);
        for (int tries = 0; tries < TRIES; tries++) {
            var question = attempt(type, random);
            if (question.isPresent()) {
                return question.get();
            }
        }
        throw new UserError("The world of " + asking.people.size() + " people is too small for a question of the type "
                + type.name().toLowerCase(Locale.ROOT) + (type == Type.MANY_HOPS && hops > 0 ? " that takes " + hops + " facts" : "")
                + "; make it larger with --size.");
    }

    /**
     * A chosen question: what {@code relation} has the subject, or who is found from the subject by {@code way}, for an object? Nothing where
     * there is no answer, or more than one.
     *
     * @param gender of the object, if {@code relation} is a kinship
     */
    public Optional<Question> about(int subject, List<Relative> way, Relation relation, Gender gender) {
        return asking.about(world, subject, way, relation, gender)
                .map(asked -> asking.question(asked.hops() == 1 ? Type.ONE_HOP : Type.MANY_HOPS, "", asked, world,
                        asking.random(asked.text(), subject), List.of()));
    }

    private Optional<Question> attempt(Type type, RandomGenerator random) {
        return switch (type) {
            case ONE_HOP -> asking.anything(random, false).filter(asked -> asked.hops() == 1)
                    .map(asked -> asking.question(type, "", asked, world, random, List.of()));
            case MANY_HOPS -> asking.anything(random, true).filter(asked -> hops == 0 ? asked.hops() > 1 : asked.hops() == hops)
                    .map(asked -> asking.question(type, "", asked, world, random, List.of()));
            case TIME -> time(random);
            case COUNTING -> counting(random);
            case ARITHMETIC -> arithmetic.ages(random);
            case UNANSWERABLE -> unanswerable(random);
            case FALSE_PREMISE -> falsePremise(random);
            case COUNTERFACTUAL -> changes.move(random);
            case EDIT -> changes.parent(random);
            case SOURCES -> sources.ask(random);
        };
    }

    /** Where somebody lived who has moved since. */
    private Optional<Question> time(RandomGenerator random) {
        int person = pick(asking.people, random).id();
        int year = 1940 + random.nextInt(World.NOW - 1940);
        var towns = world.at(year).objects(Relation.LIVES_IN, person);
        var today = world.now().objects(Relation.LIVES_IN, person);
        if (towns.length == 0 || Arrays.equals(towns, today)) {
            return Optional.empty();
        }
        var proof = world.at(year).prove(Relation.LIVES_IN, person, towns[0]).orElseThrow();
        var now = world.now().prove(Relation.LIVES_IN, person, today[0]).orElseThrow();
        var shown = new LinkedHashSet<Fact>();
        world.given().stream().filter(f -> f.subject() == person && f.relation() == Relation.MOVED_TO).forEach(shown::add);
        proof.leaves().forEach(f -> shown.add(told(f)));
        now.leaves().forEach(f -> shown.add(told(f)));
        return Optional.of(new Question(Type.TIME, asking.language, Wording.lived(asking.realiser.name(person), year, asking.language),
                new Expected.Entities(Set.of(towns[0])), asking.answers(proof.fact(), random), List.of(proof), List.of(), world,
                asking.view(shown, random), List.of()));
    }

    private Optional<Question> counting(RandomGenerator random) {
        int person = pick(asking.people, random).id();
        var relation = pick(Wording.counted().stream().sorted().toList(), random);
        int[] objects = world.now().objects(relation, person);
        if (objects.length < 1) {
            return Optional.empty();
        }
        var proofs = Arrays.stream(objects).mapToObj(o -> world.now().prove(relation, person, o).orElseThrow()).toList();
        return Optional.of(new Question(Type.COUNTING, asking.language,
                Wording.count(relation, asking.realiser.name(person), asking.language), new Expected.Number(objects.length),
                List.of(String.valueOf(objects.length)), proofs, List.of(), world, asking.view(proofs, random), List.of()));
    }

    /** Something that does not follow from what is shown. */
    private Optional<Question> unanswerable(RandomGenerator random) {
        return asking.anything(random, random.nextBoolean()).flatMap(asked -> {
            var view = asking.view(asking.distractors(asked.chain(), random), random);
            var known = view.known(world);
            if (asked.chain().stream().allMatch(proof -> known.holds(proof.fact()))) {
                return Optional.empty(); // it follows from other facts
            }
            return Optional.of(new Question(Type.UNANSWERABLE, asking.language, asked.text(),
                    new Expected.Abstain(Set.of(asked.answer().object())), List.of(Wording.notSaid(asking.language)), List.of(), List.of(),
                    world, view, List.of()));
        });
    }

    /** Something about a relative whom somebody does not have. */
    private Optional<Question> falsePremise(RandomGenerator random) {
        int person = pick(asking.people, random).id();
        var relation = pick(List.of(Relation.SIBLING, Relation.CHILD, Relation.SPOUSE, Relation.GRANDCHILD), random);
        var gender = pick(Arrays.asList(Gender.values()), random);
        var claim = new Claim.Nobody(relation, person, gender);
        if (!claim.trueIn(world)) {
            return Optional.empty();
        }
        var what = pick(List.of(Relation.LIVES_IN, Relation.WORKS_AS, Relation.BORN_IN), random);
        var nobody = Wording.by(relation, asking.realiser.name(person), gender, asking.language);
        return Optional.of(new Question(Type.FALSE_PREMISE, asking.language, Wording.ask(what, nobody, gender, asking.language),
                new Expected.Nobody(claim), List.of(asking.realiser.none(relation, person, gender)), List.of(), List.of(), world,
                asking.view(List.of(), random), List.of()));
    }
}
