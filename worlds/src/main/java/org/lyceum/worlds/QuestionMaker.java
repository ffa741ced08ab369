package org.lyceum.worlds;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.worlds.Question.Expected;
import org.lyceum.worlds.Question.Step;
import org.lyceum.worlds.Question.Type;
import org.lyceum.worlds.Relation.Sort;
import org.lyceum.worlds.View.Shown;

/** Asks about a world: what is asked is drawn, the answer is derived. */
public final class QuestionMaker {
    private static final int TRIES = 2000;
    private static final int DISTRACTORS = 6;

    private final World world;
    private final Language language;
    private final Style style;
    private final Realiser realiser;
    private final List<Entity> people;

    /** Asks in {@code language}; what is shown is told in {@code style}. */
    public QuestionMaker(World world, Language language, Style style) {
        this.world = world;
        this.language = language;
        this.style = style;
        this.realiser = new Realiser(world, language);
        this.people = world.entities(Kind.PERSON);
    }

    /**
     * The {@code index}-th question of a type; the same for the same arguments.
     *
     * @throws UserError if the world is too small for such a question
     */
    public Question make(Type type, int index) {
        var random = Seeds.generator(world.seed(), "worlds: question " + type, index);
        for (int tries = 0; tries < TRIES; tries++) {
            var question = attempt(type, random);
            if (question.isPresent()) {
                return question.get();
            }
        }
        throw new UserError("The world of " + people.size() + " people is too small for a question of the type "
                + type.name().toLowerCase(java.util.Locale.ROOT) + "; make it larger with --size.");
    }

    private Optional<Question> attempt(Type type, RandomGenerator random) {
        return switch (type) {
            case ONE_HOP ->
                asked(world, random, false).filter(a -> a.proof.hops() == 1).map(a -> question(type, "", a, world, random, List.of()));
            case MANY_HOPS -> asked(world, random, true).filter(a -> a.proof.hops() > 1)
                    .map(a -> question(type, "", a, world, random, List.of()));
            case TIME -> time(random);
            case COUNTING -> counting(random);
            case ARITHMETIC -> arithmetic(random);
            case UNANSWERABLE -> unanswerable(random);
            case FALSE_PREMISE -> falsePremise(random);
            case COUNTERFACTUAL -> counterfactual(random);
            case EDIT -> edit(random);
        };
    }

    /** A question's words, and the chain of facts that answers it. */
    private record Asked(String text, Fact answer, Proof proof, List<Proof> chain) {
    }

    /** Something about somebody, named or (if {@code detour}) described by way of a relative, that has just one answer in {@code in}. */
    private Optional<Asked> asked(World in, RandomGenerator random, boolean detour) {
        int subject = pick(people, random).id();
        var chain = new ArrayList<Proof>();
        var spoken = realiser.name(subject);
        for (int hop = 0; detour && hop < 1 + random.nextInt(2); hop++) {
            var relation = Relation.valueOf(pick(Arrays.asList(Kin.values()), random).name());
            var gender = pick(Arrays.asList(Gender.values()), random);
            var one = only(in, relation, subject, gender);
            if (one.isEmpty()) {
                return Optional.empty();
            }
            chain.add(in.now().prove(relation, subject, one.get()).orElseThrow());
            spoken = Wording.by(relation, spoken, gender, language);
            subject = one.get();
        }
        if (!detour && random.nextInt(3) == 0) {
            var thing = pick(world.entities(Kind.THING), random);
            subject = thing.id();
            spoken = thing.name(language);
        }
        var kind = world.entity(subject).kind();
        var relations = new ArrayList<>(Wording.asked().stream().filter(r -> r.subject() == kind).sorted().toList());
        if (kind == Kind.PERSON && chain.isEmpty()) {
            Arrays.stream(Kin.values()).map(k -> Relation.valueOf(k.name())).forEach(relations::add);
        }
        var relation = pick(relations, random);
        var gender = pick(Arrays.asList(Gender.values()), random);
        var object = relation.kinship()
                ? only(in, relation, subject, gender)
                : Arrays.stream(in.now().objects(relation, subject)).boxed().findFirst();
        if (object.isEmpty()) {
            return Optional.empty();
        }
        var proof = in.now().prove(relation, subject, object.get()).orElseThrow();
        var fact = proof.fact();
        chain.add(proof);
        var text = Wording.ask(relation, spoken, gender, language);
        var whole = chain.size() == 1 ? proof : new Proof.Follows(fact, new Rule(relation, List.of(), Rule.Guard.NONE), List.copyOf(chain));
        return Optional.of(new Asked(text, fact, whole, List.copyOf(chain)));
    }

    /** The only one of that gender who is the subject's {@code relation}. */
    private Optional<Integer> only(World in, Relation relation, int subject, Gender gender) {
        var all = Arrays.stream(in.now().objects(relation, subject)).filter(o -> world.entity(o).gender() == gender).boxed().toList();
        return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
    }

