package org.lyceum.worlds;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lyceum.foundation.Seeds;
import org.lyceum.worlds.AnswerChecker.Outcome;
import org.lyceum.worlds.Question.Expected;
import org.lyceum.worlds.Question.Type;

/** The judge on answers in other words than ours. */
class AnswerCheckerTest {
    private static final List<Type> NAMED = List.of(Type.ONE_HOP, Type.MANY_HOPS, Type.TIME, Type.COUNTERFACTUAL, Type.EDIT, Type.SOURCES);
    private static final List<String> ENGLISH = List.of("*", "*.", "**", "I think it is *.", "It's *.", "The answer is *", "Answer: *",
            "Well, probably *.", "I'd say that would be *.", "According to the text, it is *.", "“*”", "I'm fairly sure: *!", "in *",
            "It is at *",
            "I'm not sure, but I think it's *.");
    private static final List<String> SPANISH = List.of("*", "*.", "Creo que es *.", "La respuesta es *", "Respuesta: *",
            "Pues probablemente *.",
            "Diría que sería *.", "Según el texto, es *.", "«*»", "Estoy seguro de que es *.", "en *", "Está en *",
            "No estoy seguro, pero creo que es *.");

    private final World world = World.of(11, 40);

    /** What is derivable is accepted under every phrasing, within every frame, whatever its case; what is corrupted is refused. */
    @Property(tries = 30)
    void everyPhrasingOfTheAnswerIsRightAndEveryCorruptionIsNot(@ForAll Language language, @ForAll @IntRange(max = 5) int type,
            @ForAll @IntRange(max = 60) int index) {
        var question = new QuestionMaker(world, language, Style.PLAIN).make(NAMED.get(type), index);
        if (!(question.expected() instanceof Expected.Entities)) {
            return;
        }
        var checker = new AnswerChecker(question);
        var realiser = new Realiser(world, language);
        var fact = question.proofs().getLast().fact();
        for (var sentence : realiser.everySentence(fact)) {
            for (var said : loosely(sentence, language)) {
                assertThat(checker.judge(said).correct()).as("%s %s", question.text(), said).isTrue();
            }
        }
        var random = Seeds.generator(1, "corruption", index);
        var objects = world.entities(fact.relation().object());
        var wrong = new Fact(fact.relation(), fact.subject(), objects.get(random.nextInt(objects.size())).id(), fact.year());
        if (!question.reference().holds(wrong) && wrong.object() != wrong.subject()) {
            for (var sentence : realiser.everySentence(wrong)) {
                for (var said : loosely(sentence, language)) {
                    assertThat(checker.judge(said).outcome()).as("%s %s", question.text(), said).isEqualTo(Outcome.FALSE);
                }
            }
        }
    }

    private static List<String> loosely(String sentence, Language language) {
        var lead = language == Language.EN ? "I believe that " : "Creo que ";
        return List.of(sentence, sentence.toLowerCase(Locale.ROOT), sentence.replaceFirst("\\.$", ""), lead + sentence,
                (language == Language.EN ? "Yes, " : "Sí, ") + sentence + "\n");
    }

    /** A name is read in whatever leads up to it, with its article or without, and only if nothing else is said. */
    @Property(tries = 30)
    void aNameIsFoundInAFreeSentence(@ForAll Language language, @ForAll @IntRange(max = 5) int type,
            @ForAll @IntRange(max = 60) int index) {
        var question = new QuestionMaker(world, language, Style.PLAIN).make(NAMED.get(type), index);
        if (!(question.expected() instanceof Expected.Entities entities)) {
            return;
        }
        var checker = new AnswerChecker(question);
        int right = entities.ids().iterator().next();
        for (var entity : world.entities(world.entity(right).kind())) {
            if (question.text().contains(entity.name(language))) {
                continue; // the question speaks of it itself
            }
            var expected = entity.id() == right ? Outcome.TRUE : Outcome.FALSE;
            for (var frame : language == Language.EN ? ENGLISH : SPANISH) {
                var bare = entity.name(language).replaceFirst("^(the|an?|el|la) ", "");
                for (var name : List.of(entity.name(language), bare, bare.toUpperCase(Locale.ROOT))) {
                    var said = frame.replaceFirst("\\*", name);
                    assertThat(checker.judge(said).outcome()).as("%s %s", question.text(), said).isEqualTo(expected);
                }
            }
            var denied = language == Language.EN ? "It is not " : "No es ";
            assertThat(checker.judge(denied + entity.name(language) + ".").outcome())
                    .isEqualTo(entity.id() == right ? Outcome.FALSE : Outcome.TRUE);
            assertThat(checker.judge(denied + entity.name(language) + ".").correct()).isFalse();
            var loves = language == Language.EN ? "Everybody loves " : "Todos aman ";
            assertThat(checker.judge(loves + entity.name(language) + ".").outcome()).isEqualTo(Outcome.NOT_A_CLAIM);
        }
    }

