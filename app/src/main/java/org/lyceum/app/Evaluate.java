package org.lyceum.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.Records;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.study.StudyRun;
import org.lyceum.study.evaluation.Contamination;
import org.lyceum.study.evaluation.Endpoint;
import org.lyceum.study.evaluation.Evaluation;
import org.lyceum.study.evaluation.EvaluationConfig;
import org.lyceum.study.evaluation.LocalModel;
import org.lyceum.study.evaluation.Results;
import org.lyceum.study.evaluation.ShippedTasks;
import org.lyceum.study.evaluation.Stages;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lyceum evaluate}. */
@Command(name = "evaluate", description = "Measure a model on tasks, beside baselines, with standard errors.", mixinStandardHelpOptions = true, footer = {
        "",
        "Examples:",
        "  lyceum evaluate --tasks list",
        "  lyceum evaluate --model runs/first --tasks zorro,arc_easy --data evaluation-data --limit 100",
        "  lyceum evaluate --model model.gguf --tasks my-task.yaml",
        "  lyceum evaluate --model runs/first --tasks arc_easy --data evaluation-data --contamination runs/first",
        "  lyceum evaluate --model runs/child --tasks wordbank_aoa --curves --data evaluation-data",
        "  lyceum evaluate --model http://127.0.0.1:8080/v1 --served-model lyceum --tasks gsm8k --limit 50",
        "",
        "A task is a YAML file in the vocabulary of lm-evaluation-harness (docs/evaluation.md). What is answered is kept in the --out",
        "folder as it comes: the same command goes on after a kill, and a larger --limit only asks what is new."})
final class Evaluate implements Callable<Integer> {
    private static final String ANSWERS = "answers.jsonl";
    private static final String RESULTS = "results.json";

    @Option(names = "--model", paramLabel = "M", description = "A run folder, a checkpoint, a Hugging Face model folder, a .gguf file, a "
            + "folder with an encoder or a translator, the org/name of a pulled model, or the address of an OpenAI-compatible server, http://127.0.0.1:8080/v1.")
    private @Nullable String model;

    @Option(names = "--served-model", paramLabel = "NAME", description = "What the server at that address calls the model; 'default' by default.")
    private String served = "default";

    @Option(names = "--api-key-file", paramLabel = "F", description = "A file with the key for that server.")
    private @Nullable Path keyFile;

    @Option(names = "--tasks", required = true, split = ",", paramLabel = "T", description = "Tasks, tags for several, YAML files or folders "
            + "of them, separated by commas; 'list' shows those that come with Lyceum.")
    @SuppressWarnings("NullAway.Init") // required
    private List<String> tasks;

    @Option(names = "--limit", paramLabel = "N", description = "The first N documents of each task; all by default.")
    private int limit;

    @Option(names = "--data", paramLabel = "DIR", description = "The folder that the tasks' data files are relative to; by default the "
            + "current one.")
    private Path data = Path.of("");

    @Option(names = "--out", paramLabel = "DIR", description = "Where answers, results and the page go; runs/evaluate-MODEL by default.")
    private @Nullable Path out;

    @Option(names = "--num-fewshot", paramLabel = "K", description = "Examples before each question, in place of what the tasks say.")
    private @Nullable Integer shots;

    @Option(names = "--batch-size", paramLabel = "B", description = "Documents that the engine of GGUF files, and that of recurrent "
            + "models, computes together; 8 by default. Changes no number.")
    private int batch = 8;

    @Option(names = "--contamination", split = ",", paramLabel = "PATH", description = "Training text in which the tasks' documents are "
            + "looked for: run folders (their shards), files, folders, wordnet. Tables then say what stands in it, and the values without "
            + "that.")
    private List<String> contamination = List.of();

    @Option(names = "--contamination-words", paramLabel = "N", description = "Words that must follow each other alike; by default 8 to 13, "
            + "as the task's documents are long (GPT-3's rule).")
    private int contaminationWords;

    @Option(names = "--curves", description = "Of ages of acquisition: ask every checkpoint that the run folder keeps (checkpoint.per_tenfold), and "
            + "tell when each word was learned.")
    private boolean curves;

    @Option(names = "--seed", paramLabel = "S", description = "Of the choice of examples and of bootstrap; 42 by default.")
    private long seed = 42;

