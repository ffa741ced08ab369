package org.lyceum.study.worlds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lyceum.foundation.Records;
import org.lyceum.foundation.UserError;
import org.lyceum.study.StudyRun;
import org.lyceum.worlds.AnswerChecker;
import org.lyceum.worlds.Fact;
import org.lyceum.worlds.Relation;
import org.lyceum.worlds.World;

/** The study of worlds at toy size: what is told and asked, and a run from end to end. */
class WorldsStudyTest {
    private static final WorldsConfig TOY = new WorldsConfig(24, List.of(0, 1, 3), 3, 1, 8, 1, 2, 32, 256, 1e-2, 0.1, 2);

    @TempDir
    Path folder;

    @Test
    void nobodyWhomATrainingQuestionNamesIsAskedAboutLater() {
        var lessons = new Lessons(TOY, 5);
        var named = lessons.training().stream().map(asked -> asked.question().proofs().getFirst().fact().subject())
                .collect(Collectors.toSet());
        var comeTo = lessons.training().stream().map(asked -> asked.form() + asked.question().proofs().getLast().fact())
                .collect(Collectors.toSet());
        assertThat(lessons.training()).isNotEmpty();
        assertThat(lessons.heldOut()).isNotEmpty().allSatisfy(asked -> {
            assertThat(named).doesNotContain(asked.question().proofs().getFirst().fact().subject());
            assertThat(comeTo).doesNotContain(asked.form() + asked.question().proofs().getLast().fact());
            assertThat(new AnswerChecker(asked.question()).judge(asked.answer()).correct()).isTrue();
            assertThat(asked.hops()).isBetween(1, 3);
        });
    }

    /** Counted anew from the texts. */
    @Test
    void whatWasToldLeastIsCounted() {
        var lessons = new Lessons(TOY, 5);
        var told = new HashMap<List<Object>, Integer>();
        lessons.stories().forEach(story -> story.facts().forEach(fact -> told.merge(key(fact), 1, Integer::sum)));
        for (var asked : lessons.heldOut()) {
            int least = asked.question().proofs().stream().flatMap(proof -> proof.leaves().stream())
                    .mapToInt(fact -> told.getOrDefault(key(fact), 0)).min().orElseThrow();
            assertThat(asked.told()).as(asked.text()).isEqualTo(least);
        }
    }

    private static List<Object> key(Fact fact) {
        boolean lasting = fact.relation().sort() == Relation.Sort.LASTING;
        int low = fact.relation() == Relation.MARRIED ? Math.min(fact.subject(), fact.object()) : fact.subject();
        return List.of(fact.relation(), low, fact.subject() + fact.object() - low, lasting ? World.NOW : fact.year());
    }

    @Test
    void wordsComeBack() {
        var words = new Words(List.of("Ana's job is that of a baker.", "the Sovume factory"));
        assertThat(words.text(words.ids("the Sovume factory"))).isEqualTo("the Sovume factory");
        assertThat(words.ids("Ana's")).hasSize(2).doesNotContain(Words.END);
        assertThatThrownBy(() -> words.ids("Luis")).hasMessageContaining("Luis");
    }

    @Test
    void fromFirstWeightsToReport() throws IOException {
        var said = new ArrayList<String>();
        var study = new WorldsStudy();
        var run = StudyRun.open(folder.resolve("run"), TOY, folder::resolve, said::add);
        study.run(TOY, run);
        run.finish("worlds", "What is known?", TOY, List.of());
        assertThat(run.figures()).containsKeys("right_1_3", "right_3_0", "usual_2_3", "trained_1");
        assertThat(run.figures().get("right_1_3")).isBetween(0.0, 1.0);
        assertThat(Files.readString(folder.resolve("run").resolve("worlds.svg"))).contains("3 hops").doesNotContain("NaN");
        said.clear();
        var again = StudyRun.open(folder.resolve("run"), TOY, folder::resolve, said::add);
        study.run(TOY, again);
        assertThat(again.figures()).isEqualTo(run.figures());
        assertThat(said).as("nothing is trained again").noneMatch(line -> line.contains("World and model"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"people=3", "exposures=[]", "exposures=[4,1]", "exposures=[0]", "hops=4", "drills=0", "heads=3",
            "tokens_per_step=5",
            "learning_rate=0", "weight_decay=1", "seeds=0"})
    void whatCannotBeIsWrongUsage(String override) {
        assertThatThrownBy(() -> Records.read(WorldsConfig.DEFAULTS, null, List.of(override))).isInstanceOf(UserError.class)
                .hasMessageContaining("worlds");
    }
}
