package org.lyceum.worlds;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.lyceum.worlds.Document.Line;
import org.lyceum.worlds.Readability.Measures;
import org.lyceum.worlds.Teller.Order;
import org.lyceum.worlds.Teller.Switching;

class ReadabilityTest {
    private static Measures measured(World world, Language language, Style style) {
        return new Export(world, new Export.Plan(language, style, Order.CHRONOLOGICAL, Switching.NEVER,
                List.of(Document.Kind.STORY, Document.Kind.ENTRY), 0, 0)).measured();
    }

    private static void risesWithLevels(List<Measures> levels, List<ToDoubleFunction<Measures>> all) {
        for (int i = 0; i < all.size(); i++) {
            assertThat(levels.stream().mapToDouble(all.get(i)).boxed().distinct()).as("measure %d of %s", i, levels).isSorted().hasSize(3);
        }
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void everyMeasureMovesWithTheLevel(Language language) {
        for (int seed = 1; seed <= 4; seed++) {
            var world = World.of(seed, 30);
            var levels = List.of(1, 2, 3).stream().map(level -> measured(world, language, Style.ofLevel(level))).toList();
            risesWithLevels(levels, List.of(Measures::words, Measures::sentenceWords, Measures::clauses, Measures::rare, Measures::index,
                    m -> -m.outright()));
        }
    }

    /** Words, clauses, inference and length move what they are about, each by itself. */
    @ParameterizedTest
    @EnumSource(Language.class)
    void eachAxisMovesByItself(Language language) {
        var world = World.of(5, 30);
        for (int other = 1; other <= 3; other++) {
            var words = new ArrayList<Measures>();
            var clauses = new ArrayList<Measures>();
            var inference = new ArrayList<Measures>();
            var length = new ArrayList<Measures>();
            for (int level = 1; level <= 3; level++) {
                words.add(measured(world, language, new Style(level, other, 3, 0, 0, false)));
                clauses.add(measured(world, language, new Style(other, level, 3, 0, 0, false)));
                inference.add(measured(world, language, new Style(other, other, level, 0, 0, false)));
                length.add(measured(world, language, new Style(other, other, 3, 3 * level, 0, false)));
            }
            risesWithLevels(words, List.of(Measures::rare));
            risesWithLevels(clauses, List.of(Measures::clauses, Measures::sentenceWords));
            risesWithLevels(inference, List.of(m -> -m.outright()));
            risesWithLevels(length, List.of(Measures::words));
            assertThat(inference.getFirst().outright()).isEqualTo(1);
        }
    }

    /** Whatever the style, what is said is true, is read back, and is no more than asked for. */
    @Property(tries = 10)
    void everyStyleIsReadBack(@ForAll @IntRange(min = 1, max = 3) int words, @ForAll @IntRange(min = 1, max = 3) int clauses,
            @ForAll @IntRange(min = 1, max = 3) int inference, @ForAll @IntRange(max = 9) int sentences, @ForAll Language language) {
        var world = World.of(words + 3L * clauses, 16);
        var reader = new SentenceReader(world, language);
        var teller = new Teller(world, language, new Style(words, clauses, inference, sentences, 0, false));
        for (var person : world.entities(Kind.PERSON)) {
            for (var document : List.of(teller.story(person.id(), Order.NEARLY), teller.entry(person.id()))) {
                assertThat(document.lines().size()).isLessThanOrEqualTo(sentences == 0 ? Integer.MAX_VALUE : sentences).isPositive();
                assertThat(document.facts()).doesNotHaveDuplicates().allMatch(world::holds);
                document.lines().forEach(line -> assertThat(reader.read(line.text())).as(line.text())
                        .contains(new Claim.Holds(line.fact(), true)));
            }
        }
    }

    /** Of a story that says everything, only what was given is left where everything is to be inferred, in the same order. */
    @Test
    void whatIsLeftToInferIsNotGiven() {
        var world = World.of(5, 30);
        int person = world.entities(Kind.PERSON).getFirst().id();
        var told = new ArrayList<List<Fact>>();
        for (int inference = 1; inference <= 3; inference++) {
            told.add(new Teller(world, Language.EN, new Style(1, 1, inference, 0, 0, false)).story(person, Order.CHRONOLOGICAL).facts());
        }
        assertThat(told.get(0)).containsSubsequence(told.get(1));
        assertThat(told.get(1)).containsSubsequence(told.get(2));
        var oneFact = new ArrayList<>(told.get(1));
        oneFact.removeAll(told.get(2));
        assertThat(oneFact).isNotEmpty().allMatch(fact -> world.prove(fact).orElseThrow().hops() == 1);
    }

    /** Counted by hand. */
    @Test
    void theMeasuresAreThoseOfTheirDefinitions() {
        var world = World.of(1, 10);
        var person = world.entities(Kind.PERSON).getFirst();
        var readability = new Readability(world);
        var born = world.given().stream().filter(f -> f.relation() == Relation.BORN_IN && f.subject() == person.id()).findFirst()
                .orElseThrow();
        readability.add(new Document(Document.Kind.STORY, "", Language.EN,
                List.of(new Line("", Language.EN, "It is in Rome that Ana resides.", Asking.told(born)))), person.id());
        var measures = readability.measures();
        assertThat(measures.words()).isEqualTo(7);
        assertThat(measures.clauses()).isEqualTo(1);
        assertThat(measures.rare()).isEqualTo(1.0 / 7);
        assertThat(measures.index()).isEqualTo(4.71 * 24 / 7 + 0.5 * 7 - 21.43);
        assertThat(measures.outright()).isBetween(0.5, 1.0);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"EN|Ana is where the cook is.|1", "EN|Ana's job is that of a cook.|0",
            "EN|It is Ana who says that she is here.|2",
            "EN|It is known that as the old chronicle relates, Ana is here.|2", "EN|1920 is the year Ana was born.|1",
            "ES|Ana se gana la vida como cocinera.|0",
            "ES|Es como cocinera como Ana obtiene su sustento.|1",
            "ES|Se sabe que como relata la vieja crónica, fue en 1920 cuando Ana nació.|3"})
    void clausesAreCountedByTheWordThatBeginsThem(Language language, String sentence, int clauses) {
        assertThat(Readability.clauses(sentence, language)).isEqualTo(clauses);
    }

    /** Whoever adds a phrasing with new words runs make_word_frequencies.py. */
    @ParameterizedTest
    @EnumSource(Language.class)
    void theFrequencyOfEveryWordIsKnown(Language language) {
        var world = World.of(3, 12);
        var frequencies = WordFrequency.of(language);
        for (var relation : Relation.values()) {
            for (var phrase : Phrasebook.of(language).of(relation)) {
                for (boolean now : new boolean[]{true, false}) {
                    for (var gender : Gender.values()) {
                        var text = phrase.fill(now, gender, gender, _ -> " ").toLowerCase(Locale.ROOT);
                        assertThat(text.split("[^\\p{L}]+")).filteredOn(word -> !word.isEmpty()).as(text).allMatch(frequencies::knows);
                    }
                }
            }
        }
        assertThat(frequencies.rare(language == Language.EN ? "municipality" : "municipio")).isTrue();
        assertThat(frequencies.rare(world.entity(world.entities().size() - 1).name(language))).isFalse();
    }
}
