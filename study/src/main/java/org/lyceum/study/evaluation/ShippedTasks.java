package org.lyceum.study.evaluation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.Nearest;
import org.lyceum.foundation.UserError;

/** The tasks that come with Lyceum, without their data, and those of files. */
public final class ShippedTasks {
    /** The files {@code tasks/NAME.yaml} among the resources. */
    static final List<String> NAMES = List.of(
            "aochildes", "arc_challenge", "arc_easy", "asdiv", "boolq", "boolq_tuned", "cola", "cola_tuned", "commonsense_qa", "copa",
            "cranfield", "date_understanding", "eltec_spa", "gsm8k", "gsm_hard", "halueval_general", "halueval_qa", "jeopardy", "lambada",
            "logi_qa", "math_qa", "mawps_multi", "mawps_single", "mc30", "men", "mistake", "mr", "mrpc", "mrpc_tuned", "mturk287",
            "mturk771", "multi30k_en_de", "multi30k_en_fr", "openbook_qa", "pararel", "piqa", "qnli", "rg65", "rte", "rte_tuned", "rw",
            "simlex999", "simple_arithmetic", "simverb3500", "siqa", "sst2", "sst5", "subj", "svamp", "syllogisms", "tatoeba_deu_eng",
            "tatoeba_eng_deu", "tatoeba_eng_fra", "tatoeba_eng_spa", "tatoeba_fra_eng", "tatoeba_spa_eng", "tinyshakespeare", "trec",
            "triviaqa", "verb143", "wikitext2", "winogender", "winograd", "winogrande", "wordbank_aoa", "ws353",
            "ws353_rel", "ws353_sim", "wsc", "wsc_tuned", "yp130", "zorro");

    private static final String TAG = "tag:";
    private static final String INCLUDE = "include:";

    private ShippedTasks() {
    }

    /** All that come with Lyceum. */
    public static List<Task> all() {
        return NAMES.stream().map(ShippedTasks::shipped).toList();
    }

    /**
     * The tasks that {@code asked} names: one that comes with Lyceum, a tag for several, a YAML file, or a folder of them.
     *
     * @throws UserError for a name that is none, with the nearest one
     */
    public static List<Task> named(List<String> asked) {
        var tasks = new LinkedHashMap<String, Task>();
        for (var name : asked) {
            for (var task : named(name)) {
                if (tasks.put(task.name(), task) instanceof Task other && !other.digest().equals(task.digest())) {
                    throw UserError
                            .usage("Two tasks are called " + task.name() + ", in " + other.where().file() + " and " + task.where().file()
                                    + "; rename one.");
                }
            }
        }
        return List.copyOf(tasks.values());
    }

    private static List<Task> named(String name) {
        var path = Path.of(name);
        if (name.endsWith(".yaml") || name.endsWith(".yml")) {
            return List.of(file(path));
        }
        if (NAMES.contains(name)) {
            return List.of(shipped(name));
        }
        var tagged = NAMES.stream().filter(each -> tags(each).contains(name)).map(ShippedTasks::shipped).toList();
        if (!tagged.isEmpty()) {
            return tagged;
        }
        if (Files.isDirectory(path)) {
            return folder(path);
        }
        var known = new ArrayList<>(NAMES);
        NAMES.forEach(each -> known.addAll(tags(each)));
        throw UserError.usage("There is no task '" + name + "'; " + Nearest.hint(name, known.stream().distinct().toList())
                + " A task of your own is named by its file, NAME.yaml.");
    }

    private static List<Task> folder(Path folder) {
        try (var entries = Files.list(folder)) {
            var files = entries.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
            if (files.isEmpty()) {
                throw UserError.usage("There is no task in " + folder + ": looked for .yaml files.");
            }
            return files.stream().map(ShippedTasks::file).toList();
        } catch (IOException e) {
            throw IoErrors.reading(folder, e);
        }
    }

    /** The task of a file of the user's. */
    public static Task file(Path file) {
        return TaskFile.read(file.toString(), text(file), name -> text(file.resolveSibling(name)));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw IoErrors.reading(file, e);
        }
    }

    /** What a task of ours is tagged with, without reading the rest of its file: one line, {@code tag: [a, b]}, of its own or an included file. */
    static List<String> tags(String name) {
        return tagsOf(name + ".yaml");
    }

    private static List<String> tagsOf(String file) {
        var yaml = resource(file);
        return line(yaml, TAG).map(tags -> List.of(tags.replaceAll("^\\[|\\]$", "").split("\\s*,\\s*")))
                .or(() -> line(yaml, INCLUDE).map(ShippedTasks::tagsOf)).orElse(List.of());
    }

    /** What stands behind {@code key} at the beginning of a line. */
    private static Optional<String> line(String yaml, String key) {
        return yaml.lines().filter(line -> line.startsWith(key)).findFirst().map(line -> line.substring(key.length()).strip());
    }

    /** The YAML of a task that comes with Lyceum. Throws {@link UserError} for a name that is none. */
    public static String yaml(String name) {
        if (!NAMES.contains(name)) {
            throw UserError.usage("There is no task '" + name + "'; " + Nearest.hint(name, NAMES));
        }
        return resource(name + ".yaml");
    }

    private static Task shipped(String name) {
        return TaskFile.read(name + ".yaml", resource(name + ".yaml"), ShippedTasks::resource);
    }

    private static String resource(String file) {
        try (var in = ShippedTasks.class.getResourceAsStream("tasks/" + file)) {
            if (in == null) {
                throw new IllegalStateException("tasks/" + file + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
