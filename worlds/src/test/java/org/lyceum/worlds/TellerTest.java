package org.lyceum.worlds;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.stream.IntStream;
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
