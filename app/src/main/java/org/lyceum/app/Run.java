package org.lyceum.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lyceum.app.recipe.Claim;
import org.lyceum.app.recipe.Measured;
import org.lyceum.app.recipe.Recipe;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.Records;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.study.Study;
import org.lyceum.study.StudyRun;
import org.lyceum.training.pretrain.PretrainConfig;
import org.lyceum.training.pretrain.Pretraining;
import org.lyceum.training.pretrain.RunConfiguration;
import org.lyceum.training.pretrain.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

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
        var recipe = Recipe.read(file);
        var run = out != null ? out : Path.of("runs", recipe.name());
        if (!recipe.description().isEmpty()) {
            output.err().println(recipe.description());
        }
        return switch (recipe.work()) {
            case Recipe.Work.Pretrain(var config) -> pretrain(recipe, config, run);
            case Recipe.Work.Studied(var study, var section) -> study(recipe, study, section, run);
        };
    }

    private int pretrain(Recipe recipe, PretrainConfig written, Path run) {
        var err = output.err();
        var config = Records.read(written, null, training.overrides(List.of(TrainingOptions.paths(recipe.paths(data)))));
        Pretraining.check(config);
        training.apply();
        claimFolder(run, Records.toYaml(config));
        var outcome = Pretraining.run(new Pretraining.Request(config, run, null, null, null, Sampling.SAMPLER, err::println)
                .measuring(TaskMeasure.of(config.evaluate())));
        Pretrain.tell(err, outcome);
        if (!outcome.finished()) {
            return INTERRUPTED;
        }
        var measured = Measured.of(outcome);
        var result = new LinkedHashMap<String, @Nullable Object>();
        result.put("steps", outcome.state().step());
        result.putAll(measured.values());
        result.put("checkpoint", String.valueOf(outcome.checkpoint()));
        return judge(recipe, run, verdicts(recipe, measured), result, outcome.report());
    }

    private <C extends Record> int study(Recipe recipe, Study<C> study, ObjectNode section, Path folder) {
        recipe.paths(data); // so that what is missing is said before anything is done
        var config = Records.of(study.defaults(), section, file, study.key() + ".", training.studyOverrides());
        training.apply();
        var run = StudyRun.open(folder, config, relative -> recipe.existing(data, relative), output.err()::println);
        try {
            study.run(config, run);
        } catch (CancellationException stopped) {
            output.err().println(stopped.getMessage());
            return INTERRUPTED;
        }
        var verdicts = verdicts(recipe, new Measured(run.figures()));
        var report = run.finish(recipe.name(), recipe.description(), config, verdicts.stream().map(Claim.Verdict::line).toList());
        return judge(recipe, folder, verdicts, new LinkedHashMap<>(run.figures()), report);
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

    private static List<Claim.Verdict> verdicts(Recipe recipe, Measured measured) {
        return recipe.expect().stream().map(claim -> claim.against(measured)).toList();
    }

    /** Prints and keeps how the claims came out; one that fails makes the command fail. */
    private int judge(Recipe recipe, Path run, List<Claim.Verdict> verdicts, Map<String, @Nullable Object> figures, Path report) {
        verdicts.forEach(verdict -> output.err().println(verdict.line()));
        output.err().println("report: " + report);
        var result = new LinkedHashMap<String, @Nullable Object>();
        result.put("recipe", recipe.name());
        result.put("run", run.toString());
        result.putAll(figures);
        result.put("report", report.toString());
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
