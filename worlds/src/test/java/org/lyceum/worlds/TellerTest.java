package org.lyceum.worlds;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lyceum.worlds.Teller.Order;
import org.lyceum.worlds.Teller.Switching;

class TellerTest {
    private final World world = World.of(4, 30);
    private final int person = world.entities(Kind.PERSON).getFirst().id();

    @ParameterizedTest
    @EnumSource(Order.class)
    void storiesTellALifeInTheOrderAskedFor(Order order) {
        var story = new Teller(world, Language.ES, Style.PLAIN).story(person, order);
        var inOrder = new Teller(world, Language.ES, Style.PLAIN).story(person, Order.CHRONOLOGICAL);
        assertThat(story.facts()).containsExactlyInAnyOrderElementsOf(inOrder.facts());
        var places = story.facts().stream().map(inOrder.facts()::indexOf).toList();
        switch (order) {
            case CHRONOLOGICAL -> assertThat(places).isSorted();
            case REVERSED -> assertThat(places).isSortedAccordingTo(Comparator.reverseOrder());
            case NEARLY -> assertThat(IntStream.range(0, places.size())).allMatch(i -> Math.abs(places.get(i) - i) <= 2);
            case SHUFFLED -> assertThat(places).isNotEmpty();
        }
        var reader = new SentenceReader(world, Language.ES);
        story.lines().forEach(line -> assertThat(reader.read(line.text())).as(line.text()).contains(new Claim.Holds(line.fact(), true)));
    }

    /** A pronoun stands for whom the text is about, subject or object, and for nobody else whom it could stand for. */
    @ParameterizedTest
    @EnumSource(Language.class)
    void whoHasBeenNamedIsCalledByAPronoun(Language language) {
        var reader = new SentenceReader(world, language);
        for (int level = 1; level <= 3; level++) {
            var named = new Teller(world, language, new Style(level, level, 2, 0, 0, false));
            var going = new Teller(world, language, new Style(level, level, 2, 0, 0, true));
            boolean object = false;
            for (var about : world.entities(Kind.PERSON)) {
                var story = going.story(about.id(), Order.CHRONOLOGICAL);
                assertThat(story.facts()).isEqualTo(named.story(about.id(), Order.CHRONOLOGICAL).facts());
                assertThat(mentions(story, about)).isLessThan(mentions(named.story(about.id(), Order.CHRONOLOGICAL), about));
                assertThat(story.lines().getFirst().text()).contains(about.name(language));
                for (int i = 0; i < story.lines().size(); i++) {
                    var line = story.lines().get(i);
                    var claim = new Claim.Holds(line.fact(), true);
                    assertThat(reader.read(line.text(), about.id())).as(line.text()).contains(claim);
                    if (reader.read(line.text()).isEmpty()) {
                        object |= line.fact().object() == about.id();
                        standsForNobodyElse(story, i, about, reader);
                    }
                }
            }
            assertThat(object).isTrue();
        }
    }

    private void standsForNobodyElse(Document story, int i, Entity about, SentenceReader reader) {
        var line = story.lines().get(i);
        var before = story.lines().get(i - 1).fact();
        assertThat(List.of(before.subject(), before.object())).as(line.text()).contains(about.id());
        var other = world.entity(before.subject() == about.id() ? before.object() : before.subject());
        if (other.kind() == Kind.PERSON) {
            assertThat(story.language()).isEqualTo(Language.EN);
            assertThat(reader.read(line.text(), other.id()).filter(claim -> claim instanceof Claim.Holds holds && holds.agrees()))
                    .as(line.text()).isEmpty();
        } else if (story.language() == Language.ES && other.gender() == about.gender() && other.kind() != Kind.YEAR) {
            assertThat(line.text()).doesNotContainPattern("(?i)\\bl[oa] (tiene|reconoce|emplea|contrat|incorpor|uni|acompaña)");
        }
    }

    private long mentions(Document story, Entity about) {
        return story.lines().stream().filter(line -> line.text().contains(about.english())).count();
    }

    @Test
    void pronounsStandWhereNamesStood() {
        var lives = Phrasebook.of(Language.EN).of(Relation.LIVES_IN).get(1);
        assertThat(Pronouns.forSubject(lives, Language.EN).orElseThrow().template()).isEqualTo("{s:his|her} home {is|was} in {o}.");
        var hired = Phrasebook.of(Language.ES).of(Relation.HIRED_AT).get(5);
        assertThat(Pronouns.forSubject(hired, Language.ES).orElseThrow().template()).isEqualTo("en {o} {s:lo|la} contrataron en {y}.");
        var belongs = Phrasebook.of(Language.ES).of(Relation.OWNED_BY).get(2);
        assertThat(Pronouns.forObject(belongs, Language.ES).orElseThrow().template()).isEqualTo("{s} le {pertenece|pertenecía}.");
    }

    /** The length of a text is under control, and more of it is more to read: words go up with sentences. */
    @Test
    void aDocumentHasAsManySentencesAsAskedFor() {
        int before = 0;
        for (int sentences : new int[]{1, 3, 6}) {
            var story = new Teller(world, Language.EN, new Style(1, 1, 3, sentences, 0, false)).story(person, Order.CHRONOLOGICAL);
            assertThat(story.lines()).hasSize(sentences);
            int words = story.text().split("\\s+").length;
            assertThat(words).isGreaterThan(before);
            before = words;
        }
    }

    @ParameterizedTest
    @EnumSource(Switching.class)
    void eachLineOfADialogueIsReadInItsLanguage(Switching switching) {
        int second = world.entities(Kind.PERSON).get(1).id();
        var dialogue = new Teller(world, Language.EN, new Style(2, 0)).dialogue(person, second, person, Order.CHRONOLOGICAL, switching);
        for (int i = 0; i < dialogue.lines().size(); i++) {
            var line = dialogue.lines().get(i);
            assertThat(line.speaker()).isEqualTo(world.entity(i % 2 == 0 ? person : second).english());
            if (switching == Switching.SPEAKER) {
                assertThat(line.language()).isEqualTo(i % 2 == 0 ? Language.EN : Language.ES);
            }
            assertThat(new SentenceReader(world, line.language()).read(line.text())).as(line.text())
                    .contains(new Claim.Holds(line.fact(), true));
        }
    }
}