    @Property(tries = 20)
    void aNumberIsReadInDigitsAndWords(@ForAll Language language, @ForAll boolean counting, @ForAll @IntRange(max = 40) int index) {
        var question = new QuestionMaker(world, language, Style.PLAIN).make(counting ? Type.COUNTING : Type.ARITHMETIC, index);
        int value = ((Expected.Number) question.expected()).value();
        var checker = new AnswerChecker(question);
        for (int n = Math.max(0, value - 3); n < value + 3 && n < 200; n++) {
            for (var said : List.of(String.valueOf(n), n + ".", NumberWords.words(n, language), "= " + n,
                    language == Language.EN ? "I think there are " + NumberWords.words(n, language) + "." : "Creo que son " + n + ".")) {
                assertThat(checker.judge(said).correct()).as("%s %s", question.text(), said).isEqualTo(n == value);
            }
        }
        question.steps().stream().filter(Question.Step::correct).reduce((_, last) -> last)
                .ifPresent(step -> assertThat(checker.judge(step.text()).correct()).as(step.text()).isTrue());
    }

    @Test
    void numbersAreReadAsTheyAreSaid() {
        for (int n = 0; n < 200; n++) {
            for (var language : Language.values()) {
                assertThat(NumberWords.read(NumberWords.words(n, language))).contains(n);
            }
        }
        assertThat(NumberWords.words(121, Language.EN)).isEqualTo("one hundred and twenty-one");
        assertThat(NumberWords.words(45, Language.ES)).isEqualTo("cuarenta y cinco");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"I don’t know.|ABSTENTION", "No idea, sorry.|ABSTENTION", "The text doesn't say.|ABSTENTION",
            "I can't tell.|ABSTENTION", "It is not mentioned.|ABSTENTION", "What a question!|NOT_A_CLAIM", "''|NOT_A_CLAIM",
            "?|NOT_A_CLAIM"})
    void whoDoesNotKnowAbstains(String said, Outcome outcome) {
        var question = new QuestionMaker(world, Language.EN, Style.PLAIN).make(Type.UNANSWERABLE, 1);
        var verdict = new AnswerChecker(question).judge(said);
        assertThat(verdict.outcome()).isEqualTo(outcome);
        assertThat(verdict.correct()).isEqualTo(outcome == Outcome.ABSTENTION);
    }

    /** A no that a comma parts from the rest contradicts somebody else. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"EN|No, it is *.|true", "EN|No. It is *.|true", "EN|No — *|true", "EN|Well, no, it's *.|true",
            "EN|No, not *.|false", "EN|No, it is not *.|false", "EN|It is not *.|false", "EN|Not *|false", "ES|No, es *.|true",
            "ES|No. Es *.|true", "ES|Pues no: es *.|true", "ES|No, no es *.|false", "ES|No es *.|false"})
    void aNoBeforeACommaDeniesNothingAfterIt(Language language, String frame, boolean claims) {
        var question = new QuestionMaker(world, language, Style.PLAIN).make(Type.ONE_HOP, 1);
        int right = ((Expected.Entities) question.expected()).ids().iterator().next();
        var checker = new AnswerChecker(question);
        for (var entity : world.entities(world.entity(right).kind())) {
            if (!question.text().contains(entity.name(language))) {
                assertThat(checker.judge(frame.replace("*", entity.name(language))).outcome()).as("%s %s", frame, entity)
                        .isEqualTo(claims == (entity.id() == right) ? Outcome.TRUE : Outcome.FALSE);
            }
        }
    }

    @Test
    void aSentenceOfOursAfterANoIsAClaim() {
        var question = new QuestionMaker(world, Language.EN, Style.PLAIN).make(Type.ONE_HOP, 1);
        var said = "No, " + question.answers().getLast();
        assertThat(new AnswerChecker(question).judge(said).correct()).as(said).isTrue();
    }

    @Test
    void thatThereIsNobodyMayBeSaidInOtherWords() {
        for (int i = 0; i < 20; i++) {
            var question = new QuestionMaker(world, Language.EN, Style.PLAIN).make(Type.FALSE_PREMISE, i);
            var claim = ((Expected.Nobody) question.expected()).claim();
            var noun = Kin.of(claim.relation()).noun(Language.EN, claim.gender());
            var checker = new AnswerChecker(question);
            assertThat(checker.judge(world.entity(claim.subject()) + " does not have a " + noun + ".").correct()).isTrue();
            assertThat(checker.judge("There is no " + noun + ".").correct()).isTrue();
            assertThat(checker.judge("No, there is no " + noun + ".").correct()).isTrue();
            assertThat(checker.judge("Not at all.").correct()).isFalse();
        }
    }

    /** What stands on the way to the answer is true and does not answer. */
    @Test
    void aStepOnTheWayIsNotTheAnswer() {
        var question = new QuestionMaker(world, Language.EN, Style.PLAIN).make(Type.MANY_HOPS, 2);
        var first = question.proofs().getFirst().fact();
        var verdict = new AnswerChecker(question)
                .judge(new Realiser(world, Language.EN).sentence(first, Phrasebook.of(Language.EN).of(first.relation()).getFirst()));
        assertThat(verdict.outcome()).isEqualTo(Outcome.TRUE);
        assertThat(verdict.correct()).isFalse();
    }
}
