package org.lyceum.worlds;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.lyceum.foundation.Records;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.worlds.Question.Expected;
import org.lyceum.worlds.Question.Type;
import org.lyceum.worlds.Teller.Order;
import org.lyceum.worlds.Teller.Switching;

/** Writes a world's documents and questions in the forms that training and evaluation read. */
public final class Export {
    /** What is written. */
    public enum Format {
        /** Documents, an empty line between them. */
        TEXT,
        /** A document or a question a line, with the facts and the reasons. */
        JSONL,
        /** Questions as conversations: {@code messages} with {@code role} and {@code content}. */
        CHAT,
        /** Questions with a right answer and a wrong one: {@code prompt}, {@code chosen}, {@code rejected}. */
        PREFERENCES,
        /** True sentences beside false ones that differ in one name: {@code sentence_good}, {@code sentence_bad}. */
        PAIRS,
        /** A page to look at. */
        PAGE
    }

    /**
     * What to write.
     *
     * @param language what it is in
     * @param style how it is said
     * @param order of the events in stories and dialogues
     * @param switching of languages in dialogues
     * @param kinds of the documents
     * @param questions of each type; for pairs, how many pairs of each relation
     * @param hops given facts that a question of many hops takes; 0 for any number above 1
     */
    public record Plan(Language language, Style style, Order order, Switching switching, List<Document.Kind> kinds, int questions,
            int hops) {
    }

    private final World world;
    private final Plan plan;
    private final Realiser realiser;
    private final Teller teller;
    private final List<Entity> people;
    private final Readability readability;

    /** Writes {@code world} by {@code plan}. */
    public Export(World world, Plan plan) {
        this.world = world;
        this.plan = plan;
        this.realiser = new Realiser(world, plan.language());
        this.teller = new Teller(world, plan.language(), plan.style());
        this.people = world.entities(Kind.PERSON);
        this.readability = new Readability(world);
    }

    /** Writes {@code file} and returns how many lines (or for text documents, for a page questions) it holds. */
    public long write(Path file, Format format) {
        var count = new long[1];
        WholeFiles.write(file, out -> count[0] = write(out, format));
        return count[0];
    }

    /** How hard the documents are to read that were written. */
    public Readability.Measures readability() {
        return readability.measures();
    }

    /** How hard all documents are to read, without writing them. */
    public Readability.Measures measured() {
        for (int i = 0; i < people.size(); i++) {
            about(i);
        }
        return readability();
    }

    private long write(OutputStream stream, Format format) throws IOException {
        var out = new OutputStreamWriter(stream, StandardCharsets.UTF_8);
        long count = switch (format) {
            case TEXT -> text(out);
            case JSONL -> documents(out) + each(out, this::json);
            case CHAT -> each(out, this::chat);
            case PREFERENCES -> each(out, this::preference);
            case PAIRS -> pairs(out);
            case PAGE -> {
                var questions = questions();
                out.write(new WorldPage(world, plan, questions).html());
                yield questions.size();
            }
        };
        out.flush();
        return count;
    }

    /** The documents about the {@code i}-th person. */
    private List<Document> about(int i) {
        int person = people.get(i).id();
        var documents = plan.kinds().stream().map(kind -> switch (kind) {
            case STORY -> teller.story(person, plan.order());
            case ENTRY -> teller.entry(person);
            case DIALOGUE ->
                teller.dialogue(people.get((i + 1) % people.size()).id(), people.get((i + 2) % people.size()).id(), person, plan.order(),
                        plan.switching());
        }).filter(document -> !document.lines().isEmpty()).toList();
        documents.forEach(document -> readability.add(document, person));
        return documents;
    }

    private long text(Writer out) throws IOException {
        long count = 0;
        for (int i = 0; i < people.size(); i++) {
            for (var document : about(i)) {
                out.write(document.text() + "\n");
                count++;
            }
        }
        return count;
    }

    private long documents(Writer out) throws IOException {
        long count = 0;
        for (int i = 0; i < people.size(); i++) {
            for (var document : about(i)) {
                line(out, map("kind", document.kind().name().toLowerCase(Locale.ROOT), "language", document.language().code(), "title",
                        document.title(), "text", document.text(), "facts", document.facts().stream().map(this::json).toList()));
                count++;
            }
        }
        return count;
    }

    private List<Question> questions() {
        var maker = new QuestionMaker(world, plan.language(), plan.style(), plan.hops());
        var questions = new ArrayList<Question>();
        for (var type : Type.values()) {
            IntStream.range(0, plan.questions()).mapToObj(i -> maker.make(type, i)).forEach(questions::add);
        }
        return questions;
    }

    private interface Shape {
        Map<String, Object> of(Question question);
    }

    private long each(Writer out, Shape shape) throws IOException {
        var questions = questions();
        for (var question : questions) {
            line(out, shape.of(question));
        }
        return questions.size();
    }

    private Map<String, Object> json(Question question) {
        return map("kind", "question", "type", question.type().name().toLowerCase(Locale.ROOT), "language", question.language().code(),
                "question",
                question.text(), "answers", question.answers(), "hops", question.hops(), "proofs",
                question.proofs().stream().map(this::json).toList(),
                "steps", question.steps().stream().map(s -> map("text", s.text(), "correct", s.correct())).toList(), "view",
                question.view().shown().stream()
                        .map(s -> map("sentence", s.sentence(), "source", s.source(), "date", s.date(), "fact", json(s.fact())))
                        .toList(),
                "policy", question.view().policy().name().toLowerCase(Locale.ROOT), "trusted", question.view().trusted(), "reference",
                map("seed", world.seed(), "people", people.size(), "changes", changes(question)), "dependents",
                question.dependents().stream().map(this::json).toList());
    }

