package org.lyceum.app.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lyceum.foundation.UserError;
import org.lyceum.training.pretrain.PretrainConfig;

class RecipeTest {
    private static final String GOOD = """
            name: toy
            description: A toy.
            data: ["${data}/input.txt", wordnet]
            fetch: the toy text
            pretrain: {model: {depth: 3}}
            expect:
              - {metric: val_loss, at_most: 1.88, source: "a paper"}
              - {metric: val_bits_per_byte, at_most: baseline_bits_per_byte}
              - {metric: mfu, at_least: 0}
            """;

    @TempDir
    Path folder;

    @Test
    void readsWhatIsWritten() throws IOException {
        var recipe = recipe(GOOD);
        assertThat(recipe.name()).isEqualTo("toy");
        assertThat(((Recipe.Work.Pretrain) recipe.work()).config().model().depth()).isEqualTo(3);
        assertThat(((Recipe.Work.Pretrain) recipe.work()).config().train()).isEqualTo(PretrainConfig.DEFAULTS.train());
        assertThat(recipe.expect()).containsExactly(
                new Claim("val_loss", Claim.Relation.AT_MOST, new Claim.Bound.Figure(1.88), "a paper"),
                new Claim("val_bits_per_byte", Claim.Relation.AT_MOST, new Claim.Bound.Metric("baseline_bits_per_byte"), ""),
                new Claim("mfu", Claim.Relation.AT_LEAST, new Claim.Bound.Figure(0), ""));
    }

    @Test
    void theRecipesOfThisRepositoryAreSound() throws IOException {
        var recipes = Path.of("..", "recipes");
        try (var files = Files.list(recipes)) {
            for (var file : files.filter(path -> path.toString().endsWith(".yaml")).toList()) {
                var recipe = Recipe.read(file);
                assertThat(file.getFileName()).hasToString(recipe.name() + ".yaml");
                assertThat(recipe.description()).isNotEmpty();
                assertThat(recipe.expect()).isNotEmpty();
                assertThat(recipe.fetch().isEmpty()).isEqualTo(recipe.data().stream().noneMatch(path -> path.contains("${data}")));
            }
        }
    }

