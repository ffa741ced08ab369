package org.lyceum.worlds.episodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.lyceum.foundation.Seeds;
import org.lyceum.worlds.Language;
import org.lyceum.worlds.View.Policy;
import org.lyceum.worlds.episodes.EpisodeWorld.Kind;
import org.lyceum.worlds.episodes.Play.Source;
import org.lyceum.worlds.episodes.Verdict.Outcome;
import org.lyceum.worlds.episodes.Verdict.Support;

class ActionCheckerTest {
    /** A run of some random steps. */
    private static Play wandering(Episode episode, int steps) {
        var play = new Play(episode);
        var random = Seeds.generator(episode.seed(), "test", steps);
        for (int i = 0; i < steps && !play.over(); i++) {
            play.take(Agent.RANDOM.choose(play, random));
        }
        return play;
    }

    @Property(tries = 15)
    void whatIsLegalIsAcceptedAndWhatIsNotIsRefusedForAReason(@ForAll Kind kind, @ForAll @LongRange(min = 0, max = 10_000) long seed,
            @ForAll @IntRange(min = 1, max = 2) int difficulty, @ForAll Language language, @ForAll @IntRange(max = 6) int steps) {
        var episode = Episode.of(kind, seed, difficulty, language);
        var before = wandering(episode, steps);
        if (before.over()) {
            return;
        }
        var refusal = language == Language.EN ? "That does not work. It takes this: " : "No funciona. Hace falta esto: ";
        for (var action : before.episode().world().menu(before.belief().settled())) {
            var play = wandering(episode, steps);
            boolean legal = play.legal().contains(action.text());
            assertThat(legal).isEqualTo(action.needs().stream().allMatch(n -> SlowPlans.holds(n, before.values())));
            var reference = play.reference();
            var step = play.take(action.text());
            if (legal) {
                assertThat(step.observation()).doesNotStartWith(refusal);
            } else {
                assertThat(step.verdict().outcome()).isEqualTo(Outcome.WRONG_BELIEF);
                assertThat(step.observation()).isEqualTo(refusal + step.verdict().reason().replaceFirst("^[^:]*: ", "") + ".");
                assertThat(play.reference()).isEqualTo(reference);
                assertThat(play.judge(action.text()).support()).as("it has been told").isEqualTo(Support.CONTRADICTED);
            }
        }
    }

    @Property(tries = 15)
    void everyPlantedWrongBeliefIsFlagged(@ForAll Kind kind, @ForAll @LongRange(min = 0, max = 10_000) long seed,
            @ForAll @IntRange(min = 1, max = 3) int difficulty, @ForAll Language language, @ForAll @IntRange(max = 6) int steps) {
        var play = wandering(Episode.of(kind, seed, difficulty, language), steps);
        if (play.over()) {
            return;
        }
        for (var mistake : play.episode().world().mistakes(play.values())) {
            var verdict = play.judge(mistake);
            assertThat(verdict.outcome()).as(mistake).isEqualTo(Outcome.WRONG_BELIEF);
            assertThat(verdict.good()).isFalse();
            assertThat(verdict.reason()).startsWith(language == Language.EN
                    ? "it takes this for granted, which is false: "
                    : "da por hecho esto, que es falso: ");
        }
    }

    @Property(tries = 12)
    void whatCouldBeKnownIsTrueUnlessANoteSaidIt(@ForAll Kind kind, @ForAll @LongRange(min = 0, max = 10_000) long seed,
            @ForAll @IntRange(min = 1, max = 3) int difficulty) {
        var play = Score.run(Agent.RANDOM, Episode.of(kind, seed, difficulty, Language.EN));
        int possible = Integer.MAX_VALUE;
        for (var step : play.steps()) {
            assertThat(step.possible()).isBetween(1, possible);
            possible = step.possible();
            for (var known : step.known()) {
                assertThat(known.since()).isLessThanOrEqualTo(step.number());
                if (known.source() != Source.NOTE) {
                    assertThat(step.reference()).containsEntry(known.what(), known.value());
                }
            }
        }
    }

    @Property(tries = 30)
    void anyWordsAreACommandOrNone(@ForAll Kind kind, @ForAll Language language, @ForAll String words) {
        var play = new Play(Episode.of(kind, 5, 1, language));
        var verdict = play.judge(words);
        var step = play.take(words);
        assertThat(step.verdict()).isEqualTo(verdict);
        if (verdict.outcome() == Outcome.INVALID) {
            assertThat(step.observation()).isIn("That is not a command.", "Eso no es una orden.");
        }
    }

    /** The first episode that is as wanted. */
    private static Episode find(Kind kind, int difficulty, Predicate<Episode> wanted) {
        return LongStream.range(0, 500).mapToObj(seed -> Episode.of(kind, seed, difficulty, Language.EN)).filter(wanted).findFirst()
                .orElseThrow();
    }

    private static String right(Episode episode) {
        return new Play(episode).reference().get("right: Customer number");
    }

    private static String noted(Episode episode) {
        return Optional.ofNullable(episode.world().task().note()).map(n -> n.text().replaceFirst(".* ", "")).orElseThrow();
    }

    private static boolean wins(Episode episode) {
        var note = episode.world().task().note();
        return note != null && Task.noteWins(episode.world().task().policy(), note.date());
    }

    private static void visit(Play play, String... commands) {
        List.of(commands).forEach(play::take);
    }