    @Mixin
    private EngineOptions engine = new EngineOptions();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        if (tasks.equals(List.of("list"))) {
            return list();
        }
        if (limit < 0) {
            throw UserError.usage("--limit must be at least 1, or left out for all documents, not " + limit + ".");
        }
        if (model == null) {
            throw UserError.usage("Name the model to measure: --model M.");
        }
        int count = shots == null ? -1 : shots;
        var chosen = ShippedTasks.named(tasks).stream().map(task -> count < 0 ? task : task.withShots(count)).toList();
        var folder = out != null ? out : Path.of("runs", "evaluate-" + (isAddress(model) ? served : shortName(model)));
        claim(folder);
        var run = StudyRun.page(folder, output.err()::println);
        var found = contamination.isEmpty()
                ? null
                : Contamination.in(contamination, chosen, contaminationWords, data, limit, output.err()::println);
        var evaluation = new Evaluation(data, folder, limit, seed, found, output.err()::println);
        var asked = new EvaluationConfig(model, tasks, limit, count, curves, seed);
        if (isAddress(model)) {
            if (curves) {
                throw UserError.usage("--curves takes a run folder that keeps checkpoints, not the address of a server.");
            }
            try (var server = new Endpoint(model, served, key(), Endpoint.Patience.USUAL)) {
                return tell(evaluation.run(server, chosen), run, asked);
            }
        }
        LocalModel.found(Path.of(model)); // a wrong path is said before libtorch takes its second to load
        var stages = curves ? Stages.of(Path.of(model), this::local) : null;
        engine.apply();
        try (var subject = local(Path.of(model))) {
            return tell(evaluation.run(subject, stages, chosen), run, asked);
        }
    }

    private LocalModel local(Path path) {
        return new LocalModel(path, shortName(path.toString()), identity(path), engine.matmulType(), batch);
    }

    private static boolean isAddress(String model) {
        return model.startsWith("http://") || model.startsWith("https://");
    }

    private @Nullable String key() {
        if (keyFile == null) {
            return null;
        }
        try {
            return Files.readString(keyFile).strip();
        } catch (IOException e) {
            throw IoErrors.reading(keyFile, e);
        }
    }

    private int list() {
        for (var task : ShippedTasks.all()) {
            var summary = task.summary();
            output.out().printf("%-20s %-22s %-16s %-30s %s%n", task.name(), summary.get("output_type"), summary.get("metric"),
                    summary.get("tags"), summary.get("data"));
        }
        output.out().flush();
        return 0;
    }

    private int tell(Results results, StudyRun run, EvaluationConfig config) {
        results.tell(run);
        var report = run.finish("Evaluation of " + results.model(),
                "Tasks put to a model, beside what is reached without one. Values stand with "
                        + "their standard errors: s/√n of a mean, bootstrap over documents of anything else.",
                config, List.of());
        output.err().println("report: " + report);
        var json = results.json();
        WholeFiles.write(run.folder().resolve(RESULTS), Records.toJson(Objects.requireNonNull(Output.sayable(json))) + "\n");
        if (output.json()) {
            output.print(json);
        }
        return results.failed() ? 1 : 0;
    }

    /** Refuses a folder that holds something else, a run for instance, whose report this one would take the place of. */
    private static void claim(Path folder) {
        try {
            if (Files.isDirectory(folder) && !Files.exists(folder.resolve(ANSWERS)) && !Files.exists(folder.resolve(RESULTS))) {
                try (var entries = Files.list(folder)) {
                    if (entries.findAny().isPresent()) {
                        throw new UserError(folder + " holds something else than an evaluation; choose another --out.");
                    }
                }
            }
        } catch (IOException e) {
            throw IoErrors.reading(folder, e);
        }
    }

    private static String shortName(String model) {
        var name = model.replaceFirst("/+$", "");
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /** What tells this model's answers from those of another, or of the same path after more training. */
    private String identity(Path given) {
        var found = LocalModel.found(given).toAbsolutePath().normalize();
        var weights = new StringBuilder(found + " " + engine.matmulType());
        try (var files = Files.walk(found, 2)) { // some embedding models keep their encoder in a folder within
            for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
                weights.append('\n').append(file.getFileName()).append(' ').append(Files.size(file)).append(' ')
                        .append(Files.getLastModifiedTime(file).toMillis());
            }
        } catch (IOException e) {
            throw IoErrors.reading(found, e);
        }
        return weights.toString();
    }
}
