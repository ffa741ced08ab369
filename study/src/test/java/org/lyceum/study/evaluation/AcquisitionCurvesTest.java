package org.lyceum.study.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.UserError;
import org.lyceum.study.StudyRun;
import org.lyceum.study.evaluation.AcquisitionCurves.Fate;
import org.lyceum.study.evaluation.AcquisitionCurves.Word;
import org.lyceum.tensor.Tensor;
import org.lyceum.text.tokenizer.CharacterTokenizer;
import org.lyceum.training.Checkpoints;
import org.lyceum.training.Milestones;
import org.lyceum.training.TrainingState;

class AcquisitionCurvesTest {
    private static final String TASK = """
            task: ages
            dataset_path: csv
            dataset_kwargs: {data_files: {test: words.csv, contexts: speech.txt}}
            test_split: test
            output_type: age_of_acquisition
            doc_to_text: item
            num_contexts: 2
            metric_list: [{metric: spearman}]
            """;
    private static final CharacterTokenizer TOKENIZER = CharacterTokenizer.of(List.of("abcdefghijklmnopqrstuvwxyz .!\n"),
            List.of("<|endoftext|>"));
    private static final double BITS = Math.log(31) / Math.log(2);

    /** log₁₀ of the step at which the model learns a word; what is not here it never learns. */
    private static final Map<String, Double> LEARNED = Map.of("dog", 1.0, "uh oh", 2.0, "penguin", 2.5);

    @TempDir
    Path folder;

    private final List<String> told = new ArrayList<>();
    private final Set<Path> opened = new HashSet<>();

    @BeforeEach
    void data() throws IOException {
        Files.writeString(folder.resolve("words.csv"), """
                "item","16","20","24","28"
                "dog",0.3,0.5,0.7,0.9
                "uh oh",0.1,0.3,0.6,0.8
                "penguin",0.0,0.1,0.3,0.6
                "zebra",0.0,0.1,0.2,0.5
                """);
        Files.writeString(folder.resolve("speech.txt"),
                "a dog !\nlook a dog .\nwell uh oh\nso uh oh .\na penguin and a penguin .\na zebra and a zebra .\n");
    }

    private Path run(int perTenfold, int steps) {
        var run = folder.resolve("run");
        var checkpoints = new Checkpoints(run, 1, new Milestones(perTenfold));
        var milestones = new Milestones(perTenfold);
        for (long step = 1; step <= steps; step++) {
            if (milestones.contains(step) || step == steps) {
                checkpoints.save(new TrainingState(step, step, step, null, null), TOKENIZER::save,
                        Map.of("m", Tensor.of(new float[]{1}, 1)));
            }
        }
        return run;
    }

    /** A model whose surprisals fall from blind choice to a quarter of it, each word's where {@link #LEARNED} says. */
    private record Scripted(long step, int[] most) implements Subject {
        @Override
        public String name() {
            return "scripted";
        }

        @Override
        public String identity() {
            return "scripted " + step;
        }

        @Override
        public List<List<Answer>> answer(List<List<Request>> documents) {
            if (most[0]-- <= 0) {
                throw new IllegalStateException("killed");
            }
            return documents.stream().map(requests -> requests.stream().map(request -> {
                var word = ((Request.Likelihood) request).continuation();
                double chance = BITS * word.length();
                double bits = LEARNED.containsKey(word.strip())
                        ? new LearningCurve(chance, chance / 4, LEARNED.get(word.strip()), 5).at(Math.log10(step))
                        : chance - 0.5;
                return Answer.of(-bits * Math.log(2), false);
            }).toList()).toList();
        }

        @Override
        public void close() {
        }
    }

    private Results evaluate(Path run, int most) {
        var left = new int[]{most};
        var stages = Stages.of(run, path -> {
            opened.add(path);
            return new Scripted(Checkpoints.step(path), left);
        });
        var task = TaskFile.read("ages.yaml", TASK, name -> "");
        return new Evaluation(folder, folder.resolve("out"), 0, 1, told::add)
                .run(new Scripted(stages.all().getLast().step(), left), stages, List.of(task));
    }

