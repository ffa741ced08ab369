package org.lyceum.worlds;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.lyceum.foundation.Seeds;
import org.lyceum.worlds.Question.Expected;
import org.lyceum.worlds.Question.Type;
import org.lyceum.worlds.Relation.Sort;
import org.lyceum.worlds.View.Shown;

/** What all types of questions share: the words of a question, the chain of facts that answers it, and what is shown with it. */
final class Asking {
    private static final int DISTRACTORS = 6;

    final World world;
    final Language language;
    final Realiser realiser;
    final List<Entity> people;
    private final Style style;
    private final List<Entity> things;

    Asking(World world, Language language, Style style) {
        this.world = world;
        this.language = language;
        this.style = style;
        this.realiser = new Realiser(world, language);
        this.people = world.entities(Kind.PERSON);
        this.things = world.entities(Kind.THING);
    }

    /**
     * A question in words, its answer, and why: a proof for each relative by way of whom the subject is described, then that of the answer.
     */
    record Asked(String text, Fact answer, List<Proof> chain) {
        int hops() {
            return chain.stream().mapToInt(Proof::hops).sum();
        }

    }

    /** What {@code relation} (and for a kinship {@code gender}) the subject, or who is found from there by {@code way}, has in {@code in}. */
    Optional<Asked> about(World in, int subject, List<Relative> way, Relation relation, Gender gender) {
        var chain = new ArrayList<Proof>();
        var spoken = realiser.name(subject);
        int at = subject;
        for (var step : way) {
            var next = only(in, step, at);
            if (next.isEmpty()) {
                return Optional.empty();
            }
            chain.add(in.now().prove(step.kinship(), at, next.get()).orElseThrow());
            spoken = Wording.by(step.kinship(), spoken, step.gender(), language);
            at = next.get();
        }
        var object = relation.kinship()
                ? only(in, new Relative(relation, gender), at)
                : Arrays.stream(in.now().objects(relation, at)).boxed().findFirst();
        if (object.isEmpty()) {
            return Optional.empty();
        }
        var proof = in.now().prove(relation, at, object.get()).orElseThrow();
        chain.add(proof);
        return Optional.of(new Asked(Wording.ask(relation, spoken, gender, language), proof.fact(), List.copyOf(chain)));
    }

    /** Something about somebody or something, named or (if {@code detour}) described by way of one relative or two, that has one answer. */
    Optional<Asked> anything(RandomGenerator random, boolean detour) {
        var kinships = Arrays.stream(Kin.values()).map(kin -> Relation.valueOf(kin.name())).toList();
        var way = new ArrayList<Relative>();
        for (int steps = detour ? 1 + random.nextInt(2) : 0; steps > 0; steps--) {
            way.add(new Relative(pick(kinships, random), pick(Arrays.asList(Gender.values()), random)));
        }
        var subject = detour || random.nextInt(3) > 0 ? pick(people, random) : pick(things, random);
        var relations = new ArrayList<>(Wording.asked().stream().filter(r -> r.subject() == subject.kind()).sorted().toList());
        if (subject.kind() == Kind.PERSON && !detour) {
            relations.addAll(kinships);
        }
        return about(world, subject.id(), way, pick(relations, random), pick(Arrays.asList(Gender.values()), random));
    }

    /** The only one of that gender who is that to {@code subject}. */
    Optional<Integer> only(World in, Relative step, int subject) {
        var all = Arrays.stream(in.now().objects(step.kinship(), subject)).filter(o -> world.entity(o).gender() == step.gender()).boxed()
                .toList();
        return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
    }

    /** The question whose answer is one entity; {@code before} stands before its words. */
    Question question(Type type, String before, Asked asked, World reference, RandomGenerator random, List<Fact> dependents) {
        var answer = asked.answer();
        return new Question(type, language, before + asked.text(), new Expected.Entities(Set.of(answer.object())), answers(answer, random),
                asked.chain(), List.of(), reference, view(asked.chain(), random), dependents);
    }

    /** The answer as a name, and as a sentence. */
    List<String> answers(Fact answer, RandomGenerator random) {
        return List.of(realiser.name(answer.object(), answer.subject()), realiser.sentence(answer, Style.PLAIN, random));
    }

    /** What the proofs rest on among other facts, in the order of time. */
    View view(List<Proof> proofs, RandomGenerator random) {
        var facts = leaves(proofs);
        for (int i = 0; i < DISTRACTORS; i++) {
            facts.add(told(pick(world.given(), random)));
        }
        return view(facts, random);
    }

    /** These facts, in the order of time. */
    View view(Set<Fact> facts, RandomGenerator random) {
        var shown = facts.stream().sorted(Comparator.comparingInt(Fact::year).thenComparing(Fact::relation).thenComparingInt(Fact::subject))
                .map(f -> new Shown(sentence(f, random), f, "text", World.NOW)).toList();
        return new View(shown, View.Policy.NEWEST);
    }

    /** A few facts, none of them one that {@code proofs} rest on. */
    Set<Fact> distractors(List<Proof> proofs, RandomGenerator random) {
        var facts = new LinkedHashSet<Fact>();
        for (int i = 0; i < 2 * DISTRACTORS && facts.size() < DISTRACTORS; i++) {
            facts.add(told(pick(world.given(), random)));
        }
        facts.removeAll(leaves(proofs));
        return facts;
    }

    /** The given facts that the proofs rest on, as they are told. */
    private static Set<Fact> leaves(List<Proof> proofs) {
        var leaves = new LinkedHashSet<Fact>();
        proofs.forEach(proof -> proof.leaves().forEach(fact -> leaves.add(told(fact))));
        return leaves;
    }

    /** A fact in the style that things are shown in. */
    String sentence(Fact fact, RandomGenerator random) {
        return realiser.sentence(fact, style, random);
    }

    /** The draws for a purpose. */
    RandomGenerator random(String purpose, long index) {
        return Seeds.generator(world.seed(), "worlds: question " + purpose, index);
    }

    /** A lasting fact is told as one of the present, whatever year it is true from. */
    static Fact told(Fact fact) {
        return fact.relation().sort() == Sort.LASTING ? new Fact(fact.relation(), fact.subject(), fact.object(), World.NOW) : fact;
    }

    static <T> T pick(List<T> list, RandomGenerator random) {
        return list.get(random.nextInt(list.size()));
    }
}