    @Test
    void anOutdatedNoteIsBelievedUntilThePageSaysOtherwise() {
        var episode = find(Kind.FORM, 2, e -> !wins(e) && !noted(e).equals(right(e)) && !e.plan().getLast().equals("give up")
                && new Play(e).reference().get("page of the button Show number").equals("Delivery"));
        var play = new Play(episode);
        var typing = "type \"" + noted(episode) + "\" into \"Customer number\"";
        assertThat(play.known()).anyMatch(k -> k.source() == Source.NOTE && k.value().equals(noted(episode)));
        visit(play, "click \"Order\"");
        assertThat(play.judge(typing))
                .matches(v -> v.outcome() == Outcome.WRONG_BELIEF && v.support() == Support.SUPPORTED && !v.hallucination());
        visit(play, "click \"Delivery\"", "click \"Show number\"", "click \"Order\"");
        assertThat(play.judge(typing))
                .matches(v -> v.outcome() == Outcome.WRONG_BELIEF && v.support() == Support.CONTRADICTED && v.hallucination());
        assertThat(play.judge("type \"" + right(episode) + "\" into \"Customer number\"").good()).isTrue();
        assertThat(play.known()).noneMatch(k -> k.source() == Source.NOTE);
    }

    @Test
    void aNewerNoteAndAFirstOneWinOverThePage() {
        for (var policy : List.of(Policy.NEWEST, Policy.FIRST)) {
            var episode = find(Kind.FORM, 3, e -> e.world().task().policy() == policy && wins(e)
                    && !new Play(e).reference().get("number that the page shows").equals(right(e))
                    && !e.plan().getLast().equals("give up"));
            var play = new Play(episode);
            var shown = play.reference().get("number that the page shows");
            assertThat(noted(episode)).isEqualTo(right(episode));
            visit(play, "click \"" + play.reference().get("page of the button Show number") + "\"", "click \"Show number\"",
                    "click \"Order\"");
            assertThat(play.judge("type \"" + shown + "\" into \"Customer number\""))
                    .matches(v -> v.outcome() == Outcome.WRONG_BELIEF && v.support() == Support.CONTRADICTED);
            assertThat(play.judge("type \"" + noted(episode) + "\" into \"Customer number\"").good()).isTrue();
        }
    }

    @Test
    void whatNobodySawIsAGuessAndWhatWasSeenNotToBeThereAHallucination() {
        var play = new Play(Episode.of(Kind.SHELL, 1, 1, Language.EN));
        assertThat(play.judge("cat password.txt")).matches(v -> v.outcome() == Outcome.WRONG_BELIEF && v.support() == Support.UNSEEN);
        play.take("ls");
        assertThat(play.judge("cat password.txt")).matches(v -> v.outcome() == Outcome.WRONG_BELIEF && v.support() == Support.CONTRADICTED);
        assertThat(play.judge("ls")).as("to look again").matches(v -> v.outcome() == Outcome.BAD_PLAN && v.support() == Support.SUPPORTED);
        assertThat(play.judge("pwd").outcome()).isEqualTo(Outcome.BAD_PLAN);
        assertThat(play.judge("sudo make me a sandwich").outcome()).isEqualTo(Outcome.INVALID);
    }

    @Test
    void aLuckyGuessIsAGoodStepWithoutSupport() {
        var play = new Play(find(Kind.SHELL, 1, _ -> true));
        var reference = play.reference();
        var code = reference.get("right code");
        assertThat(play.judge("echo " + code + " > /answer.txt")).isEqualTo(new Verdict(Outcome.GOOD, true, Support.UNSEEN, "", 0));
    }

    @Test
    void plantedBadPlansAreFlagged() {
        var form = new Play(Episode.of(Kind.FORM, 3, 2, Language.EN));
        assertThat(form.judge("click \"Reset\"").outcome()).isEqualTo(Outcome.BAD_PLAN);
        assertThat(form.judge("click \"Person\"").outcome()).as("where one is already").isEqualTo(Outcome.BAD_PLAN);
        var shell = find(Kind.SHELL, 2, e -> !e.plan().getLast().equals("give up"));
        var play = new Play(shell);
        for (var command : shell.plan()) {
            if (command.startsWith("cat") || command.startsWith("mv")) {
                var file = command.split(" ")[1];
                assertThat(play.judge("rm " + file)).matches(v -> v.outcome() == Outcome.BAD_PLAN && v.left() == -1);
                play.take("rm " + file);
                assertThat(play.judge("give up").good()).as("it brought this about itself").isTrue();
                play.take("give up");
                assertThat(play.succeeded()).isFalse();
                return;
            }
            play.take(command);
        }
    }

    @Test
    void toGiveUpIsRightWhereItIsKnownThatThereIsNoWay() {
        for (var kind : Kind.values()) {
            var episode = find(kind, 2, e -> e.plan().getLast().equals("give up"));
            var play = new Play(episode);
            assertThat(play.judge("I don't know")).matches(v -> v.outcome() == Outcome.ABSTENTION && !v.good());
            episode.plan().subList(0, episode.plan().size() - 1).forEach(play::take);
            assertThat(play.judge("I don't know.")).matches(v -> v.outcome() == Outcome.ABSTENTION && v.good());
            assertThat(play.take("give up").reward()).isPositive();
        }
    }
}
