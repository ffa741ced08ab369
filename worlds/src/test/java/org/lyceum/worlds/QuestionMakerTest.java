package org.lyceum.worlds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.lyceum.foundation.UserError;
import org.lyceum.worlds.AnswerChecker.Outcome;
import org.lyceum.worlds.AnswerChecker.Verdict;
import org.lyceum.worlds.Question.Expected;
import org.lyceum.worlds.Question.Type;

class QuestionMakerTest {
    private final World world = World.of(11, 40);

    @Property(tries = 12)
    void everyAnswerThatIsGivenIsJudgedRight(@ForAll Type type, @ForAll Language language, @ForAll @IntRange(max = 40) int index) {
        var question = new QuestionMaker(world, language, Style.PLAIN).make(type, index);
        var checker = new AnswerChecker(question);
        for (var answer : question.answers()) {
            var verdict = checker.judge(answer);
            assertThat(verdict.correct()).as("%s %s", question.text(), answer).isTrue();
            assertThat(verdict.outcome()).isEqualTo(type == Type.UNANSWERABLE ? Outcome.ABSTENTION : Outcome.TRUE);
        }
        for (var proof : question.proofs()) {
            assertThat(question.reference().holds(proof.fact())).isTrue();
        }
    }

    @Property(tries = 12)
    void anotherNameIsAHallucinationUnlessItHappensToBeTrue(@ForAll Type type, @ForAll Language language,
            @ForAll @IntRange(max = 20) int index) {
        var question = new QuestionMaker(world, language, Style.PLAIN).make(type, index);
        var checker = new AnswerChecker(question);
        for (var entity : world.entities().subList(World.NOW - World.YEAR_ZERO + 1, world.entities().size())) {
            var verdict = checker.judge(entity.name(language));
            switch (question.expected()) {
                case Expected.Entities e ->
                    assertThat(verdict.outcome()).isEqualTo(e.ids().contains(entity.id()) ? Outcome.TRUE : Outcome.FALSE);
                case Expected.Number _ -> assertThat(verdict.outcome()).isEqualTo(Outcome.NOT_A_CLAIM);
                case Expected.Nobody _ -> assertThat(verdict.outcome()).isEqualTo(Outcome.FALSE);
                case Expected.Abstain a -> assertThat(verdict)
                        .isEqualTo(new Verdict(a.hidden().contains(entity.id()) ? Outcome.TRUE : Outcome.FALSE, false, false));
            }
        }
    }

    @Property(tries = 12)
    void whatIsShownBearsTheAnswer(@ForAll Language language, @ForAll @IntRange(max = 40) int index) {
        for (var type : new Type[]{Type.ONE_HOP, Type.MANY_HOPS, Type.TIME, Type.COUNTING, Type.ARITHMETIC}) {
            var question = new QuestionMaker(world, language, Style.PLAIN).make(type, index);
            assertThat(new AnswerChecker(question).judge(question.answers().getFirst()).supported()).as(question.text()).isTrue();
        }
    }

    @Test
    void aStepIsRightWhereItsSumIs() {
        var maker = new QuestionMaker(world, Language.EN, Style.PLAIN);
        for (int i = 0; i < 30; i++) {
            for (var step : maker.make(Type.ARITHMETIC, i).steps()) {
                var match = java.util.regex.Pattern.compile("(\\d+) ([-+]) (\\d+) = (\\d+)").matcher(step.text());
                assertThat(match.find()).isTrue();
                int a = Integer.parseInt(match.group(1));
                int b = Integer.parseInt(match.group(3));
                assertThat((match.group(2).equals("+") ? a + b : a - b) == Integer.parseInt(match.group(4))).isEqualTo(step.correct());
            }
        }
    }

    @Test
    void wordsThatClaimNothingAreToldFromAbstentions() {
        var question = new QuestionMaker(world, Language.EN, Style.PLAIN).make(Type.ONE_HOP, 1);
        var checker = new AnswerChecker(question);
        assertThat(checker.judge("I don't know.").outcome()).isEqualTo(Outcome.ABSTENTION);
        assertThat(checker.judge("What a lovely question!")).isEqualTo(new Verdict(Outcome.NOT_A_CLAIM, false, false));
    }

    @Test
    void theNewestSourceWinsOrTheFirst() {
        int a = world.entities(Kind.PERSON).getFirst().id();
        var towns = world.entities(Kind.TOWN);
        var old = new View.Shown("", new Fact(Relation.LIVES_IN, a, towns.get(0).id(), World.NOW), "almanac", 1980);
        var fresh = new View.Shown("", new Fact(Relation.LIVES_IN, a, towns.get(1).id(), World.NOW), "gazette", 1999);
        for (var shown : java.util.List.of(java.util.List.of(old, fresh), java.util.List.of(fresh, old))) {
            assertThat(new View(shown, View.Policy.NEWEST).known(world).now().objects(Relation.LIVES_IN, a))
                    .containsExactly(towns.get(1).id());
            assertThat(new View(shown, View.Policy.FIRST).known(world).now().objects(Relation.LIVES_IN, a))
                    .containsExactly(shown.getFirst().fact().object());
        }
    }

    @Test
    void aWorldThatIsTooSmallSaysSo() {
        var maker = new QuestionMaker(world.knowingOnly(java.util.List.of()), Language.EN, Style.PLAIN);
        assertThatThrownBy(() -> maker.make(Type.MANY_HOPS, 0)).isInstanceOf(UserError.class).hasMessageContaining("too small");
    }
}
