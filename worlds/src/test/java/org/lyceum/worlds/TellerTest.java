package org.lyceum.worlds;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
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

    /** A pronoun stands for whom the story is about, and is as short as that. */
    @ParameterizedTest
    @EnumSource(Language.class)
    void whoHasBeenNamedIsCalledByAPronoun(Language language) {
        var reader = new SentenceReader(world, language);
        for (int level = 1; level <= 3; level++) {
            var named = new Teller(world, language, new Style(level, 0)).story(person, Order.CHRONOLOGICAL);
            var going = new Teller(world, language, new Style(level, level, 3, 0, 0, true)).story(person, Order.CHRONOLOGICAL);
            assertThat(going.facts()).isEqualTo(named.facts());
            going.lines().forEach(line -> assertThat(reader.read(line.text(), person)).as(line.text())
                    .contains(new Claim.Holds(line.fact(), true)));
            assertThat(mentions(going)).isLessThan(mentions(named));
            assertThat(going.lines().getFirst().text()).contains(world.entity(person).name(language));
        }
    }

    private long mentions(Document story) {
        return story.lines().stream().filter(line -> line.text().contains(world.entity(person).english())).count();
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
