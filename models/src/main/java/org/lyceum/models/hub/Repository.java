package org.lyceum.models.hub;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import org.lyceum.foundation.UserError;

/**
 * A model on the hub.
 *
 * @param id {@code org/name}, or the bare name of the oldest models
 * @param revision a branch, a tag or a commit
 */
public record Repository(String id, String revision) {
    /** The branch that is meant where none is named. */
    public static final String MAIN = "main";

    /** What the hub itself allows: it begins and ends with a letter or digit and holds neither {@code --} nor {@code ..}. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    /** Throws {@link UserError} for what is no repository, path tricks among it. */
    public Repository {
        if (!isId(id)) {
            throw UserError.usage("'" + id + "' is not the name of a model on the hub; it is written org/name, with letters, digits and "
                    + "'-', '_' or '.' between them.");
        }
        if (!isPlain(revision) || revision.length() > 200) {
            throw UserError.usage("'" + revision + "' is not the name of a revision; it is a branch, a tag or a commit.");
        }
    }

    /** {@code org/name} or {@code org/name@revision}. Throws {@link UserError} for anything else. */
    public static Repository parse(String text) {
        int at = text.indexOf('@');
        return at < 0 ? new Repository(text, MAIN) : new Repository(text.substring(0, at), text.substring(at + 1));
    }

    /** The same, or empty where {@code text} is none. */
    static Optional<Repository> tryParse(String text) {
        try {
            return Optional.of(parse(text));
        } catch (UserError _) {
            return Optional.empty();
        }
    }

    private static boolean isId(String id) {
        var parts = id.split("/", -1);
        return parts.length <= 2
                && Arrays.stream(parts).allMatch(part -> NAME.matcher(part).matches() && !part.contains("--") && !part.contains(".."));
    }

    /** Whether {@code path} stays in the folder it is resolved against, on every system: plain names between single slashes. */
    static boolean isPlain(String path) {
        return Arrays.stream(path.split("/", -1)).allMatch(part -> !part.isEmpty() && part.length() <= 255 && !part.equals(".")
                && !part.equals("..") && !part.endsWith(".") && !part.endsWith(" ")
                && part.chars().allMatch(c -> c >= ' ' && c != 127 && "\\:*?\"<>|".indexOf(c) < 0));
    }

    static boolean isCommit(String revision) {
        return COMMIT.matcher(revision).matches();
    }

    /** Its folder in the cache. */
    String folderName() {
        return "models--" + id.replace("/", "--");
    }

    @Override
    public String toString() {
        return revision.equals(MAIN) ? id : id + "@" + revision;
    }
}
