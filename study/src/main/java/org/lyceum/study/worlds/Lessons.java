package org.lyceum.study.worlds;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lyceum.foundation.Seeds;
import org.lyceum.worlds.Document;
import org.lyceum.worlds.Entity;
import org.lyceum.worlds.Fact;
import org.lyceum.worlds.Gender;
import org.lyceum.worlds.Kind;
import org.lyceum.worlds.Language;
import org.lyceum.worlds.Question;
import org.lyceum.worlds.QuestionMaker;
import org.lyceum.worlds.Relation;
import org.lyceum.worlds.Relative;
import org.lyceum.worlds.Style;
import org.lyceum.worlds.Teller;
import org.lyceum.worlds.Teller.Order;
import org.lyceum.worlds.World;

/**
 * What one model is told of a world and asked about it. Training questions name half of the people; questions about the others are held out, as
 * in Allen-Zhu and Li (2024, "Physics of language models 3.1", section 2), so that what is asked of them must come from the stories. Brothers
 * and sisters are on the same side, and what a training question comes to is not held out, or somebody's father's job would be known from a
 * brother's question.
 */
final class Lessons {
    /** What is asked last; before it come the relatives by way of whom. Towns are few, and so are the years that grandparents are born in. */
    private static final List<Relation> ASKED = List.of(Relation.WORKS_AS, Relation.WORKS_AT);
    private static final List<Relative> RELATIVES = Stream.of(Relation.PARENT, Relation.SPOUSE)
            .flatMap(kinship -> Arrays.stream(Gender.values()).map(gender -> new Relative(kinship, gender))).toList();
    /** The most questions of one person that take the same number of facts. */
    private static final int MOST = 8;

    /**
     * A question about somebody.
     *
     * @param form the question without the name: questions of a form have the same kind of answer
     * @param hops facts that it takes
     * @param told how often the fact among them was told that was told least
     */
    record Asked(Question question, String form, int hops, int told) {
        String text() {
            return question.text();
        }

        String answer() {
            return question.answers().getFirst();
        }
    }

    private final WorldsConfig config;
    private final World world;
    private final QuestionMaker maker;
    private final List<Document> stories = new ArrayList<>();
    private final Map<Fact, Integer> told = new HashMap<>();
    private final List<Asked> training = new ArrayList<>();
    private final List<Asked> heldOut = new ArrayList<>();

    Lessons(WorldsConfig config, long seed) {
        this.config = config;
        world = World.of(seed, config.people());
        maker = new QuestionMaker(world, Language.EN, Style.PLAIN);
        var named = new ArrayList<Entity>();
        var others = new ArrayList<Entity>();
        for (var siblings : siblings()) {
            (named.size() <= others.size() ? named : others).addAll(siblings);
        }
        named.forEach(person -> tell(person, config.exposures().getLast()));
        for (int i = 0; i < others.size(); i++) {
            tell(others.get(i), config.exposures().get(i % config.exposures().size()));
        }
        named.forEach(person -> ask(person, training));
        var asked = training.stream().map(Lessons::asksOf).collect(Collectors.toSet());
        others.forEach(person -> ask(person, heldOut));
        heldOut.removeIf(question -> asked.contains(asksOf(question)));
    }

    /** All people, brothers and sisters together, the groups in any order. */
    private List<List<Entity>> siblings() {
        var groups = new LinkedHashMap<List<Integer>, List<Entity>>();
        for (var person : world.entities(Kind.PERSON)) {
            var parents = Arrays.stream(world.now().objects(Relation.PARENT, person.id())).boxed().toList();
            groups.computeIfAbsent(parents.isEmpty() ? List.of(person.id()) : parents, _ -> new ArrayList<>()).add(person);
        }
        var list = new ArrayList<>(groups.values());
        Collections.shuffle(list, Random.from(Seeds.generator(world.seed(), "split", 0)));
        return list;
    }

    /** What a question comes to: the same for two cousins whose grandfather's job is asked for. */
    private static String asksOf(Asked asked) {
        return asked.form() + asked.question().proofs().getLast().fact();
    }

    private void tell(Entity person, int times) {
        var tellers = Stream.of(1, 2, 3).map(level -> new Teller(world, Language.EN, new Style(level, 0))).toList();
        for (int telling = 0; telling < times; telling++) {
            var story = tellers.get(telling % tellers.size()).story(person.id(), Order.CHRONOLOGICAL, telling);
            var life = new Document(story.kind(), story.title(), story.language(), // nothing is asked about things
                    story.lines().stream().filter(line -> line.fact().relation().subject() == Kind.PERSON).toList());
            stories.add(life);
            life.facts().forEach(fact -> told.merge(either(fact), 1, Integer::sum));
        }
    }

    /** A marriage is the same fact whichever of the two is named first. */
    private static Fact either(Fact fact) {
        return fact.relation() == Relation.MARRIED && fact.subject() > fact.object()
                ? new Fact(fact.relation(), fact.object(), fact.subject(), fact.year())
                : fact;
    }

    private void ask(Entity person, List<Asked> into) {
        var ways = List.of(List.<Relative>of());
        for (int hops = 1; hops <= config.hops(); hops++) {
            var all = new ArrayList<Asked>();
            for (var way : ways) {
                ASKED.forEach(relation -> ask(person, way, relation, Gender.MASCULINE, all));
            }
            if (hops == 1) {
                ask(person, List.of(), Relation.BORN_IN_YEAR, Gender.MASCULINE, all);
                RELATIVES.forEach(relative -> ask(person, List.of(), relative.kinship(), relative.gender(), all));
            }
            Collections.shuffle(all, Random.from(Seeds.generator(world.seed(), "questions of " + hops, person.id())));
            into.addAll(all.subList(0, Math.min(MOST, all.size())));
            ways = ways.stream().flatMap(way -> RELATIVES.stream().map(next -> Stream.concat(way.stream(), Stream.of(next)).toList()))
                    .toList();
        }
    }

    private void ask(Entity person, List<Relative> way, Relation relation, Gender gender, List<Asked> into) {
        maker.about(person.id(), way, relation, gender).filter(question -> goesOn(person, question)).ifPresent(question -> into
                .add(new Asked(question, question.text().replace(person.english(), "*"), question.hops(), question.proofs().stream()
                        .flatMap(proof -> proof.leaves().stream()).mapToInt(this::timesTold).min().orElseThrow())));
    }

    /** Whether the way never comes back to somebody: the wife of the husband of Ana is Ana. */
    private static boolean goesOn(Entity person, Question question) {
        var met = Stream.concat(Stream.of(person.id()), question.proofs().stream().map(proof -> proof.fact().object())).toList();
        return met.stream().distinct().count() == met.size();
    }

    /** How often a given fact was told; lasting ones are told as of the present. */
    private int timesTold(Fact given) {
        var fact = given.relation().sort() == Relation.Sort.LASTING
                ? new Fact(given.relation(), given.subject(), given.object(), World.NOW)
                : given;
        return told.getOrDefault(either(fact), 0);
    }

    World world() {
        return world;
    }

    /** Every telling of every life. */
    List<Document> stories() {
        return stories;
    }

    /** Questions that are trained, each {@link WorldsConfig#drills} times. */
    List<Asked> training() {
        return training;
    }

    /** Questions about people whom no training question names. */
    List<Asked> heldOut() {
        return heldOut;
    }
}
