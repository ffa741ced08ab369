package org.lyceum.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lyceum.app.recipe.Claim;
import org.lyceum.app.recipe.Measured;
import org.lyceum.app.recipe.Recipe;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.Records;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.training.pretrain.PretrainConfig;
import org.lyceum.training.pretrain.Pretraining;
import org.lyceum.training.pretrain.RunConfiguration;
import org.lyceum.training.pretrain.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lyceum run}: a study from its recipe, start to finish, held against what it claims. */
@Command(name = "run", description = "A study from its recipe, start to finish, and whether its claims hold; goes on after an "
        + "interruption.", mixinStandardHelpOptions = true, footer = {
                "", "Examples:", "  lyceum run recipes/wordnet-small.yaml",
                "  lyceum run recipes/tiny-shakespeare-char.yaml --data shakespeare/",
                "",
                "Exit status: 0 when the run is done and every claim holds, 1 when one does not."})
final class Run implements Callable<Integer> {
    /** In the run's folder: what was asked for, before the depth dial; a run of anything else is not gone on with. */
    private static final String ASKED = "recipe.yaml";
    private static final int INTERRUPTED = 130;

    @Parameters(paramLabel = "RECIPE.yaml", description = "The recipe.")
    @SuppressWarnings("NullAway.Init") // required
    private Path file;

    @Option(names = "--data", paramLabel = "DIR", description = "The folder with the recipe's data, where it does not come with Lyceum.")
    private @Nullable Path data;

    @Option(names = "--out", paramLabel = "RUN", description = "The run folder; runs/ and the recipe's name by default.")
    private @Nullable Path out;

    @Mixin
    private TrainingOptions training = new TrainingOptions();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        var err = output.err();
        var recipe = Recipe.read(file);
        var config = configuration(recipe);
        var run = out != null ? out : Path.of("runs", recipe.name());
        Pretraining.check(config);
        training.apply();
        claimFolder(run, Records.toYaml(config));
        if (!recipe.description().isEmpty()) {
            err.println(recipe.description());
        }
        var outcome = Pretraining.run(new Pretraining.Request(config, run, null, null, null, Sampling.SAMPLER, err::println));
        Pretrain.tell(err, outcome);
        return outcome.finished() ? judge(recipe, run, outcome) : INTERRUPTED;
    }

    private PretrainConfig configuration(Recipe recipe) {
        return Records.read(recipe.pretrain(), null, training.overrides(List.of(TrainingOptions.paths(recipe.paths(data)))));
    }

    /** Writes down in {@code run} what was asked for; refuses a folder in which something else was asked for. */
    private void claimFolder(Path run, String asked) {
        var note = run.resolve(ASKED);
        try {
            if (Files.exists(note) && RunConfiguration.canResume(run)) {
                var before = Files.readString(note);
                if (!before.equals(asked)) {
                    throw new UserError(
                            run + " holds a run of another version of this recipe (" + RunConfiguration.difference(before, asked)
                                    + "); choose another --out, or move that folder away.");
                }
            } else if (Files.exists(note)) { // nothing was learned there yet, so that a mended recipe may begin
                RunFolder.open(run).close(); // unless another process is about to
                WholeFiles.write(note, asked);
            } else if (Files.isDirectory(run) && !isEmpty(run)) {
                throw new UserError(
                        run + " holds something else than a run of this recipe; choose another --out, or move that folder away.");
            } else {
                WholeFiles.write(note, asked);
            }
        } catch (IOException e) {
            throw IoErrors.reading(note, e);
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        }
    }

    /** Prints and keeps how the claims came out; one that fails makes the command fail. */
    private int judge(Recipe recipe, Path run, Pretraining.Outcome outcome) {
        var measured = Measured.of(outcome);
        var verdicts = recipe.expect().stream().map(claim -> claim.against(measured)).toList();
        verdicts.forEach(verdict -> output.err().println(verdict.line()));
        var result = new LinkedHashMap<String, @Nullable Object>();
        result.put("recipe", recipe.name());
        result.put("run", run.toString());
        result.put("steps", outcome.state().step());
        result.putAll(measured.values());
        result.put("checkpoint", String.valueOf(outcome.checkpoint()));
        result.put("report", outcome.report().toString());
        result.put("claims", verdicts.stream().map(Run::claim).toList());
        result.put("holds", verdicts.stream().allMatch(Claim.Verdict::holds));
        WholeFiles.write(run.resolve("claims.json"), Records.toJson(result) + "\n");
        if (output.json()) {
            output.print(result);
        }
        var failed = verdicts.stream().filter(verdict -> !verdict.holds()).map(Claim.Verdict::sentence).toList();
        if (!failed.isEmpty()) {
            throw new UserError("The run is done, but " + failed.size() + " of " + verdicts.size() + " claims of " + recipe.name()
                    + (failed.size() == 1 ? " does not hold: " : " do not hold: ") + String.join("; ", failed) + ".");
        }
        return 0;
    }

    private static Map<String, Object> claim(Claim.Verdict verdict) {
        var keys = new LinkedHashMap<String, Object>();
        keys.put("metric", verdict.claim().metric());
        keys.put("measured", verdict.measured());
        keys.put(verdict.claim().relation() == Claim.Relation.AT_MOST ? "at_most" : "at_least", verdict.bound());
        keys.put("holds", verdict.holds());
        keys.put("source", verdict.claim().source());
        return keys;
    }
}
