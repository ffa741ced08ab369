package org.lyceum.worlds;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.lyceum.worlds.Phrasebook.Frame;

/** Says facts of a world in one language. What it says, {@link SentenceReader} reads back. */
public final class Realiser {
    private final World world;
    private final Language language;
    private final Phrasebook book;

    /** For sentences about {@code world} in {@code language}. */
    public Realiser(World world, Language language) {
        this.world = world;
        this.language = language;
        this.book = Phrasebook.of(language);
    }

    /** The claim in a phrasing of its relation; in the present tense if its year is {@link World#NOW}, else dated and in the past. */
    public String sentence(Fact claim, Phrase phrase) {
        return finish(dated(claim, phrase, language, book.times().getFirst()));
    }

    /** The claim in a phrasing, with kinship and things in {@code nouns}. */
    public String sentence(Fact claim, Phrase phrase, Language nouns) {
        return finish(dated(claim, phrase, nouns, book.times().getFirst()));
    }

    /** The claim in any phrasing that suits the style. */
    public String sentence(Fact claim, Style style, RandomGenerator random) {
        return sentence(claim, suitable(claim, style), style, random);
    }

    /**
     * The same about the subject or the object {@code antecedent}, which has been named before: without the name, where a phrasing that suits can
     * do without.
     *
     * @param nothingElse whether the Spanish {@code lo} or {@code la} could stand for nothing else that was named
     */
    public String sentenceGoingOn(Fact claim, int antecedent, boolean nothingElse, Style style, RandomGenerator random) {
        var suitable = suitable(claim, style);
        var pronominal = suitable.stream().flatMap(phrase -> goingOn(phrase, claim.subject() == antecedent))
                .filter(phrase -> nothingElse || !phrase.template().contains(":lo|la}")).toList();
        return sentence(claim, pronominal.isEmpty() ? suitable : pronominal, style, random);
    }

    private List<Phrase> suitable(Fact claim, Style style) {
        var all = book.of(claim.relation());
        if (style.words() == style.clauses()) {
            return all.stream().filter(p -> p.of(style.words()) || style.words() == 2 && p.of(1) && p.number() % 2 == 0).toList();
        }
        // What frames cannot make up for is in the phrasing: one without a subordinate clause, or with as many as there are.
        var some = all.stream().filter(p -> p.words() == style.words()).toList();
        int nearest = some.stream().mapToInt(p -> Math.abs(p.depth(language) - style.clauses() + 1)).min().orElseThrow();
        return some.stream().filter(p -> Math.abs(p.depth(language) - style.clauses() + 1) == nearest).toList();
    }

    /** Who says so: in as many clauses as the style has, in words as rare as its own if there are such, else in more common ones. */
    private List<Frame> wraps(Style style) {
        var deep = book.wraps().stream().filter(f -> f.clauses() == style.clauses()).toList();
        var said = deep.stream().filter(f -> f.words() == style.words()).toList();
        return said.isEmpty() ? deep.stream().filter(f -> f.words() < 3).toList() : said;
    }

    private String sentence(Fact claim, List<Phrase> suitable, Style style, RandomGenerator random) {
        var nouns = random.nextDouble() < style.switching() ? language.other() : language;
        var times = book.times().stream().filter(f -> f.words() <= style.words()).toList();
        var sentence = dated(claim, pick(suitable, random), nouns, pick(times, random));
        if (style.clauses() > 1 && random.nextInt(style.clauses() == 2 ? 3 : 2) == 0) {
            sentence = pick(wraps(style), random).around(sentence);
        }
        return finish(sentence);
    }

    private Stream<Phrase> goingOn(Phrase phrase, boolean subject) {
        return (subject ? Pronouns.forSubject(phrase, language) : Pronouns.forObject(phrase, language)).stream();
    }

    /** The claim in every phrasing that can do without the name of its subject, or of its object. */
    List<String> everySentenceGoingOn(Fact claim, boolean subject) {
        return book.of(claim.relation()).stream().flatMap(phrase -> goingOn(phrase, subject))
                .flatMap(phrase -> book.times().stream().map(time -> finish(dated(claim, phrase, language, time)))).distinct().toList();
    }

    /** The claim in every phrasing and, from the second level on, behind every frame. */
    public List<String> everySentence(Fact claim) {
        var plain = book.of(claim.relation()).stream().flatMap(phrase -> book.times().stream().map(t -> dated(claim, phrase, language, t)))
                .distinct()
                .toList();
        return Stream.concat(plain.stream(), plain.stream().flatMap(s -> book.wraps().stream().map(w -> w.around(s))))
                .map(this::finish).toList();
    }

    /** That {@code subject} has nobody of that gender for a kinship. */
    public String none(Relation relation, int subject, Gender gender) {
        return finish(book.none(relation).fill(true, world.entity(subject).gender(), gender,
                slot -> slot.equals("s") ? name(subject) : Kin.of(relation).noun(language, gender)));
    }

    /** The kinship noun that fits the object's gender, or {@code ""} for another relation. */
    public String role(Relation relation, Gender gender) {
        return relation.kinship() ? Kin.of(relation).noun(language, gender) : "";
    }

    /** An entity's name. */
    public String name(int id) {
        return world.entity(id).name(language);
    }

    /** An entity's name as said of {@code of}: the job of a woman. */
    public String name(int id, int of) {
        return world.entity(id).name(language, world.entity(of).gender());
    }

    private String dated(Fact claim, Phrase phrase, Language nouns, Frame time) {
        boolean now = claim.year() == World.NOW || !phrase.tensed();
        var sentence = fill(claim, phrase, nouns, now);
        return now ? sentence : time.around(sentence).replace("{y}", String.valueOf(claim.year()));
    }

    private String fill(Fact claim, Phrase phrase, Language nouns, boolean now) {
        var subject = world.entity(claim.subject());
        var object = world.entity(claim.object());
        return phrase.fill(now, subject.gender(), object.gender(), slot -> switch (slot) {
            case "s" -> subject.name(mixed(subject, nouns), subject.gender());
            case "o" -> object.name(mixed(object, nouns), subject.gender());
            case "y" -> String.valueOf(claim.year());
            case "role" -> Kin.of(claim.relation()).noun(nouns, object.gender());
            case "a role" -> Kin.withArticle(Kin.of(claim.relation()).noun(nouns, object.gender()));
            default -> throw new IllegalStateException("No slot {" + slot + "} in a phrasing.");
        });
    }

    /** Jobs stay in the sentence's language: the two disagree about their article. */
    private Language mixed(Entity entity, Language nouns) {
        return entity.kind() == Kind.JOB ? language : nouns;
    }

    private String finish(String sentence) {
        var text = language == Language.ES
                ? sentence.replace(" de el ", " del ").replace(" a el ", " al ").replace(" y I", " e I")
                : sentence;
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    private static <T> T pick(List<T> list, RandomGenerator random) {
        return list.get(random.nextInt(list.size()));
    }
}
