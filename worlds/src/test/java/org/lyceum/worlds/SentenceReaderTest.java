package org.lyceum.worlds;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lyceum.foundation.Seeds;
import org.lyceum.worlds.Relation.Sort;

class SentenceReaderTest {
    @ParameterizedTest
    @EnumSource(Language.class)
    void everyRelationHasEightPhrasingsOfThreeLevels(Language language) {
        for (var relation : Relation.values()) {
            var phrases = Phrasebook.of(language).of(relation);
            assertThat(phrases).as("%s in %s", relation, language).hasSizeGreaterThanOrEqualTo(8);
            assertThat(phrases.stream().map(Phrase::template).distinct().count()).isEqualTo(phrases.size());
            assertThat(phrases.stream().filter(p -> p.words() == p.clauses()).map(Phrase::words).distinct()).containsExactlyInAnyOrder(1, 2,
                    3);
        }
    }

    @Property(tries = 3)
    void everyTruthIsReadBackUnderEveryPhrasingAndEveryCorruptionRefused(@ForAll long seed,
            @ForAll @IntRange(min = 12, max = 30) int people,
            @ForAll Language language) {
        var world = World.of(seed, people);
        var realiser = new Realiser(world, language);
        var reader = new SentenceReader(world, language);
        for (var fact : truths(world)) {
            for (var sentence : realiser.everySentence(fact)) {
                assertThat(reader.read(sentence)).as(sentence).contains(new Claim.Holds(fact, true));
                assertThat(reader.read(sentence).orElseThrow().trueIn(world)).isTrue();
            }
            for (var wrong : corruptions(world, fact)) {
                for (var sentence : realiser.everySentence(wrong)) {
                    assertThat(reader.read(sentence)).as(sentence).hasValueSatisfying(claim -> assertThat(claim.trueIn(world)).isFalse());
                }
            }
        }
    }

    /** A third of what is true now and in a year of the past, and a tenth of the events. */
    private static List<Fact> truths(World world) {
        var all = new ArrayList<>(world.truths());
        all.addAll(world.at(1975).facts().stream().filter(f -> f.relation().sort() != Sort.LASTING).toList());
        return all.stream().filter(f -> Seeds.mix(f.subject() * 31L + f.object() * 7L + f.relation().ordinal()) % 23 == 0).toList();
    }

    /** Another object, another subject, and for an event another year, where that is not true as well. */
    private static List<Fact> corruptions(World world, Fact fact) {
        var objects = world.entities(fact.relation().object());
        var subjects = world.entities(fact.relation().subject());
        var random = Seeds.generator(world.seed(), "corruptions", fact.hashCode() & 7);
        var other = new Fact(fact.relation(), fact.subject(), objects.get(random.nextInt(objects.size())).id(), fact.year());
        var another = new Fact(fact.relation(), subjects.get(random.nextInt(subjects.size())).id(), fact.object(), fact.year());
        var late = new Fact(fact.relation(), fact.subject(), fact.object(), fact.year() + 1);
        return Stream.of(other, another, late).filter(f -> f.relation().sort() == Sort.EVENT || f.year() <= World.NOW)
                .filter(f -> f.relation().sort() != Sort.LASTING || f.year() == World.NOW)
                .filter(f -> f.subject() != f.object() && f.year() <= World.NOW && !world.holds(f)).toList();
    }

    /** Without a name, a sentence is read about whom it goes on about, and about nobody else. */
    @Property(tries = 3)
    void aSentenceThatGoesOnIsReadAboutItsAntecedent(@ForAll long seed, @ForAll Language language) {
        var world = World.of(seed, 15);
        var realiser = new Realiser(world, language);
        var reader = new SentenceReader(world, language);
        for (var fact : truths(world)) {
            for (boolean subject : new boolean[]{true, false}) {
                for (var sentence : realiser.everySentenceGoingOn(fact, subject)) {
                    assertThat(reader.read(sentence)).as(sentence).isEmpty();
                    assertThat(reader.read(sentence, subject ? fact.subject() : fact.object())).as(sentence)
                            .contains(new Claim.Holds(fact, true));
                }
            }
        }
        for (var relation : Relation.values()) {
            var phrases = Phrasebook.of(language).of(relation);
            assertThat(phrases.stream().filter(phrase -> Pronouns.forSubject(phrase, language).isPresent())).as("%s", relation)
                    .isNotEmpty();
            assertThat(phrases.stream().anyMatch(phrase -> Pronouns.forObject(phrase, language).isPresent())).as("%s", relation)
                    .isEqualTo(relation.object() == Kind.PERSON);
        }
    }