    private Question question(Type type, String before, Asked asked, World reference, RandomGenerator random, List<Fact> dependents) {
        var answer = asked.answer;
        return new Question(type, language, before + asked.text, new Expected.Entities(Set.of(answer.object())),
                List.of(realiser.name(answer.object(), answer.subject()), realiser.sentence(answer, Style.PLAIN, random)), asked.chain,
                List.of(),
                reference, view(asked.chain, random), dependents);
    }

    /** What the proofs rest on among other facts, in the order of time. */
    private View view(List<Proof> proofs, RandomGenerator random) {
        var facts = new LinkedHashSet<Fact>();
        proofs.forEach(proof -> proof.leaves().forEach(f -> facts.add(said(f))));
        for (int i = 0; i < DISTRACTORS; i++) {
            facts.add(said(pick(world.given(), random)));
        }
        return view(facts, random);
    }

    private View view(Set<Fact> facts, RandomGenerator random) {
        var shown = facts.stream().sorted(Comparator.comparingInt(Fact::year).thenComparing(Fact::relation).thenComparingInt(Fact::subject))
                .map(f -> new Shown(realiser.sentence(f, style, random), f, "text", World.NOW)).toList();
        return new View(shown, View.Policy.NEWEST);
    }

    private static Fact said(Fact fact) {
        return fact.relation().sort() == Sort.LASTING ? new Fact(fact.relation(), fact.subject(), fact.object(), World.NOW) : fact;
    }

    private Optional<Question> time(RandomGenerator random) {
        int person = pick(people, random).id();
        int year = 1940 + random.nextInt(World.NOW - 1940);
        var towns = world.at(year).objects(Relation.LIVES_IN, person);
        if (towns.length == 0 || Arrays.equals(towns, world.now().objects(Relation.LIVES_IN, person))) {
            return Optional.empty(); // the interesting ones have moved since
        }
        var proof = world.at(year).prove(Relation.LIVES_IN, person, towns[0]).orElseThrow();
        var now = world.now().prove(Relation.LIVES_IN, person, world.now().objects(Relation.LIVES_IN, person)[0]).orElseThrow();
        var shown = new LinkedHashSet<Fact>();
        world.given().stream().filter(f -> f.subject() == person && f.relation() == Relation.MOVED_TO).forEach(shown::add);
        proof.leaves().forEach(f -> shown.add(said(f)));
        now.leaves().forEach(f -> shown.add(said(f)));
        return Optional.of(new Question(Type.TIME, language, Wording.lived(realiser.name(person), year, language),
                new Expected.Entities(Set.of(towns[0])),
                List.of(realiser.name(towns[0]), realiser.sentence(proof.fact(), Style.PLAIN, random)),
                List.of(proof), List.of(), world, view(shown, random), List.of()));
    }

    private Optional<Question> counting(RandomGenerator random) {
        int person = pick(people, random).id();
        var relation = pick(Wording.counted().stream().sorted().toList(), random);
        int[] objects = world.now().objects(relation, person);
        if (objects.length < 1) {
            return Optional.empty();
        }
        var proofs = Arrays.stream(objects).mapToObj(o -> world.now().prove(relation, person, o).orElseThrow()).toList();
        return Optional.of(new Question(Type.COUNTING, language, Wording.count(relation, realiser.name(person), language),
                new Expected.Number(objects.length), List.of(String.valueOf(objects.length)), proofs, List.of(), world,
                view(proofs, random),
                List.of()));
    }

    /** The ages of two people in a year, added or subtracted, step by step; the wrong way has one slip, and what comes after goes on from it. */
    private Optional<Question> arithmetic(RandomGenerator random) {
        int a = pick(people, random).id();
        int b = pick(people, random).id();
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
        var nameA = realiser.name(a);
        var nameB = realiser.name(b);
        var text = switch (language) {
            case EN -> sum
                    ? "What was the sum of the ages of %s and %s in %d?".formatted(nameA, nameB, year)
                    : "How many years lay between the ages of %s and %s in %d?".formatted(nameA, nameB, year);
            case ES -> (sum
                    ? "¿Cuánto sumaban las edades de %s y %s en %d?".formatted(nameA, nameB, year)
                    : "¿Cuántos años de diferencia había entre %s y %s en %d?".formatted(nameA, nameB, year)).replace(" y I", " e I");
        };
        var proofs = List.of(world.now().prove(Relation.BORN_IN_YEAR, a, world.year(bornA)).orElseThrow(),
                world.now().prove(Relation.BORN_IN_YEAR, b, world.year(bornB)).orElseThrow());
        return Optional
                .of(new Question(Type.ARITHMETIC, language, text, new Expected.Number(result), List.of(String.valueOf(result)), proofs,
                        List.copyOf(steps), world, view(proofs, random), List.of()));
    }

    private String age(int person, int born, int year, int age) {
        return (language == Language.EN ? "%s was %d - %d = %d years old in %d." : "%s tenía %d - %d = %d años en %d.").formatted(
                realiser.name(person),
                year, born, age, year);
    }

    private String combined(boolean sum, int a, int b, int result) {
        var expression = sum ? a + " + " + b : Math.max(a, b) + " - " + Math.min(a, b);
        var words = switch (language) {
            case EN -> sum ? "Together that makes %s = %d." : "The difference is %s = %d.";
            case ES -> sum ? "En total son %s = %d." : "La diferencia es %s = %d.";
        };
        return words.formatted(expression, result);
    }