    @Test
    void eachWordHasItsStep() throws IOException {
        var results = evaluate(run(4, 3162), 1000);
        assertThat(opened).hasSize(15);
        var curves = results.tasks().getFirst().curves();
        assertThat(curves).isNotNull();
        assertThat(curves.of(Fate.LEARNED)).extracting(Word::name).containsExactly("dog", "uh oh", "penguin");
        assertThat(curves.of(Fate.LEARNED)).allSatisfy(
                word -> assertThat(word.learned()).isEqualTo(LEARNED.get(word.name()), within(0.02)));
        assertThat(curves.of(Fate.NEVER)).extracting(Word::name).containsExactly("zebra");
        assertThat(curves.words().getFirst().chance()).isEqualTo(4 * BITS, within(1e-9));
        assertThat(curves.scores(1).get("spearman")).isNotNull().satisfies(score -> assertThat(score.value()).isEqualTo(1, within(1e-9)));
        assertThat(curves.baselines("spearman")).containsEntry("longest", 1.0).containsKeys("random", "unigram", "last surprisal");

        var page = StudyRun.page(folder.resolve("out"), told::add);
        results.tell(page);
        var html = Files
                .readString(page.finish("Evaluation", "toy", new EvaluationConfig("m", List.of("ages"), 0, -1, true, 1), List.of()));
        assertThat(html).contains("share of children", "surprisal in bits", "when words are learned, over 15 checkpoints", "zebra");
        assertThat(Files.readAllLines(folder.resolve("out/ages_curves.csv"))).hasSize(5)
                .satisfies(lines -> assertThat(lines.getLast()).startsWith("\"zebra\",27.96,").contains(",never,,"));
        assertThat(results.json().toString()).contains("never_learned=[zebra]");
    }

    /** Within each group the model agrees with the children, over all it does not; groups of few are not told of. */
    @Test
    void wordsAreToldByGroup() {
        var steps = new long[]{1, 3, 10, 32, 100, 316, 1000, 3162, 10_000};
        var words = new ArrayList<Word>();
        for (int i = 0; i < 24; i++) {
            boolean first = i % 2 == 0;
            var kind = i == 23 ? "few" : first ? "early" : "late";
            var document = new Document(i, "words:" + i, Map.of("kind", kind));
            var item = new Item(document, List.of(), List.of("w" + i), List.of(),
                    List.of(String.valueOf(first ? 30 + i / 10.0 : 16 + i / 10.0)));
            var curve = new LearningCurve(12, 4, (first ? 1.0 : 2.0) + i / 25.0, 5);
            words.add(Word.of(item, steps, LongStream.of(steps).mapToDouble(step -> curve.at(Math.log10(step))).toArray(), 12));
        }
        var curves = new AcquisitionCurves(steps, words);
        assertThat(curves.scores(1).get("spearman")).isNotNull().satisfies(score -> assertThat(score.value()).isNegative());
        var groups = (Map<?, ?>) curves.json("kind", 1).get("groups");
        assertThat(groups.keySet().stream().map(String::valueOf)).containsExactly("early", "late");
        assertThat(groups.values()).allSatisfy(group -> assertThat(((Map<?, ?>) group).get("spearman")).isEqualTo(1.0));
    }

    /** Killed between two checkpoints, the same comes out, and nothing is asked twice. */
    @Test
    void whatWasAnsweredIsNotAskedAgain() {
        var run = run(2, 1000);
        assertThatThrownBy(() -> evaluate(run, 4)).hasMessage("killed");
        var after = evaluate(run, 3); // the last checkpoint's own answers are those of its stage
        assertThat(after.tasks().getFirst().failure()).isNull();
        var again = evaluate(run, 0);
        assertThat(again.json().toString()).isEqualTo(after.json().toString());
    }

    @Test
    void whatGivesNoCurveIsSaid() {
        var run = run(1, 100);
        assertThatThrownBy(() -> evaluate(run, 100)).isInstanceOf(UserError.class).hasMessageContaining("checkpoints of 3 steps")
                .hasMessageContaining("checkpoint.per_tenfold=4");
        assertThatThrownBy(() -> Stages.of(folder, _ -> new Scripted(1, new int[1]))).hasMessageContaining("keeps no checkpoints");
    }
}