    @Test
    void aWordForTheWrongGenderIsNotTrue() {
        var world = World.of(2, 40);
        var reader = new SentenceReader(world, Language.EN);
        world.now().each(Relation.SIBLING, f -> {
            var brother = world.entity(f.object()).gender() == Gender.MASCULINE;
            var claim = reader
                    .read(world.entity(f.object()) + " is " + world.entity(f.subject()) + "'s " + (brother ? "sister" : "brother") + ".");
            assertThat(claim.orElseThrow().trueIn(world)).isFalse();
        });
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void thatThereIsNobodyIsTrueOfWhoHasNobody(Language language) {
        var world = World.of(2, 40);
        var reader = new SentenceReader(world, language);
        var realiser = new Realiser(world, language);
        for (var person : world.entities(Kind.PERSON)) {
            for (var gender : Gender.values()) {
                boolean has = false;
                for (int sibling : world.now().objects(Relation.SIBLING, person.id())) {
                    has |= world.entity(sibling).gender() == gender;
                }
                var claim = reader.read(realiser.none(Relation.SIBLING, person.id(), gender)).orElseThrow();
                assertThat(claim.trueIn(world)).isEqualTo(!has);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void nounsOfTheOtherLanguageAreReadToo(Language language) {
        var world = World.of(6, 20);
        var reader = new SentenceReader(world, language);
        var realiser = new Realiser(world, language);
        for (var fact : world.truths()) {
            for (var phrase : Phrasebook.of(language).of(fact.relation())) {
                var sentence = realiser.sentence(fact, phrase, language.other());
                assertThat(reader.read(sentence)).as(sentence).contains(new Claim.Holds(fact, true));
            }
        }
    }

    @Test
    void whatIsNoSentenceOfOursIsNoClaim() {
        var world = World.of(2, 10);
        var reader = new SentenceReader(world, Language.EN);
        var person = world.entities(Kind.PERSON).getFirst();
        assertThat(reader.read("")).isEmpty();
        assertThat(reader.read("Nice weather today.")).isEmpty();
        assertThat(reader.read(person + " dreams of " + world.entities(Kind.TOWN).getFirst() + ".")).isEmpty();
        assertThat(reader.read(person + " lived in " + world.entities(Kind.TOWN).getFirst() + ".")).isEmpty(); // the past without a date
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void aHigherLevelIsHarderToRead(Language language) {
        var world = World.of(8, 30);
        var realiser = new Realiser(world, language);
        var facts = world.truths().stream().filter(f -> f.relation() != Relation.BORN_IN_YEAR).limit(300).toList();
        var scores = new ArrayList<Double>();
        for (int level = 1; level <= 3; level++) {
            var random = Seeds.generator(1, "readability", level);
            double words = 0;
            double letters = 0;
            for (var fact : facts) {
                var sentence = realiser.sentence(fact, new Style(level, 0), random);
                for (var entity : List.of(fact.subject(), fact.object())) { // names are as long at every level
                    sentence = sentence.replace(realiser.name(entity), "x");
                }
                var split = sentence.split("[^\\p{L}]+");
                words += split.length;
                letters += String.join("", split).length();
            }
            // The automated readability index (Senter and Smith 1967): 4.71 letters a word + 0.5 words a sentence - 21.43.
            scores.add(4.71 * letters / words + 0.5 * words / facts.size() - 21.43);
        }
        assertThat(scores.get(1)).isGreaterThan(scores.get(0) + 1);
        assertThat(scores.get(2)).isGreaterThan(scores.get(1) + 1);
    }
}
