package org.lyceum.app.recipe;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Nearest;
import org.lyceum.foundation.Records;
import org.lyceum.foundation.UserError;
import org.lyceum.study.Studies;
import org.lyceum.study.Study;
import org.lyceum.training.pretrain.PretrainConfig;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A study written down: one YAML file with
 *
 * <pre>
 * name: tiny                       # its run goes to runs/tiny
 * description: What is studied.
 * data: ["${data}/input.txt"]      # ${data} is the folder that --data names
 * fetch: What the data are and where they come from, in words.
 * pretrain: {model: {depth: 2}}    # laid over the defaults of pretrain; or a study by its key, as in recall: {seeds: 3}
 * expect:
 *   - {metric: val_loss, at_most: 1.88, source: "who says so"}
 * </pre>
 *
 * @param file where it was read from
 * @param name of the run
 * @param description what is studied
 * @param data what is learned: paths that may begin with <code>${data}</code>, or {@code wordnet}; a study may need none
 * @param fetch what the data are and where they come from, in words
 * @param work what is done
 * @param expect what should come out
 */
public record Recipe(Path file, String name, String description, List<String> data, String fetch, Work work, List<Claim> expect) {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]*)}");

    /** What a recipe has done. */
    public sealed interface Work {
        /** A pretraining run; the configuration is without the data. */
        record Pretrain(PretrainConfig config) implements Work {
        }

        /** A study, and what its section of the file says. */
        record Studied(Study<?> study, ObjectNode section) implements Work {
        }
    }

    /** The file as it stands, key by key, but for the section that says what is done. */
    private record Written(@Nullable String name, @Nullable String description, @Nullable List<@Nullable String> data,
            @Nullable String fetch, @Nullable List<@Nullable Object> expect) {
        static final Written NOTHING = new Written("", "", List.of(), "", List.of());
        static final List<String> KEYS = List.of("name", "description", "data", "fetch", "expect");
    }

    private static final String PRETRAIN = "pretrain";

    /** Reads {@code file}. Throws {@link UserError} for what is missing and for an unknown key, naming the nearest known one. */
    public static Recipe read(Path file) {
        var tree = Records.tree(file);
        var studies = Studies.ALL.stream().collect(Collectors.toMap(Study::key, study -> study));
        var known = new ArrayList<>(Written.KEYS);
        known.add(PRETRAIN);
        known.addAll(studies.keySet());
        var sections = new LinkedHashMap<String, JsonNode>();
        for (var key : List.copyOf(tree.propertyNames())) {
            if (!known.contains(key)) {
                throw UserError.usage(file + ": unknown key '" + key + "'; " + Nearest.hint(key, known));
            }
            if (!Written.KEYS.contains(key)) {
                sections.put(key, tree.remove(key));
            }
        }
        if (sections.size() > 1) {
            throw UserError
                    .usage(file + " asks for more than one thing (" + String.join(", ", sections.keySet()) + "); a recipe does one.");
        }
        var written = Records.of(Written.NOTHING, tree, file, "", List.of());
        var name = Objects.requireNonNullElse(written.name(), "");
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
            throw UserError.usage(file + ": 'name' becomes the name of a folder, so it must be of letters, digits, '-', '_' and '.', not '"
                    + name + "'.");
        }
        var data = Objects.requireNonNullElse(written.data(), List.<@Nullable String>of()).stream().filter(Objects::nonNull).toList();
        var what = sections.isEmpty() ? PRETRAIN : sections.firstEntry().getKey();
        var section = section(file, sections.get(what), what);
        var study = studies.get(what);
        var work = study != null ? new Work.Studied(study, section) : pretraining(file, section, data);
        if (study != null) {
            Records.of(study.defaults(), section, file, what + ".", List.of()); // so that a mistake is told now
        }
        var claims = new ArrayList<Claim>();
        for (var claim : Objects.requireNonNullElse(written.expect(), List.<@Nullable Object>of())) {
            claims.add(Claim.of(claim, study == null ? Measured.PRETRAINING : List.of(), file + ": expect, claim " + (claims.size() + 1)));
        }
        return new Recipe(file, name, Objects.requireNonNullElse(written.description(), "").strip(), data,
                Objects.requireNonNullElse(written.fetch(), "").strip(), work, List.copyOf(claims));
    }

    private static ObjectNode section(Path file, @Nullable JsonNode node, String key) {
        return switch (node) {
            case ObjectNode object -> object;
            case null -> JsonNodeFactory.instance.objectNode();
            case JsonNode empty when empty.isNull() -> JsonNodeFactory.instance.objectNode();
            default -> throw UserError.usage(file + ": '" + key + "' takes keys with values, not " + node + ".");
        };
    }

    private static Work pretraining(Path file, ObjectNode section, List<String> data) {
        if (data.isEmpty()) {
            throw UserError.usage(file + ": 'data' must list what to train on, as in data: [wordnet] or data: [\"${data}/input.txt\"].");
        }
        var config = Records.of(PretrainConfig.DEFAULTS, section, file, PRETRAIN + ".", List.of());
        if (!config.data().paths().isEmpty()) {
            throw UserError.usage(file + ": name the data under 'data', not under 'pretrain.data.paths'.");
        }
        return new Work.Pretrain(config);
    }

    /**
     * The data with <code>${data}</code> replaced by {@code folder}, which is what {@code --data} named or null. Throws {@link UserError}
     * saying what to fetch when it is needed and not given, or not there.
     */
    public List<String> paths(@Nullable Path folder) {
        boolean needed = false;
        var paths = new ArrayList<String>();
        for (var path : data) {
            var variable = VARIABLE.matcher(path);
            if (!variable.find()) {
                paths.add(path);
                continue;
            }
            if (!variable.group(1).equals("data")) {
                throw UserError.usage(file + ": '" + path + "' refers to '" + variable.group() + "'; only ${data} is known.");
            }
            needed = true;
            paths.add(existing(folder, path.substring(variable.end()).replaceFirst("^/+", "")).toString());
        }
        if (folder != null && !needed) {
            throw UserError.usage(file + (data.isEmpty() ? " needs no data" : " brings its own data (" + String.join(", ", data) + ")")
                    + "; leave --data out.");
        }
        return paths;
    }

    /**
     * The file or folder {@code relative} of the recipe's data. Throws {@link UserError} saying what to fetch where it is not there.
     *
     * @param folder what {@code --data} named, or null
     */
    public Path existing(@Nullable Path folder, String relative) {
        if (folder == null) {
            throw UserError.usage(
                    file + " learns data that do not come with Lyceum; " + toFetch() + " into a folder and name it: --data DIR.");
        }
        if (!Files.isDirectory(folder)) {
            throw new UserError("There is no folder " + folder + "; " + toFetch() + " into it, or name another with --data DIR.");
        }
        var path = folder.resolve(relative);
        if (!Files.exists(path)) {
            throw new UserError("There is no " + path + "; " + toFetch() + " into that folder, or name another with --data DIR.");
        }
        return path;
    }

    private String toFetch() {
        return "fetch " + (fetch.isEmpty() ? String.join(", ", data).replace("${data}/", "") : fetch);
    }
}
