package org.lyceum.app.recipe;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Records;
import org.lyceum.foundation.UserError;
import org.lyceum.training.pretrain.PretrainConfig;

/**
 * A study written down: one YAML file with
 *
 * <pre>
 * name: tiny                       # its run goes to runs/tiny
 * description: What is studied.
 * data: ["${data}/input.txt"]      # ${data} is the folder that --data names
 * fetch: What the data are and where they come from, in words.
 * pretrain: {model: {depth: 2}}    # laid over the defaults of pretrain
 * expect:
 *   - {metric: val_loss, at_most: 1.88, source: "who says so"}
 * </pre>
 *
 * @param file where it was read from
 * @param name of the run
 * @param description what is studied
 * @param data what is learned: paths that may begin with <code>${data}</code>, or {@code wordnet}
 * @param fetch what the data are and where they come from, in words
 * @param pretrain the configuration, without the data
 * @param expect what should come out
 */
public record Recipe(Path file, String name, String description, List<String> data, String fetch, PretrainConfig pretrain,
        List<Claim> expect) {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]*)}");

    /** The file as it stands, key by key. */
    private record Written(@Nullable String name, @Nullable String description, @Nullable List<@Nullable String> data,
            @Nullable String fetch,
            @Nullable PretrainConfig pretrain, @Nullable List<@Nullable Object> expect) {
    }

    /** Reads {@code file}. Throws {@link UserError} for what is missing and for an unknown key, naming the nearest known one. */
    public static Recipe read(Path file) {
        var written = Records.read(new Written("", "", List.of(), "", PretrainConfig.DEFAULTS, List.of()), file, List.of());
        var name = Objects.requireNonNullElse(written.name(), "");
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
            throw UserError.usage(file + ": 'name' becomes the name of a folder, so it must be of letters, digits, '-', '_' and '.', not '"
                    + name + "'.");
        }
        var data = Objects.requireNonNullElse(written.data(), List.<@Nullable String>of()).stream().filter(Objects::nonNull).toList();
        if (data.isEmpty()) {
            throw UserError.usage(file + ": 'data' must list what to train on, as in data: [wordnet] or data: [\"${data}/input.txt\"].");
        }
        var pretrain = Objects.requireNonNullElse(written.pretrain(), PretrainConfig.DEFAULTS);
        if (!pretrain.data().paths().isEmpty()) {
            throw UserError.usage(file + ": name the data under 'data', not under 'pretrain.data.paths'.");
        }
        var claims = new ArrayList<Claim>();
        for (var claim : Objects.requireNonNullElse(written.expect(), List.<@Nullable Object>of())) {
            claims.add(Claim.of(claim, file + ": expect, claim " + (claims.size() + 1)));
        }
        return new Recipe(file, name, Objects.requireNonNullElse(written.description(), "").strip(), data,
                Objects.requireNonNullElse(written.fetch(), "").strip(), pretrain, List.copyOf(claims));
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
            if (folder == null) {
                throw UserError.usage(
                        file + " learns data that do not come with Lyceum; " + toFetch() + " into a folder and name it: --data DIR.");
            }
            if (!Files.isDirectory(folder)) {
                throw new UserError("There is no folder " + folder + "; " + toFetch() + " into it, or name another with --data DIR.");
            }
            var found = variable.replaceAll(Matcher.quoteReplacement(folder.toString()));
            if (!Files.exists(Path.of(found))) {
                throw new UserError("There is no " + found + "; " + toFetch() + " into that folder, or name another with --data DIR.");
            }
            paths.add(found);
        }
        if (folder != null && !needed) {
            throw UserError.usage(file + " brings its own data (" + String.join(", ", data) + "); leave --data out.");
        }
        return paths;
    }

    private String toFetch() {
        return "fetch " + (fetch.isEmpty() ? String.join(", ", data).replace("${data}/", "") : fetch);
    }
}
