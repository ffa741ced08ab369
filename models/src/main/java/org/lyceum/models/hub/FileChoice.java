package org.lyceum.models.hub;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.lyceum.foundation.UserError;

/** Which of a repository's files are fetched. */
final class FileChoice {
    /** Beside the weights: shape, tokenizer, templates, pooling, terms. */
    private static final Set<String> SMALL = Set.of("config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json",
            "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt", "vocab.txt", "tokenizer.model",
            "chat_template.jinja",
            "chat_template.json", "modules.json", "config_sentence_transformers.json", "model.safetensors.index.json");
    private static final Pattern PATTERNS = Pattern
            .compile("sentence_[a-z-]+_config\\.json|[0-9]+_[A-Za-z]+/config\\.json|(LICEN[CS]E|NOTICE|README)(\\.(txt|md))?");
    private static final Pattern SHARD = Pattern.compile("model-\\d{5}-of-\\d{5}\\.safetensors");
    private static final Pattern PICKLE = Pattern.compile(".*\\.(bin|pt|pth|ckpt|pkl|pickle|h5|msgpack)");

    private FileChoice() {
    }

    /** What {@code include} (globs over paths or file names) asks for; with none, what Lyceum needs. */
    static List<HubFile> of(Repository repository, List<HubFile> files, List<String> include) {
        var chosen = include.isEmpty() ? needed(repository, files) : included(repository, files, include);
        for (var file : chosen) {
            if (PICKLE.matcher(file.path()).matches()) {
                throw new UserError(file.path() + " of " + repository + " is not fetched: it is a Python pickle or the like, which can run "
                        + "code when it is opened; ask for a .safetensors or .gguf file.");
            }
        }
        return chosen;
    }

    private static List<HubFile> included(Repository repository, List<HubFile> files, List<String> include) {
        var chosen = new LinkedHashSet<HubFile>();
        for (var glob : include) {
            var matcher = matcher(glob);
            var found = files.stream().filter(file -> matcher.test(file.path())).toList();
            if (found.isEmpty()) {
                throw new UserError(repository + " has no file that --include '" + glob + "' means; it has " + names(files) + ".");
            }
            chosen.addAll(found);
        }
        // A model of several files is of no use without its shape and tokenizer; a .gguf holds its own.
        if (chosen.stream().anyMatch(file -> file.path().endsWith(".safetensors"))) {
            files.stream().filter(file -> isSmall(file.path())).forEach(chosen::add);
        }
        return List.copyOf(chosen);
    }

    private static Predicate<String> matcher(String glob) {
        try {
            var matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
            return path -> matcher.matches(Path.of(path)) || matcher.matches(Path.of(path).getFileName());
        } catch (PatternSyntaxException e) {
            throw UserError
                    .usage("--include '" + glob + "' is no pattern such as '*.json' or 'model-Q4_K_M.gguf': " + e.getDescription() + ".");
        }
    }

    private static List<HubFile> needed(Repository repository, List<HubFile> files) {
        var single = files.stream().filter(file -> file.path().equals("model.safetensors")).toList();
        var weights = single.isEmpty() ? files.stream().filter(file -> SHARD.matcher(file.path()).matches()).toList() : single;
        if (weights.isEmpty()) {
            return List.of(gguf(repository, files));
        }
        var chosen = new ArrayList<HubFile>();
        files.stream().filter(file -> isSmall(file.path())).forEach(chosen::add);
        chosen.addAll(weights);
        return chosen;
    }

    private static boolean isSmall(String path) {
        return SMALL.contains(path) || PATTERNS.matcher(path).matches();
    }

    private static HubFile gguf(Repository repository, List<HubFile> files) {
        var all = files.stream().filter(file -> file.path().endsWith(".gguf")).toList();
        if (all.size() == 1) {
            return all.getFirst();
        }
        if (all.isEmpty()) {
            var pickle = files.stream().map(HubFile::path).filter(path -> PICKLE.matcher(path).matches()).findFirst();
            throw new UserError(pickle
                    .map(path -> repository + " holds its weights only as " + path
                            + ", a Python pickle or the like, which can run code when it "
                            + "is opened; choose a model with model.safetensors or a .gguf file.")
                    .orElseGet(() -> repository + " holds no weights that Lyceum reads (model.safetensors or a .gguf file); it has "
                            + names(files) + "."));
        }
        throw new UserError(repository + " holds several .gguf files; choose one with --include: " + names(all) + ".");
    }

    private static String names(List<HubFile> files) {
        var shown = files.stream().map(HubFile::path).limit(30).toList();
        return String.join(", ", shown) + (files.size() > shown.size() ? " and " + (files.size() - shown.size()) + " more" : "");
    }
}
