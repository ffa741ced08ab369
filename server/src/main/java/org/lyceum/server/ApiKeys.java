package org.lyceum.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;

/** The keys that let a request in; none let every request in. Kept as digests of one length, so that comparing takes constant time. */
public final class ApiKeys {
    /** No keys: every request is let in. */
    public static final ApiKeys NONE = new ApiKeys(List.of());

    private static final int SHORTEST = 16;

    private final List<byte[]> digests;

    private ApiKeys(List<String> keys) {
        this.digests = keys.stream().map(ApiKeys::digest).toList();
    }

    /**
     * Reads the keys of {@code file}: one a line, empty lines and those that begin with # are passed over. Throws {@link UserError} where
     * there is none, or one is shorter than 16 characters or holds spaces.
     */
    public static ApiKeys read(Path file) {
        List<String> keys;
        try {
            keys = Files.readAllLines(file).stream().map(String::strip).filter(line -> !line.isEmpty() && !line.startsWith("#")).toList();
        } catch (IOException e) {
            throw IoErrors.reading(file, e);
        }
        if (keys.isEmpty()) {
            throw new UserError(file + " holds no key; write one a line, the output of 'openssl rand -hex 24' for instance.");
        }
        for (var key : keys) {
            if (key.length() < SHORTEST || !key.chars().allMatch(c -> c > ' ' && c < 127)) {
                throw new UserError(file + " holds a key that is shorter than " + SHORTEST
                        + " characters or has others than printable ASCII ones; make one with 'openssl rand -hex 24'.");
            }
        }
        return new ApiKeys(keys);
    }

    /** Whether there are any. */
    public boolean required() {
        return !digests.isEmpty();
    }

    /** Whether the value of an {@code Authorization} header holds one of the keys. Takes the same time whichever it is, and if none. */
    public boolean allow(@Nullable String authorization) {
        if (!required()) {
            return true;
        }
        var given = digest(authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)
                ? authorization.substring(7).strip()
                : "");
        boolean allowed = false;
        for (var digest : digests) {
            allowed |= MessageDigest.isEqual(digest, given);
        }
        return allowed;
    }

    private static byte[] digest(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
