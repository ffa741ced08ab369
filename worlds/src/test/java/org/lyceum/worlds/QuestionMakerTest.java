package org.lyceum.worlds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lyceum.foundation.UserError;
import org.lyceum.worlds.AnswerChecker.Outcome;
import org.lyceum.worlds.AnswerChecker.Support;
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
            assertThat(verdict.outcome())
                    .isEqualTo(question.expected() instanceof Expected.Abstain ? Outcome.ABSTENTION : Outcome.TRUE);
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
                        .isEqualTo(new Verdict(a.hidden().contains(entity.id()) ? Outcome.TRUE : Outcome.FALSE, false, Support.NONE));
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
        assertThat(checker.judge("What a lovely question!")).isEqualTo(new Verdict(Outcome.NOT_A_CLAIM, false, Support.NONE));
    }

    @Test
    void theNewestSourceWinsOrTheFirst() {
        int a = world.entities(Kind.PERSON).getFirst().id();
        var towns = world.entities(Kind.TOWN);
        var old = new View.Shown("", new Fact(Relation.LIVES_IN, a, towns.get(0).id(), World.NOW), "almanac", 1980);
        var fresh = new View.Shown("", new Fact(Relation.LIVES_IN, a, towns.get(1).id(), World.NOW), "gazette", 1999);
        for (var shown : List.of(List.of(old, fresh), List.of(fresh, old))) {
            assertThat(new View(shown, View.Policy.NEWEST).known(world).now().objects(Relation.LIVES_IN, a))
                    .containsExactly(towns.get(1).id());
            assertThat(new View(shown, View.Policy.FIRST).known(world).now().objects(Relation.LIVES_IN, a))
                    .containsExactly(shown.getFirst().fact().object());
        }
    }

    /** What the winning source says is right; what another says is told from what no source says. */
    @Property(tries = 12)
    void ofSourcesThatDifferThePolicySaysWhichIsRight(@ForAll Language language, @ForAll @IntRange(max = 200) int index) {
        var question = new QuestionMaker(world, language, Style.PLAIN).make(Type.SOURCES, index);
        var checker = new AnswerChecker(question);
        var view = question.view();
        assertThat(view.sources()).hasSizeGreaterThanOrEqualTo(4);
        if (question.expected() instanceof Expected.Abstain) {
            assertThat(checker.judge(question.answers().getFirst()).correct()).isTrue();
            return;
        }
        assertThat(checker.judge(question.answers().getFirst())).isEqualTo(new Verdict(Outcome.TRUE, true, Support.FOLLOWS));
        var answer = question.proofs().getLast().fact();
        for (var entity : world.entities(answer.relation().object())) {
            var verdict = checker.judge(entity.name(language));
            if (entity.id() != answer.object()) {
                var claim = new Fact(answer.relation(), answer.subject(), entity.id(), World.NOW);
                var sayers = view.sources().stream().filter(s -> view.by(View.Policy.TRUSTED, s).known(world).holds(claim)).toList();
                assertThat(verdict.outcome()).isEqualTo(Outcome.FALSE);
                assertThat(verdict.support() == Support.NONE).isEqualTo(sayers.isEmpty());
                assertThat(verdict.support()).isNotEqualTo(Support.FOLLOWS);
            }
        }
    }

    /** Passages that have nothing to do with what is asked say what was so in their year, and some of it has changed since. */
    @ParameterizedTest
    @EnumSource(Language.class)
    void whatSourcesSayBesidesWasSoInTheirYear(Language language) {
        var maker = new QuestionMaker(world, language, Style.PLAIN);
        int changed = 0;
        for (int i = 0; i < 60; i++) {
            var shown = maker.make(Type.SOURCES, i).view().shown();
            for (var one : shown) {
                var fact = one.fact();
                boolean then = world.at(one.date()).holds(fact.relation(), fact.subject(), fact.object());
                boolean contradicted = shown.stream().anyMatch(one::contradicts);
                assertThat(then || contradicted).as("%s in %d", one.sentence(), one.date()).isTrue();
                changed += then && !world.holds(fact) ? 1 : 0;
            }
        }
        assertThat(changed).isGreaterThan(20);
    }

    @Test
    void everyPolicyAndEveryKindOfSupportComesUp() {
        var maker = new QuestionMaker(world, Language.EN, Style.PLAIN);
        var questions = IntStream.range(0, 60).mapToObj(i -> maker.make(Type.SOURCES, i)).toList();
        assertThat(questions.stream().map(q -> q.view().policy()).distinct()).containsExactlyInAnyOrder(View.Policy.NEWEST,
                View.Policy.TRUSTED, View.Policy.MAJORITY);
        var supports = new HashSet<Support>();
        for (var question : questions) {
            var checker = new AnswerChecker(question);
            question.view().shown().forEach(shown -> supports.add(checker.judge(world.entity(shown.fact().object()).english()).support()));
            assertThat(question.view().text()).contains("[").contains(", ");
        }
        assertThat(supports).containsExactlyInAnyOrder(Support.values());
    }

    @Test
    void aTiedMajorityKnowsNothing() {
        int a = world.entities(Kind.PERSON).getFirst().id();
        var towns = world.entities(Kind.TOWN);
        var one = new View.Shown("", new Fact(Relation.LIVES_IN, a, towns.get(0).id(), World.NOW), "almanac", 1980);
        var two = new View.Shown("", new Fact(Relation.LIVES_IN, a, towns.get(1).id(), World.NOW), "gazette", 1999);
        var three = new View.Shown("", one.fact(), "herald", 1970);
        assertThat(new View(List.of(one, two), View.Policy.MAJORITY).known(world).now().objects(Relation.LIVES_IN, a)).isEmpty();
        assertThat(new View(List.of(two, one, three), View.Policy.MAJORITY).known(world).now().objects(Relation.LIVES_IN, a))
                .containsExactly(towns.get(0).id());
        assertThat(new View(List.of(two, one), View.Policy.TRUSTED, "almanac").known(world).now().objects(Relation.LIVES_IN, a))
                .containsExactly(towns.get(0).id());
    }

    @Test
    void aWorldThatIsTooSmallSaysSo() {
        var maker = new QuestionMaker(world.knowingOnly(List.of()), Language.EN, Style.PLAIN);
        assertThatThrownBy(() -> maker.make(Type.MANY_HOPS, 0)).isInstanceOf(UserError.class).hasMessageContaining("too small");
    }

    /** How many facts a question of many hops takes is under control. */
    @Test
    void aQuestionTakesAsManyFactsAsAskedFor() {
        for (int hops = 2; hops <= 4; hops++) {
            var maker = new QuestionMaker(world, Language.EN, Style.PLAIN, hops);
            for (int i = 0; i < 20; i++) {
                assertThat(maker.make(Type.MANY_HOPS, i).hops()).isEqualTo(hops);
            }
        }
        var maker = new QuestionMaker(world, Language.EN, Style.PLAIN, 90);
        assertThatThrownBy(() -> maker.make(Type.MANY_HOPS, 0)).isInstanceOf(UserError.class)
                .hasMessageContaining("a question of the type many_hops that takes 90 facts");
    }
}
