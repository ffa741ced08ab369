package org.lyceum.worlds.episodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.worlds.Language;
import org.lyceum.worlds.episodes.EpisodeWorld.Kind;
import org.lyceum.worlds.episodes.Verdict.Outcome;
import org.lyceum.worlds.episodes.Verdict.Support;

class PlanTest {
    @Property(tries = 20)
    void theOptimalPlanReachesTheGoalAndEveryStepOfItIsGood(@ForAll Kind kind, @ForAll @LongRange(min = 0, max = 10_000) long seed,
            @ForAll @IntRange(min = 1, max = 3) int difficulty, @ForAll Language language) {
        var episode = Episode.of(kind, seed, difficulty, language);
        var play = new Play(episode);
        for (var command : episode.plan()) {
            assertThat(play.over()).isFalse();
            var step = play.take(command);
            assertThat(step.verdict().good()).as("%s %s", command, step.verdict()).isTrue();
            assertThat(step.verdict().left()).isEqualTo(episode.plan().size() - step.number() - 1);
            assertThat(step.legal()).contains(command);
            assertThat(step.good()).contains(command);
        }
        assertThat(play.succeeded()).isTrue();
        assertThat(play.reward()).isCloseTo(1 - 0.9 * episode.plan().size() / episode.limit(), within(1e-12));
    }

    @Property(tries = 6)
    void noPlanIsShorterAndTheGoodActionsAreThoseOfExhaustiveSearch(@ForAll Kind kind, @ForAll @LongRange(min = 0, max = 10_000) long seed,
            @ForAll @IntRange(min = 1, max = 2) int difficulty) {
        var episode = Episode.of(kind, seed, difficulty, Language.EN);
        var slow = new SlowPlans(episode.world());
        var task = episode.world().task();
        var start = episode.start();
        assertThat(slow.distance(slow.situation(start, task.reference()))).isEqualTo(episode.plan().size());
        var play = new Play(episode);
        var random = Seeds.generator(seed, "test", 0);
        for (int i = 0; i < 3 && !play.over(); i++) {
            if (slow.distance(slow.situation(play.belief(), task.reference())) == BeliefGraph.NEVER) {
                return; // it has deleted what it needs: all that is left is to say so
            }
            var good = slow.good(play.belief());
            good.addAll(slow.good(task.trusting(play.belief())));
            good.removeIf(text -> play.judge(text).outcome() == Outcome.WRONG_BELIEF); // the note was believed that is wrong
            var found = new TreeSet<>(play.good());
            found.removeIf(text -> play.judge(text).support() != Support.SUPPORTED); // a guess that happens to be right
            assertThat(found).isEqualTo(good);
            play.take(Agent.RANDOM.choose(play, random));
        }
    }

    @Property(tries = 12)
    void whoeverNeverGuessesAndHopesForTheBestGetsThereByGoodStepsOnly(@ForAll Kind kind,
            @ForAll @LongRange(min = 0, max = 10_000) long seed,
            @ForAll @IntRange(min = 1, max = 3) int difficulty) {
        var play = Score.run(Agent.CAREFUL, Episode.of(kind, seed, difficulty, Language.ES));
        assertThat(play.succeeded()).isTrue();
        assertThat(play.steps()).allMatch(step -> step.verdict().good());
        assertThat(play.steps().size()).isGreaterThanOrEqualTo(play.episode().plan().size());
    }

    @Test
    void aDifficultyThatThereIsNotIsOneSentence() {
        assertThatThrownBy(() -> Episode.of(Kind.GRID, 1, 4, Language.EN)).isInstanceOf(UserError.class)
                .hasMessage("--difficulty is 1, 2 or 3, not 4.");
    }

    @Test
    void agentsThatKnowMoreDoBetter() {
        for (var kind : Kind.values()) {
            var random = Score.of(Agent.RANDOM, kind, 1, 1, 6, Language.EN);
            var careful = Score.of(Agent.CAREFUL, kind, 1, 1, 6, Language.EN);
            var optimal = Score.of(Agent.OPTIMAL, kind, 1, 1, 6, Language.EN);
            assertThat(optimal.reward()).isGreaterThanOrEqualTo(careful.reward());
            assertThat(careful.reward()).isGreaterThan(random.reward());
            assertThat(optimal.success()).isEqualTo(1);
            assertThat(optimal.good()).isEqualTo(1);
        }
    }
}
