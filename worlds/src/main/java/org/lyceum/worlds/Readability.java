package org.lyceum.worlds;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How hard documents are to read, and how much of what can be asked about them they say outright. */
public final class Readability {
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+(?:-[\\p{L}]+)*");
    private static final List<Pattern> CLAUSE = List.of(
            Pattern.compile("\\b(?:that(?! of\\b)|which|who|whom|whose|where|wherever|whoever)\\b|\\bas (?=the |documents )"
                    + "|\\bthe year (?=[\\p{L}]+ was born)", Pattern.UNICODE_CHARACTER_CLASS),
            Pattern.compile("\\b(?:que|quien|quienes|donde|cuando|cuyos?|cuyas?)\\b|\\bcomo (?=\\p{Lu}|relata|acreditan|confirma|obt)",
                    Pattern.UNICODE_CHARACTER_CLASS));
    private static final Set<Relation> ASKED = Set.copyOf(Arrays.stream(Relation.values())
            .filter(r -> r.kinship() || Wording.asked().contains(r)).toList());

    /**
     * What some documents come to.
     *
     * @param documents how many
     * @param words per document
     * @param sentenceWords words per sentence
     * @param clauses subordinate clauses per sentence
     * @param rare the share of words that are rare
     * @param index the automated readability index (Senter and Smith 1967): 4.71 · characters per word + 0.5 · words per sentence − 21.43
     * @param outright of what can be asked about the person and the things of a document and follows from it, the share that it says in so many words
     */
    public record Measures(int documents, double words, double sentenceWords, double clauses, double rare, double index, double outright) {
    }

    private final World world;
    private int documents;
    private long sentences;
    private long words;
    private long characters;
    private long clauses;
    private long rare;
    private long askable;
    private long said;

    /** Of documents about {@code world}. */
    public Readability(World world) {
        this.world = world;
    }

    /** Counts what is in a document about a person. */
    public void add(Document document, int about) {
        for (var line : document.lines()) {
            sentences++;
            clauses += clauses(line.text(), line.language());
            var frequency = WordFrequency.of(line.language());
            WORD.matcher(line.text()).results().forEach(word -> {
                words++;
                characters += word.group().codePointCount(0, word.group().length());
                rare += frequency.rare(word.group().toLowerCase(Locale.ROOT)) ? 1 : 0;
            });
        }
        documents++;
        var told = Set.copyOf(document.facts());
        var things = told.stream().map(Fact::subject).filter(id -> world.entity(id).kind() == Kind.THING);
        Stream.concat(Stream.of(about), things).distinct().flatMap(this::truths).forEach(fact -> {
            if (told.contains(fact)) {
                said++;
                askable++;
            } else if (told.containsAll(world.prove(fact).orElseThrow().leaves().stream().map(Asking::told).toList())) {
                askable++;
            }
        });
    }

    /** What can be asked about an entity and holds now. */
    private Stream<Fact> truths(int subject) {
        return ASKED.stream().filter(relation -> relation.subject() == world.entity(subject).kind()).flatMap(
                relation -> Arrays.stream(world.now().objects(relation, subject)).mapToObj(o -> new Fact(relation, subject, o, World.NOW)));
    }

    /** What has been counted so far comes to. */
    public Measures measures() {
        double perSentence = (double) words / Math.max(1, sentences);
        double perWord = (double) characters / Math.max(1, words);
        return new Measures(documents, (double) words / Math.max(1, documents), perSentence, (double) clauses / Math.max(1, sentences),
                (double) rare / Math.max(1, words), 4.71 * perWord + 0.5 * perSentence - 21.43, (double) said / Math.max(1, askable));
    }

    /** The subordinate clauses of a sentence of ours, by the words that they begin with. */
    static int clauses(String sentence, Language language) {
        return (int) Objects.requireNonNull(CLAUSE.get(language.ordinal())).matcher(sentence).results().count();
    }
}
