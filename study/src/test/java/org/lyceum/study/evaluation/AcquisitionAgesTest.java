package org.lyceum.study.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.UserError;

class AcquisitionAgesTest {
    private static final String TASK = """
            task: ages
            dataset_path: csv
            dataset_kwargs: {data_files: {test: words.csv, contexts: speech.txt}}
            test_split: test
            output_type: age_of_acquisition
            doc_to_text: item
            num_contexts: 2
            metric_list: [{metric: spearman}, {metric: pearson}]
            """;

    @TempDir
    Path folder;

    private static Task task(String yaml) {
        return TaskFile.read("ages.yaml", yaml, name -> "");
    }

    /** Whatever curve the shares lie on, its middle is found again. */
    @Property(tries = 200)
    void theMiddleOfACurveIsFound(@ForAll @DoubleRange(min = 12, max = 34) double middle,
            @ForAll @DoubleRange(min = 0.05, max = 1.5) double slope) {
        var ages = IntStream.rangeClosed(16, 30).asDoubleStream().toArray();
        var shares = Arrays.stream(ages).map(age -> 1 / (1 + Math.exp(-slope * (age - middle)))).toArray();
        assertThat(AcquisitionAges.half(ages, shares)).isEqualTo(middle, within(1e-3));
    }

    @Test
    void whatDoesNotRiseHasNoAge() {
        assertThat(AcquisitionAges.half(new double[]{16, 17, 18, 19}, new double[]{0.6, 0.5, 0.5, 0.4})).isNaN();
        assertThat(AcquisitionAges.half(new double[]{16, 17, 18, 19}, new double[]{0, 0, 0, 0})).isNaN();
        assertThat(AcquisitionAges.half(new double[]{16, 17}, new double[]{0.1, 0.9})).isNaN();
        assertThat(AcquisitionAges.half(new double[]{16, 17, 18, 19}, new double[]{0, 0, 1, 1})).isEqualTo(17.5, within(1e-6));
    }

    private void data() throws IOException {
        Files.writeString(folder.resolve("words.csv"), """
                "item","16","20","24","28"
                "dog (animal)",0.2,0.4,0.6,0.8
                "uh oh",0.1,0.2,0.6,0.9
                "penguin",0.0,0.1,0.2,0.4
                "zebra",0.0,0.1,0.2,0.4
                """);
        Files.writeString(folder.resolve("speech.txt"),
                "Dog .\nlook a Dog !\nuh oh .\nwell uh oh the dog\na penguin and a penguin .\nso uh oh .\n");
    }

    @Test
    void wordsStandBehindWhatComesBeforeThem() throws IOException {
        data();
        var items = Items.of(task(TASK), folder, 0, 1);
        assertThat(items).extracting(item -> item.choices().getFirst()).containsExactly("dog", "uh oh", "penguin");
        assertThat(items.getFirst().requests()).containsExactly(new Request.Likelihood("Dog .\nlook a", " dog"),
                new Request.Likelihood("Dog .\nlook a Dog !\nuh oh .\nwell uh oh the", " dog"));
        assertThat(items.get(1).requests()).extracting(request -> ((Request.Likelihood) request).context())
                .allSatisfy(context -> assertThat(context).matches("(?s).*\n(well|so)"));
        assertThat(items.getFirst().references().getFirst()).isEqualTo("22.0000");
        assertThatThrownBy(() -> Items.of(task(TASK.replace("num_contexts: 2", "num_contexts: 9")), folder, 0, 1))
                .isInstanceOf(UserError.class).hasMessageContaining("9 times");
    }

    /** A model for which late words are improbable agrees with the children, and baselines stand beside it. */
    @Test
    void surprisalIsSetAgainstAges() throws IOException {
        data();
        var items = Items.of(task(TASK), folder, 0, 1);
        var outcomes = items.stream().map(item -> new Outcome(item,
                item.requests().stream().map(_ -> Answer.of(-Double.parseDouble(item.references().getFirst()), false)).toList())).toList();
        var scores = Scores.of(task(TASK), outcomes, 1);
        assertThat(scores.get("spearman")).isNotNull().satisfies(score -> assertThat(score.value()).isEqualTo(1, within(1e-9)));
        assertThat(scores.get("pearson")).isNotNull().satisfies(score -> assertThat(score.value()).isEqualTo(1, within(1e-9)));
        // dog 2, uh oh 2, penguin 2 times behind something; letters 3, 5, 7
        assertThat(Baseline.LONGEST.values(task(TASK), items, 1)).containsEntry("spearman", 1.0);
        assertThat(Baseline.UNIGRAM.values(task(TASK), items, 1).get("spearman")).isNaN();
        assertThat(Baseline.MAJORITY.values(task(TASK), items, 1)).isEmpty();
        assertThat(List.of(Baseline.RANDOM.values(task(TASK), items, 1).get("spearman"))).containsExactly(0.0);
    }
}