    /** What the reference world was given that this one was not. */
    private List<Map<String, Object>> changes(Question question) {
        if (question.reference() == world) {
            return List.of();
        }
        var here = new java.util.HashSet<>(world.given());
        return question.reference().given().stream().filter(f -> !here.contains(f)).map(this::json).toList();
    }

    private Map<String, Object> json(Fact fact) {
        return map("relation", fact.relation().name().toLowerCase(Locale.ROOT), "subject", realiser.name(fact.subject()), "object",
                realiser.name(fact.object(), fact.subject()), "year", fact.year());
    }

    private Map<String, Object> json(Proof proof) {
        return switch (proof) {
            case Proof.Given given -> map("given", json(given.fact()));
            case Proof.Persists persists -> map("fact", json(persists.fact()), "since", json(persists.event()));
            case Proof.Follows follows -> map("fact", json(follows.fact()), "rule", follows.rule().toString(), "premises",
                    follows.premises().stream().map(this::json).toList());
        };
    }

    /** What was shown, then the question. */
    private static String prompt(Question question) {
        return question.view().text() + "\n\n" + question.text();
    }

    /** The answer as a sentence, or the number after the steps that lead to it. */
    private static String answer(Question question) {
        var steps = question.steps().stream().filter(Question.Step::correct).map(Question.Step::text).collect(Collectors.joining(" "));
        return steps.isEmpty() ? question.answers().getLast() : steps + " " + question.answers().getLast();
    }

    private Map<String, Object> chat(Question question) {
        return map("messages",
                List.of(map("role", "user", "content", prompt(question)), map("role", "assistant", "content", answer(question))));
    }

    private Map<String, Object> preference(Question question) {
        return map("prompt", prompt(question), "chosen", answer(question), "rejected", wrong(question));
    }

    /** A wrong answer of the same kind: another name, another number, or a name where there is none to give. */
    private String wrong(Question question) {
        var random = Seeds.generator(world.seed(), "worlds: wrong", question.text().hashCode());
        return switch (question.expected()) {
            case Expected.Number number -> number(question, number.value() + 1 + random.nextInt(3));
            case Expected.Abstain abstain -> realiser.name(abstain.hidden().iterator().next());
            case Expected.Nobody _ -> realiser.name(any(random, Kind.TOWN, -1));
            case Expected.Entities entities -> {
                var fact = question.proofs().getLast().fact();
                int other = overruled(question, fact)
                        .orElseGet(() -> any(random, world.entity(fact.object()).kind(), entities.ids().iterator().next()));
                var claim = new Fact(fact.relation(), fact.subject(), other, fact.year());
                yield question.reference().holds(claim) ? realiser.name(other) : realiser.sentence(claim, Style.PLAIN, random);
            }
        };
    }

    /** What a source says that does not win: the wrong answer that is worth having. */
    private static Optional<Integer> overruled(Question question, Fact answer) {
        return question.view().shown().stream().map(View.Shown::fact)
                .filter(said -> said.relation() == answer.relation() && said.subject() == answer.subject()
                        && said.object() != answer.object())
                .map(Fact::object).findFirst();
    }

    private static String number(Question question, int wrong) {
        var steps = question.steps();
        return steps.isEmpty() ? String.valueOf(wrong) : steps.get(0).text() + " " + steps.get(1).text() + " " + steps.getLast().text();
    }

    private int any(java.util.random.RandomGenerator random, Kind kind, int not) {
        var all = world.entities(kind).stream().mapToInt(Entity::id).filter(id -> id != not).toArray();
        if (all.length == 0) {
            throw new UserError("The world is too small for a wrong answer; make it larger with --size.");
        }
        return all[random.nextInt(all.length)];
    }

    private long pairs(Writer out) throws IOException {
        long count = 0;
        for (var relation : Relation.values()) {
            var random = Seeds.generator(world.seed(), "worlds: pairs", relation.ordinal());
            var facts = world.truths().stream().filter(f -> f.relation() == relation).toList();
            for (int i = 0; i < plan.questions() && !facts.isEmpty(); i++) {
                var fact = facts.get(random.nextInt(facts.size()));
                var gender = world.entity(fact.object()).gender();
                var others = world.entities(relation.object()).stream().filter(e -> e.gender() == gender && e.id() != fact.subject())
                        .map(e -> new Fact(relation, fact.subject(), e.id(), fact.year())).filter(f -> !world.holds(f)).toList();
                if (others.isEmpty()) {
                    continue;
                }
                var phrases = Phrasebook.of(plan.language()).of(relation).stream()
                        .filter(p -> p.words() <= plan.style().words() && p.clauses() <= plan.style().clauses()).toList();
                var phrase = phrases.get(random.nextInt(phrases.size()));
                line(out, map("sentence_good", realiser.sentence(fact, phrase), "sentence_bad",
                        realiser.sentence(others.get(random.nextInt(others.size())), phrase), "relation",
                        relation.name().toLowerCase(Locale.ROOT)));
                count++;
            }
        }
        return count;
    }

    private static void line(Writer out, Map<String, Object> object) throws IOException {
        out.write(Records.toJson(object) + "\n");
    }

    private static Map<String, Object> map(Object... keysAndValues) {
        var map = new LinkedHashMap<String, Object>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