    private int born(int person) {
        return world.number(world.now().objects(Relation.BORN_IN_YEAR, person)[0]);
    }

    private Optional<Question> unanswerable(RandomGenerator random) {
        var asked = asked(world, random, random.nextBoolean());
        if (asked.isEmpty()) {
            return Optional.empty();
        }
        var needed = new HashSet<>(asked.get().proof.leaves().stream().map(QuestionMaker::said).toList());
        var facts = new LinkedHashSet<Fact>();
        while (facts.size() < DISTRACTORS) {
            var fact = said(pick(world.given(), random));
            if (!needed.contains(fact)) {
                facts.add(fact);
            }
        }
        var view = view(facts, random);
        var answer = asked.get().answer;
        if (asked.get().chain.stream().allMatch(p -> view.known(world).holds(p.fact()))) {
            return Optional.empty(); // it follows from other facts
        }
        return Optional.of(new Question(Type.UNANSWERABLE, language, asked.get().text, new Expected.Abstain(Set.of(answer.object())),
                List.of(language == Language.EN ? "The text does not say." : "El texto no lo dice."), List.of(), List.of(), world, view,
                List.of()));
    }

    private Optional<Question> falsePremise(RandomGenerator random) {
        int person = pick(people, random).id();
        var relation = pick(List.of(Relation.SIBLING, Relation.CHILD, Relation.SPOUSE, Relation.GRANDCHILD), random);
        var gender = pick(Arrays.asList(Gender.values()), random);
        var claim = new Claim.Nobody(relation, person, gender);
        if (!claim.trueIn(world)) {
            return Optional.empty();
        }
        var asked = pick(List.of(Relation.LIVES_IN, Relation.WORKS_AS, Relation.BORN_IN), random);
        var text = Wording.ask(asked, Wording.by(relation, realiser.name(person), gender, language), gender, language);
        return Optional.of(new Question(Type.FALSE_PREMISE, language, text, new Expected.Nobody(claim),
                List.of(realiser.none(relation, person, gender)), List.of(), List.of(), world, view(List.of(), random), List.of()));
    }

    /** Somebody moves, and something that follows from it is asked. */
    private Optional<Question> counterfactual(RandomGenerator random) {
        var move = new Fact(Relation.MOVED_TO, pick(people, random).id(), pick(world.entities(Kind.TOWN), random).id(), World.NOW);
        var supposed = new ArrayList<>(world.given().stream().filter(f -> !(f.subject() == move.subject() && f.year() == World.NOW
                && f.relation() == Relation.MOVED_TO)).toList());
        supposed.add(move);
        var other = new World(world.seed(), world.entities(), supposed);
        return changed(Type.COUNTERFACTUAL, language == Language.EN ? "Suppose this: " : "Imagina lo siguiente: ", move, other, random);
    }

    /** Somebody's father or mother is now somebody else, and something that follows from it is asked. */
    private Optional<Question> edit(RandomGenerator random) {
        var parents = world.given().stream().filter(f -> f.relation() == Relation.PARENT).toList();
        if (parents.isEmpty()) {
            return Optional.empty();
        }
        var old = pick(parents, random);
        var fresh = pick(people, random);
        var edit = new Fact(Relation.PARENT, old.subject(), fresh.id(), old.year());
        if (fresh.gender() != world.entity(old.object()).gender() || fresh.id() == old.object() || born(fresh.id()) + 16 > old.year()
                || world.now().holds(Relation.ANCESTOR, fresh.id(), old.subject())) {
            return Optional.empty();
        }
        var edited = world.edited(f -> Optional.of(f.equals(old) ? edit : f));
        return changed(Type.EDIT, language == Language.EN ? "Correction: " : "Corrección: ", said(edit), edited, random);
    }

    private Optional<Question> changed(Type type, String before, Fact change, World other, RandomGenerator random) {
        var fresh = new HashSet<>(other.now().facts());
        fresh.removeAll(world.now().facts());
        var dependents = fresh.stream().filter(f -> f.relation().sort() == Sort.DERIVED)
                .sorted(Comparator.comparing(Fact::relation).thenComparingInt(Fact::subject).thenComparingInt(Fact::object)).toList();
        var askable = dependents.stream().filter(f -> Wording.asked().contains(f.relation()) || f.relation().kinship()
                && only(other, f.relation(), f.subject(), world.entity(f.object()).gender()).isPresent()).toList();
        if (askable.isEmpty()) {
            return Optional.empty();
        }
        var fact = pick(askable, random);
        var proof = other.prove(fact).orElseThrow();
        var text = Wording.ask(fact.relation(), realiser.name(fact.subject()), world.entity(fact.object()).gender(), language);
        var asked = new Asked(text, fact, proof, List.of(proof));
        var stated = realiser.sentence(change, Phrasebook.of(language).of(change.relation()).get(0));
        return Optional.of(question(type, before + stated + " ", asked, other, random, dependents));
    }

    private static <T> T pick(List<T> list, RandomGenerator random) {
        return list.get(random.nextInt(list.size()));
    }
}