    /** Each row: what of the good recipe is replaced, by what, and what the sentence must name. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "depth: 3 | depht: 3 | unknown key 'pretrain.model.depht'; did you mean 'depth'?",
            "expect: | expects: | unknown key 'expects'; did you mean 'expect'?",
            "at_most: 1.88 | at_mots: 1.88 | claim 1: unknown key 'at_mots'; did you mean 'at_most'?",
            "metric: mfu | metric: mfv | claim 3: unknown metric 'mfv'; did you mean 'mfu'?",
            "at_most: baseline_bits_per_byte | at_most: baseline | claim 2: at_most: unknown metric 'baseline'",
            "at_most: 1.88 | at_most: .nan | claim 1: at_most must be a number or the name of a metric, not 'NaN'",
            "at_most: 1.88 | at_most: [1] | claim 1: at_most must be a number or the name of a metric, not '[1]'",
            "at_most: 1.88, | at_most: 1.88, at_least: 1, | claim 1 must have either at_most or at_least",
            "at_least: 0 | source: x | claim 3 must have either at_most or at_least",
            "metric: mfu, | `` | claim 3 names no metric",
            "name: toy | name: ../toy | 'name' becomes the name of a folder",
            "name: toy | name: | 'name' becomes the name of a folder",
            "depth: 3 | depth: deep | 'pretrain.model.depth' has a value of the wrong kind, \"deep\"; it takes a whole number",
            "{model: {depth: 3}} | {data: {paths: [x]}} | not under 'pretrain.data.paths'",
            "[\"${data}/input.txt\", wordnet] | [] | 'data' must list what to train on",
            "name: toy | name: [ | is not valid YAML"})
    void whatIsWrongIsNamed(String part, String replacement, String sentence) {
        assertThat(GOOD).contains(part);
        assertThatThrownBy(() -> recipe(GOOD.replace(part, replacement))).isInstanceOfSatisfying(UserError.class,
                e -> assertThat(e.exitStatus()).isEqualTo(2)).hasMessageContaining("toy.yaml").hasMessageContaining(sentence);
    }

    @Test
    void anEmptyFileAndAListOfWordsAreNoRecipes() {
        assertThatThrownBy(() -> recipe("")).hasMessageContaining("'name'");
        assertThatThrownBy(() -> recipe("- a\n- b\n")).hasMessageContaining("must hold keys and values");
        assertThatThrownBy(() -> recipe(GOOD.replaceAll("(?s)expect:.*", "expect: [well]")))
                .hasMessageContaining("claim 1 must be keys and values");
    }

    @Test
    void theDataFolderTakesThePlaceOfItsVariable() throws IOException {
        var recipe = recipe(GOOD);
        var data = Files.createDirectory(folder.resolve("a $1 b"));
        assertThatThrownBy(() -> recipe.paths(null)).hasMessageContaining("fetch the toy text").hasMessageContaining("--data DIR");
        assertThatThrownBy(() -> recipe.paths(folder.resolve("no"))).hasMessageContaining("no folder")
                .hasMessageContaining("fetch the toy text");
        assertThatThrownBy(() -> recipe.paths(data)).hasMessageContaining("input.txt").hasMessageContaining("fetch the toy text");
        Files.writeString(data.resolve("input.txt"), "text");
        assertThat(recipe.paths(data)).containsExactly(data.resolve("input.txt").toString(), "wordnet");
        assertThatThrownBy(() -> recipe(GOOD.replace("${data}", "${date}")).paths(data)).hasMessageContaining("${date}");
        var own = recipe(GOOD.replace("\"${data}/input.txt\", ", ""));
        assertThat(own.paths(null)).containsExactly("wordnet");
        assertThatThrownBy(() -> own.paths(data)).hasMessageContaining("leave --data out");
    }

    @Property
    void aClaimHoldsUpToItsBoundAndAtIt(@ForAll @DoubleRange(min = -10, max = 10) double value,
            @ForAll @DoubleRange(min = -10, max = 10) double bound) {
        assertThat(holds(Claim.Relation.AT_MOST, value, bound)).isEqualTo(value <= bound);
        assertThat(holds(Claim.Relation.AT_LEAST, value, bound)).isEqualTo(value >= bound);
        assertThat(holds(Claim.Relation.AT_MOST, bound, bound)).isTrue();
        assertThat(holds(Claim.Relation.AT_LEAST, Double.NaN, bound)).isFalse();
    }

    @Test
    void aVerdictIsALine() {
        var measured = measured(1.9);
        var claim = new Claim("val_loss", Claim.Relation.AT_MOST, new Claim.Bound.Figure(1.88), "a paper");
        assertThat(claim.against(measured).line()).isEqualTo("fails: val_loss is 1.9000, not at most 1.8800 (a paper)");
        var other = new Claim("val_loss", Claim.Relation.AT_LEAST, new Claim.Bound.Metric("mfu"), "");
        assertThat(other.against(measured).line()).isEqualTo("holds: val_loss is 1.9000, at least mfu = 0.0000");
        var small = new Claim("val_loss", Claim.Relation.AT_MOST, new Claim.Bound.Figure(1e-12), "");
        assertThat(small.against(measured(2.34e-20)).line()).isEqualTo("holds: val_loss is 2.3e-20, at most 1.0e-12");
    }

    private static boolean holds(Claim.Relation relation, double value, double bound) {
        return new Claim("val_loss", relation, new Claim.Bound.Figure(bound), "").against(measured(value)).holds();
    }

    private static Measured measured(double loss) {
        var values = new LinkedHashMap<String, Double>();
        Measured.PRETRAINING.forEach(name -> values.put(name, 0.0));
        values.put("val_loss", loss);
        return new Measured(values);
    }

    private Recipe recipe(String text) throws IOException {
        return Recipe.read(Files.writeString(folder.resolve("toy.yaml"), text));
    }
}
